import { createHmac, randomUUID } from "node:crypto";

let message = 1000;
/** What happens in a conversation. By default a customer's message, in a conversation that waits for the bot. */
export interface Delivery {
  readonly conversation: number;
  readonly content?: string;
  readonly status?: string;
  /** Who writes, in place of the customer. `template` is Chatwoot's own text, such as out of office. */
  readonly by?: "bot" | "person" | "template";
  readonly contact?: number;
  readonly attachment?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly autoReply?: true;
  readonly event?: "conversation_opened" | "conversation_resolved";
  readonly secret?: string;
  /** Seconds since it was signed. */
  readonly age?: number;
  readonly delivery?: string;
}

const senders = {
  bot: { type: "agent_bot" },
  person: { type: "user", id: 7 },
  template: undefined,
} as const;

/** Bodies as Chatwoot makes them: app/models/message.rb (webhook_data), app/presenters/conversations/event_data_presenter.rb. */
function bodyOf(given: Delivery): object {
  const contact = { id: given.contact ?? given.conversation };
  const conversation = {
    id: given.conversation,
    status: given.status ?? "pending",
    meta: { sender: contact },
    custom_attributes: given.attributes ?? {},
  };
  if (given.event !== undefined) {
    const status = given.event === "conversation_opened" ? "open" : "resolved";
    return { ...conversation, event: given.event, status, messages: [{ account_id: 1 }] };
  }
  return {
    event: "message_created",
    id: message++,
    content: given.content ?? null,
    content_attributes: given.autoReply === true ? { email: { auto_reply: true } } : {},
    message_type: given.by === undefined ? "incoming" : given.by === "template" ? "template" : "outgoing",
    private: false,
    sender: given.by === undefined ? contact : senders[given.by],
    account: { id: 1, name: "Ñandú" },
    conversation,
    ...(given.attachment === undefined ? {} : { attachments: [{ file_type: given.attachment }] }),
  };
}

/** What Chatwoot's worker would post to its bot, signed with `secret` unless the delivery brings its own. */
export function signed(secret: string, given: Delivery) {
  const body = JSON.stringify(bodyOf(given));
  const timestamp = String(Math.floor(Date.now() / 1000) - (given.age ?? 0));
  const signature = createHmac("sha256", given.secret ?? secret)
    .update(`${timestamp}.${body}`)
    .digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-chatwoot-timestamp": timestamp,
    "x-chatwoot-signature": `sha256=${signature}`,
    "x-chatwoot-delivery": given.delivery ?? randomUUID(),
  };
  return { headers, body };
}

/** Posts it. @returns the status */
export async function send(url: string, secret: string, given: Delivery): Promise<number> {
  const { headers, body } = signed(secret, given);
  // a connection kept from before may just be closing
  const response = await fetch(url, { method: "POST", headers: { ...headers, connection: "close" }, body });
  await response.arrayBuffer();
  return response.status;
}

/** As {@link send}; throws when the webhook does not take it. */
export async function post(url: string, secret: string, given: Delivery): Promise<void> {
  const status = await send(url, secret, given);
  if (status !== 200) throw new Error(`the webhook answered ${status}`);
}
