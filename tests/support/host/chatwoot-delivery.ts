import { createHmac, randomUUID } from "node:crypto";

let message = 1000;
/** A message of a conversation. By default a customer's, in a conversation that waits for the bot. */
export interface Delivery {
  readonly conversation: number;
  readonly content: string;
  readonly status?: string;
  readonly outgoing?: boolean;
  readonly secret?: string;
  readonly age?: number;
  readonly delivery?: string;
}
/** Posts what Chatwoot's worker would post to its bot, signed with `secret` unless the delivery brings its own. */
export async function post(url: string, secret: string, given: Delivery): Promise<void> {
  const body = JSON.stringify({
    event: "message_created",
    id: message++,
    content: given.content,
    message_type: given.outgoing === true ? "outgoing" : "incoming",
    private: false,
    sender: { type: given.outgoing === true ? "agent_bot" : "contact" },
    account: { id: 1, name: "Ñandú" },
    conversation: { id: given.conversation, status: given.status ?? "pending" },
  });
  const timestamp = String(Math.floor(Date.now() / 1000) - (given.age ?? 0));
  const signature = createHmac("sha256", given.secret ?? secret)
    .update(`${timestamp}.${body}`)
    .digest("hex");
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-chatwoot-timestamp": timestamp,
      "x-chatwoot-signature": `sha256=${signature}`,
      "x-chatwoot-delivery": given.delivery ?? randomUUID(),
    },
    body,
  });
  if (response.status !== 200) throw new Error(`the webhook answered ${response.status}`);
}
