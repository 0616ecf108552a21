import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Clients } from "../../../components/fargate/diagnosis";

type Body = Readonly<Record<string, unknown>>;

/** Answers by operation, e.g. `RunTask`; an error of AWS is thrown as `{ __type, message }`. */
export type Answers = Readonly<Record<string, (body: Body) => object>>;

export interface AwsServer {
  readonly url: string;
  readonly calls: readonly { readonly operation: string; readonly body: Body }[];
  readonly clients: Clients;
  close(): void;
}

/** A server that speaks AWS's JSON protocol on loopback, for the SDK's real clients. */
export async function awsServer(answers: Answers): Promise<AwsServer> {
  const calls: { operation: string; body: Body }[] = [];
  const server = createServer((incoming, response) => {
    void json(incoming).then((body) => {
      const operation = String(incoming.headers["x-amz-target"]).split(".").at(-1) ?? "";
      calls.push({ operation, body: body as Body });
      const reply = answers[operation]?.(body as Body) ?? { __type: "UnknownOperation", message: operation };
      response.writeHead("__type" in reply ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = {
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return {
    url,
    calls,
    clients: { ecs: new ECSClient(options), logs: new CloudWatchLogsClient(options) },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Task definitions whose containers log, and what they logged. */
export const taskLogs: Answers = {
  DescribeTaskDefinition: () => ({
    taskDefinition: {
      containerDefinitions: ["chatwoot-prepare", "files", "web"].map((name) => ({
        name,
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": "/ai-ecosystem/prod/x", "awslogs-stream-prefix": name },
        },
      })),
    },
  }),
  GetLogEvents: () => ({
    events: [
      { message: "PG::UndefinedTable: relation does not exist\n" },
      { message: "could not connect to postgres://chatwoot:pa55w0rd@db:5432/x" },
    ],
  }),
};
