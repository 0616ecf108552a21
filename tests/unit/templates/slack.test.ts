import { expect } from "chai";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { root } from "../../support/root";

interface Message {
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly text?: { readonly text: string } }[];
}
interface Notification {
  readonly MessageId: string;
  readonly Subject?: string;
  readonly Message: string;
}
interface Lambda {
  readonly handler: (event: { Records: { Sns: Notification }[] }) => Promise<void>;
  readonly format: (notification: Notification) => Message;
}

const file = join(root, "templates/lambda/slack/index.js");
const load = createRequire(__filename);
/** Afresh, as in a new container. */
const fresh = (): Lambda => {
  Reflect.deleteProperty(load.cache, file);
  return load(file) as Lambda;
};

const alarm = (changes: Record<string, unknown> = {}): Notification => ({
  MessageId: "m-1",
  Subject: "ALARM",
  Message: JSON.stringify({
    AlarmName: "ai-ecosystem-prod-service-cpu-n8n",
    AlarmDescription:
      "n8n uses more than 85 % of its CPU & is <slow>. Runbook: https://example.com/runbooks/service-cpu.md",
    AlarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:ai-ecosystem-prod-service-cpu-n8n",
    NewStateValue: "ALARM",
    OldStateValue: "OK",
    NewStateReason:
      "Threshold Crossed: 3 datapoints [97.23456 (12/10/26 03:00:00), 91.0 (12/10/26 02:55:00)] were greater than the threshold (85.0).",
    StateChangeTime: "2026-10-12T03:01:02.345+0000",
    Region: "EU (Ireland)",
    Trigger: { ComparisonOperator: "GreaterThanThreshold", Threshold: 85 },
    ...changes,
  }),
});
const event = (...notifications: Notification[]) => ({ Records: notifications.map((Sns) => ({ Sns })) });

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** A local server that answers as it is told, the last answer again and again, and remembers what it was sent. */
class Double {
  readonly bodies: string[] = [];
  answers: Answer[] = [{ status: 200, body: "ok" }];
  private readonly server: Server = createServer((request: IncomingMessage, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      this.bodies.push(body);
      const answer = (this.answers.length > 1 ? this.answers.shift() : this.answers[0]) ?? { status: 500 };
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
  }
}

describe("the Slack function", () => {
  let slack: Double;
  let secrets: Double;
  let url: string;
  const logged: string[] = [];
  const log = console.log;
  const before_ = { ...process.env };

  beforeEach(async () => {
    slack = new Double();
    secrets = new Double();
    url = `${await slack.start()}/services/T0/B0/a-secret-path`;
    secrets.answers = [{ status: 200, body: JSON.stringify({ SecretString: url }), headers: json }];
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await secrets.start(),
      WEBHOOK_SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:webhook",
      RETRY_MS: "5",
    });
    logged.length = 0;
    console.log = (line: string) => logged.push(line);
  });
  afterEach(async () => {
    console.log = log;
    for (const key of Object.keys(process.env)) if (!(key in before_)) Reflect.deleteProperty(process.env, key);
    Object.assign(process.env, before_);
    await slack.stop();
    await secrets.stop();
  });
  const json = { "content-type": "application/x-amz-json-1.1" };
  const failure = async (promise: Promise<unknown>): Promise<string> => {
    try {
      await promise;
    } catch (error) {
      return String(error);
    }
    return "";
  };

  it("says what, since when, how much, and where to go on", async () => {
    await fresh().handler(event(alarm()));
    expect(slack.bodies).to.have.length(1);
    const text = JSON.stringify(JSON.parse(slack.bodies[0] ?? ""));
    for (const part of [
      "Alarm: ai-ecosystem-prod-service-cpu-n8n",
      "n8n uses more than 85 % of its CPU &amp; is &lt;slow&gt;.",
      "*Since*",
      "2026-10-12 03:01 UTC",
      "97.235, limit &gt; 85",
      "<https://example.com/runbooks/service-cpu.md|Runbook>",
      "<https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/ai-ecosystem-prod-service-cpu-n8n|Alarm in CloudWatch>",
    ]) {
      expect(text).to.contain(part);
    }
  });

