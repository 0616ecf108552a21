import { createServer, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

type Body = Readonly<Record<string, unknown>>;

/** What AWS answers, by service and operation, e.g. `ecs RunTask`. An error of AWS is `{ __type, message }`. */
export type Answers = Readonly<Record<string, (body: Body) => object>>;

/** In front of an emulated AWS: answers what that one does not know, and notes it. */
export interface Front {
  readonly url: string;
  readonly calls: readonly { readonly call: string; readonly body: Body }[];
  stop(): void;
}

export async function startFront(emulated: string, answers: Answers): Promise<Front> {
  const calls: { call: string; body: Body }[] = [];
  const server = createServer((incoming, response) => {
    void buffer(incoming).then((sent) => {
      const { method, url: path, headers } = incoming;
      const [, service = ""] = /Credential=(?:[^/]+\/){3}([^/]+)\//.exec(headers.authorization ?? "") ?? [];
      const call = `${service} ${String(headers["x-amz-target"]).split(".").at(-1) ?? ""}`;
      const answer = answers[call];
      if (answer !== undefined) {
        const body = JSON.parse(sent.toString()) as Body;
        calls.push({ call, body });
        const reply = answer(body);
        response.writeHead("__type" in reply ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify(reply));
        return;
      }
      const onward = request(new URL(path ?? "/", emulated), { method, headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(response);
      });
      onward.on("error", () => response.destroy());
      onward.end(sent);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Asks an emulated AWS, which looks at no signature, only at the service and the region that it names. */
export async function askEmulated(
  url: string,
  service: string,
  region: string,
  asked: {
    readonly path?: string;
    readonly target?: string;
    readonly body?: object;
    readonly form?: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const { path = "/", target, body, form } = asked;
  const credential = `Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;
  const answer = await fetch(new URL(path, url), {
    method: body === undefined && form === undefined ? "GET" : "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}`,
      ...(target === undefined ? {} : { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} ${path} ${target ?? ""}: ${String(answer.status)} ${text}`);
  return text;
}
