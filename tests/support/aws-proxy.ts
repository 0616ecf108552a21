import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** In front of an emulated AWS that runs nothing: ECS's one-off tasks end at once, and its services are steady. */
export interface AwsProxy {
  readonly url: string;
  /** Task definitions that were run, in order. */
  readonly ran: readonly string[];
  /** Services whose new tasks do not start: ECS goes back to the definition before. */
  readonly failing: Set<string>;
  close(): void;
}

interface Answer {
  readonly tasks: readonly object[];
}

const target = "AmazonEC2ContainerServiceV20141113.";

/**
 * Forwards everything to `upstream` but for RunTask, DescribeTasks and StopTask.
 * @param exitCode of the container `job` of a task, by its task definition
 */
export async function awsProxy(
  upstream: string,
  exitCode: (taskDefinition: string) => number = () => 0,
): Promise<AwsProxy> {
  const ran: string[] = [];
  const failing = new Set<string>();
  const last = new Map<string, unknown>();
  const tasks = new Map<string, { readonly job: string; readonly code: number }>();

  function answer(operation: string, body: Record<string, unknown>): Answer {
    if (operation === "RunTask") {
      const definition = String(body["taskDefinition"]);
      // …:task-definition/<stack>-services-<job>-task-<7 hexadecimal>:<revision>
      const job = /services-(.+?)-task/.exec(definition)?.[1] ?? "";
      const taskArn = `arn:aws:ecs:us-east-1:123456789012:task/${ran.length}`;
      ran.push(job);
      tasks.set(taskArn, { job, code: exitCode(definition) });
      return { tasks: [{ taskArn, lastStatus: "PROVISIONING" }] };
    }
    const wanted = (body["tasks"] ?? [body["task"]]) as string[];
    return {
      tasks: wanted.map((taskArn) => ({
        taskArn,
        lastStatus: "STOPPED",
        containers: [{ name: tasks.get(taskArn)?.job, exitCode: tasks.get(taskArn)?.code }],
      })),
    };
  }

  /** Tasks that stay pending for ever are running. */
  function steady(text: string): string {
    const { services, ...rest } = JSON.parse(text) as { services: Record<string, unknown>[] };
    const running = (counted: Record<string, unknown>) => ({
      ...counted,
      runningCount: counted["desiredCount"],
      pendingCount: 0,
    });
    const changed = services.map((service) => {
      const name = String(service["serviceName"]);
      if (!failing.has(name)) last.set(name, service["taskDefinition"]);
      const taskDefinition = last.get(name);
      return {
        ...running(service),
        taskDefinition,
        deployments: ((service["deployments"] ?? []) as Record<string, unknown>[])
          .slice(0, 1)
          .map((deployment) => ({ ...running(deployment), taskDefinition, rolloutState: "COMPLETED" })),
      };
    });
    return JSON.stringify({ ...rest, services: changed });
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const operation = String(incoming.headers["x-amz-target"] ?? "").replace(target, "");
    if (["RunTask", "DescribeTasks", "StopTask"].includes(operation)) {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer(operation, JSON.parse(body.toString()) as Record<string, unknown>)));
      return;
    }
    const { hostname, port } = new URL(upstream);
    const onward = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (reply) => {
        const status = reply.statusCode ?? 502;
        if (operation !== "DescribeServices" || status !== 200) {
          response.writeHead(status, reply.headers);
          reply.pipe(response);
          return;
        }
        void buffer(reply).then((text) => {
          const headers = { ...reply.headers };
          delete headers["content-length"];
          response.writeHead(status, headers);
          response.end(steady(text.toString()));
        });
      },
    );
    onward.on("error", () => response.writeHead(502).end());
    onward.end(body);
  }

  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, ran, failing, close: () => server.close() };
}

if (require.main === module) {
  void awsProxy(process.env["AWS_ENDPOINT_URL"] ?? "").then(({ url }) => {
    console.log(url);
  });
}
