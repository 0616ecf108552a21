import { createServer, type AddressInfo, type Server } from "node:net";
import { expect } from "chai";
import { bundleLambda } from "../../../templates/lambda/bundle";
import { enqueuedAt, measure, metricLine } from "../../../templates/lambda/queue-metrics/queues";
import { Redis, RedisError } from "../../../templates/lambda/queue-metrics/redis";

/** Replies as they are on the wire; `chunk` bytes at a time. */
function redisServer(answer: (words: readonly string[]) => string, chunk = 1000): Promise<Server> {
  const server = createServer((socket) => {
    let text = "";
    socket.on("data", (data) => {
      text += data.toString();
      for (;;) {
        const head = /^\*(\d+)\r\n/.exec(text);
        if (head === null) return;
        const parts = text.slice(head[0].length).split("\r\n");
        const count = Number(head[1]);
        if (parts.length <= count * 2) return;
        const words = parts.slice(0, count * 2).filter((_, i) => i % 2 === 1);
        text = parts.slice(count * 2).join("\r\n");
        const reply = Buffer.from(answer(words));
        for (let i = 0; i < reply.length; i += chunk) socket.write(reply.subarray(i, i + chunk));
      }
    });
    socket.on("error", () => undefined);
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      resolve(server);
    }),
  );
}

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

describe("queue metrics", () => {
  const servers: Server[] = [];
  const open = async (answer: (words: readonly string[]) => string, chunk?: number, timeout?: number) => {
    const server = await redisServer(answer, chunk);
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    return Redis.open({ host: "127.0.0.1", port, password: "pässword", tls: false }, timeout);
  };
  after(() => {
    for (const server of servers) server.close();
  });

  it("are read with few commands, however the replies arrive", async () => {
    for (const chunk of [1, 3, 1000]) {
      let database = "";
      const asked: string[] = [];
      const redis = await open((words) => {
        asked.push(words.join(" "));
        const [command, key] = words;
        if (command === "SELECT") database = key ?? "";
        if (command === "AUTH" || command === "SELECT") return "+OK\r\n";
        if (command === "LLEN") return database === "1" && key === "n8n:jobs:wait" ? ":12\r\n" : ":0\r\n";
        if (command === "SMEMBERS") return `*3\r\n${bulk("default")}${bulk("mailers")}${bulk("low")}`;
        if (key === "queue:default") return bulk(JSON.stringify({ class: "Ä", enqueued_at: 1000.5 }));
        if (key === "queue:mailers") return bulk(JSON.stringify({ enqueued_at: 1_764_000_000_000 }));
        return "$-1\r\n";
      }, chunk);
      const queues = {
        bull: { id: "n8n", database: 1, prefix: "n8n", service: "n8n-worker" },
        sidekiq: { id: "sidekiq", database: 0 },
      };
      const values = await measure(redis, queues, (s) => Promise.resolve(s === "n8n-worker" ? 3 : 0), 1_764_000_090);
      redis.close();
      expect(values).to.deep.equal({
        n8nBacklog: 12,
        n8nBacklogPerWorker: 4,
        sidekiqLatency: 1_763_999_089.5,
      });
      expect(asked[0]).to.equal("AUTH pässword");
      expect(asked).to.have.length(8);
    }
  });

  it("count the whole backlog for the first worker when there is none", async () => {
    const redis = await open((words) => (words[0] === "LLEN" ? ":7\r\n" : "+OK\r\n"));
    const queues = { bull: { id: "n8n", database: 1, prefix: "n8n", service: "w" } };
    expect(await measure(redis, queues, () => Promise.resolve(0), 0)).to.deep.equal({
      n8nBacklog: 7,
      n8nBacklogPerWorker: 7,
    });
    redis.close();
  });

  it("know both ways in which Sidekiq writes the time", () => {
    expect(enqueuedAt('{"enqueued_at":1764000000.25}')).to.equal(1764000000.25);
    expect(enqueuedAt('{"enqueued_at":1764000000250}')).to.equal(1764000000.25);
    expect(enqueuedAt("{}")).to.equal(undefined);
  });

  it("are a line in CloudWatch's embedded metric format", () => {
    expect(
      JSON.parse(metricLine("AiEcosystem/prod", { n8nBacklog: 3, sidekiqLatency: 1.5 }, 1764000000.1234)),
    ).to.deep.equal({
      _aws: {
        Timestamp: 1764000000123,
        CloudWatchMetrics: [
          {
            Namespace: "AiEcosystem/prod",
            Dimensions: [[]],
            Metrics: [
              { Name: "n8nBacklog", Unit: "Count" },
              { Name: "sidekiqLatency", Unit: "Seconds" },
            ],
          },
        ],
      },
      n8nBacklog: 3,
      sidekiqLatency: 1.5,
    });
  });

  const failure = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("tell a refused password from a broken connection", async () => {
    const refused = await failure(open(() => "-WRONGPASS invalid username-password pair\r\n"));
    expect(refused).to.be.instanceOf(RedisError);
    expect(String(refused)).to.contain("WRONGPASS");
    const silent = await failure(open(() => "", 1, 50));
    expect(String(silent)).to.contain("did not answer in time");
    const strange = await failure(open(() => "HTTP/1.1 400 Bad Request\r\n"));
    expect(String(strange)).to.contain("does not speak Redis's protocol");
  });

  it("come in a bundle that needs nothing but the runtime's own SDK", () => {
    const code = bundleLambda("queue-metrics");
    expect([...code.matchAll(/require\("([^"]+)"\)/g)].map((m) => m[1])).to.have.members([
      "@aws-sdk/client-ecs",
      "@aws-sdk/client-secrets-manager",
      "node:net",
      "node:tls",
    ]);
    expect(code.length).to.be.lessThan(12_000);
  });
});
