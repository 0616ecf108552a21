import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export type Reply = string | number | null | readonly Reply[];

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** @default true */
  readonly tls?: boolean;
}

/** The server's own refusal, e.g. `WRONGPASS …`. */
export class RedisError extends Error {}

const end = Buffer.from("\r\n");

/** One reply of RESP 2 from `at` on, and where the next begins; undefined while it is not all there. */
function parse(data: Buffer, at: number): { reply: Reply | RedisError; next: number } | undefined {
  const eol = data.indexOf(end, at);
  if (eol < 0) return undefined;
  const kind = String.fromCharCode(data[at] ?? 0);
  const head = data.toString("utf8", at + 1, eol);
  const next = eol + 2;
  if (kind === "+") return { reply: head, next };
  if (kind === "-") return { reply: new RedisError(head), next };
  if (kind === ":") return { reply: Number(head), next };
  const length = Number(head);
  if (kind === "$") {
    if (length < 0) return { reply: null, next };
    if (data.length < next + length + 2) return undefined;
    return { reply: data.toString("utf8", next, next + length), next: next + length + 2 };
  }
  if (kind !== "*") throw new Error("the server does not speak Redis's protocol");
  const list: Reply[] = [];
  let from = next;
  for (let i = 0; i < length; i++) {
    const item = parse(data, from);
    if (item === undefined) return undefined;
    if (item.reply instanceof RedisError) throw item.reply;
    list.push(item.reply);
    from = item.next;
  }
  return { reply: length < 0 ? null : list, next: from };
}

const encode = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((w) => `$${Buffer.byteLength(w)}\r\n${w}\r\n`).join("")}`;

/** A connection for a few commands; a client library would be a hundred times as long. */
export class Redis {
  private data = Buffer.alloc(0);
  private readonly waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.data = Buffer.concat([this.data, chunk]);
      try {
        this.deliver();
      } catch (error) {
        this.fail(error as Error);
      }
    });
    socket.on("error", (error) => {
      this.fail(error);
    });
    socket.on("timeout", () => {
      this.fail(new Error("Redis did not answer in time"));
    });
    socket.on("close", () => {
      this.fail(new Error("Redis closed the connection"));
    });
  }

  /** Connects and logs in. */
  static async open({ host, port, password, tls = true }: RedisServer, timeoutMs = 5000): Promise<Redis> {
    const socket = tls ? connectTls({ host, port, servername: host }) : connectPlain({ host, port });
    socket.setTimeout(timeoutMs);
    const redis = new Redis(socket);
    await redis.send("AUTH", password);
    return redis;
  }

  /** @throws RedisError when the server refuses. */
  send(...words: readonly string[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) {
        reject(new Error("the connection to Redis is closed"));
        return;
      }
      this.waiting.push({ resolve, reject });
      this.socket.write(encode(words));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private deliver(): void {
    for (;;) {
      const parsed = this.data.length === 0 ? undefined : parse(this.data, 0);
      if (parsed === undefined) return;
      this.data = this.data.subarray(parsed.next);
      const asked = this.waiting.shift();
      if (parsed.reply instanceof RedisError) asked?.reject(parsed.reply);
      else asked?.resolve(parsed.reply);
    }
  }

  private fail(error: Error): void {
    for (const asked of this.waiting.splice(0)) asked.reject(error);
    this.socket.destroy();
  }
}