  it("keeps to Slack's limits, whatever it is given", () => {
    const long = "x".repeat(9000);
    const message = fresh().format(alarm({ AlarmName: long, AlarmDescription: long, NewStateReason: long }));
    for (const block of message.blocks) {
      const { text } = block;
      if (text !== undefined) expect(text.text.length).to.be.at.most(block.type === "header" ? 150 : 3000);
    }
  });

  it("tells the end of an alarm, and of missing data, apart from its beginning", () => {
    const { format } = fresh();
    expect(format(alarm({ NewStateValue: "OK" })).text).to.match(/Over: /);
    expect(JSON.stringify(format(alarm({ NewStateValue: "OK" })))).to.contain("*At*");
    const none = format(alarm({ NewStateValue: "INSUFFICIENT_DATA", NewStateReason: "No datapoints", Trigger: {} }));
    expect(JSON.stringify(none)).to.contain("No data: ").and.to.contain("*Value*\\nnone");
  });

  it("names the runbook where it is no address", () => {
    const message = fresh().format(alarm({ AlarmDescription: "It is slow. Runbook: docs/runbooks/service-cpu.md" }));
    expect(JSON.stringify(message)).to.contain("Runbook: docs/runbooks/service-cpu.md").and.not.contain("|Runbook>");
  });

  it("passes on what is no alarm, such as a budget's letter", async () => {
    const letter = "You requested that we alert you when <80 %> is exceeded.";
    await fresh().handler(event({ MessageId: "m-2", Subject: "AWS Budgets: prod", Message: letter }));
    const message = JSON.parse(slack.bodies[0] ?? "") as Message;
    expect(message.text).to.equal("AWS Budgets: prod");
    expect(JSON.stringify(message)).to.contain("when &lt;80 %&gt; is exceeded");
  });

  it("tries again when Slack is busy or broken", async () => {
    slack.answers = [{ status: 429, headers: { "retry-after": "1" } }, { status: 503 }, { status: 200, body: "ok" }];
    await fresh().handler(event(alarm()));
    expect(slack.bodies).to.have.length(3);
    expect(JSON.parse(logged[0] ?? "")).to.include({ sent: "m-1", tries: 3 });
  });

  it("gives up after three attempts, so that Lambda keeps the event", async () => {
    slack.answers = [{ status: 500, body: "no" }];
    expect(await failure(fresh().handler(event(alarm())))).to.contain("Slack answered 500 no");
    expect(slack.bodies).to.have.length(3);
  });

  it("does not repeat what Slack will never take", async () => {
    slack.answers = [{ status: 400, body: "invalid_blocks" }];
    expect(await failure(fresh().handler(event(alarm())))).to.contain("400 invalid_blocks");
    expect(slack.bodies).to.have.length(1);
  });

  it("reads the secret once, and again when its address is no longer good", async () => {
    const { handler } = fresh();
    await handler(event(alarm()));
    await handler(event(alarm(), alarm()));
    expect(secrets.bodies).to.have.length(1);
    expect(JSON.parse(secrets.bodies[0] ?? "")).to.deep.equal({ SecretId: process.env["WEBHOOK_SECRET_ARN"] });
    slack.answers = [
      { status: 404, body: "no_service" },
      { status: 200, body: "ok" },
    ];
    await handler(event(alarm()));
    expect(secrets.bodies).to.have.length(2);
  });

  it("never tells the webhook's address", async () => {
    const { handler } = fresh();
    await handler(event(alarm()));
    await slack.stop();
    const error = await failure(handler(event(alarm())));
    expect(error).to.contain("ECONNREFUSED");
    expect([...logged, error].join())
      .not.to.contain("a-secret-path")
      .and.not.contain("127.0.0.1");
    secrets.answers = [{ status: 200, body: JSON.stringify({ SecretString: "a-secret-path" }), headers: json }];
    expect(await failure(fresh().handler(event(alarm())))).to.equal("Error: the secret holds no address");
  });
});
