import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type Container,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { logIn } from "../../settings/aws/login";

/** `account 123456789012, region eu-central-1`: where an ARN is. */
export const placeOf = (arn: string): string =>
  `account ${arn.split(":")[4] ?? "?"}, region ${arn.split(":")[3] ?? "?"}`;

/** What to say besides when AWS refuses whoever calls: the ARN is of one account, the credentials perhaps of another. */
export function accountHint(error: unknown, arn: string): string {
  const refused =
    /AccessDenied|NotAuthorized|ClusterNotFound|UnrecognizedClient|InvalidClientToken|ExpiredToken|CredentialsProvider/;
  if (!(error instanceof Error) || !refused.test(error.name)) return "";
  return `\nThis calls AWS with the credentials of the shell, or those that aws:profile, aws:assumeRoles or aws:accessKey name; they must be of ${placeOf(arn)}.`;
}

/** The calls of the clients that are used. */
export interface Clients {
  readonly ecs: Pick<ECSClient, "send">;
  readonly logs: Pick<CloudWatchLogsClient, "send">;
}

/** Region, credentials and AWS_ENDPOINT_URL are found in the environment. */
export function awsClients(region?: string): Clients {
  logIn();
  // Node's version is the project's affair (`engines` in package.json), not for each job's log
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const options = { maxAttempts: 5, ...(region === undefined ? {} : { region }) };
  return { ecs: new ECSClient(options), logs: new CloudWatchLogsClient(options) };
}

/** Lines of a log that are shown. */
const tail = 20;
/** Stopped tasks that are looked at: the newest say the same as the others. */
const newest = 2;
/** Messages of a service that are shown. */
const messages = 5;

/** What a log may hold by mistake, struck out: passwords in addresses, values of variables that are named like secrets. */
export const withoutSecrets = (line: string): string =>
  line
    .replace(/(:\/\/[^\s:/@]*):[^\s@]+@/g, "$1:********@")
    .replace(/((?:password|passwd|secret|token|api_?key)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi, "$1********");

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const lastPart = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "?";
/** `family:revision` of a task definition's ARN. */
export const revisionOf = (arn: string | undefined): string => lastPart(arn);

/** Why a container did not do its work; undefined when it did, or has not ended. */
function failureOfContainer({ name, exitCode, reason }: Container): string | undefined {
  if ((exitCode === undefined || exitCode === 0) && reason === undefined) return undefined;
  const parts = [exitCode === undefined ? undefined : `exit code ${exitCode}`, reason];
  return `${name ?? "?"}: ${parts.filter((p) => p !== undefined).join(", ")}`;
}

/** Why a task did not do its work, e.g. `Essential container in task exited; desk: exit code 1`. */
export const failureOf = (task: Task): string =>
  [task.stoppedReason, ...(task.containers ?? []).map(failureOfContainer)]
    .filter((r) => r !== undefined && r !== "")
    .map((r) => withoutSecrets(r ?? ""))
    .join("; ") || "it ended without a reason";

/** Containers whose logs tell why: those that failed, else the given one. */
const suspects = (task: Task, otherwise: string): readonly string[] => {
  const failed = (task.containers ?? []).flatMap((c) =>
    failureOfContainer(c) === undefined || c.name === undefined ? [] : [c.name],
  );
  return failed.length > 0 ? failed : [otherwise];
};

/** The last lines that a container of a task wrote. Never an error: it is asked when something else went wrong. */
async function lastLines({ ecs, logs }: Clients, task: Task, container: string): Promise<readonly string[]> {
  try {
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinitionArn }),
    );
    const options = taskDefinition?.containerDefinitions?.find((c) => c.name === container)?.logConfiguration?.options;
    const [group, prefix] = [options?.["awslogs-group"], options?.["awslogs-stream-prefix"]];
    if (group === undefined || prefix === undefined) return [];
    const stream = `${prefix}/${container}/${lastPart(task.taskArn)}`;
    const { events } = await logs.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: tail, startFromHead: false }),
    );
    const lines = (events ?? []).map((e) => `  | ${withoutSecrets((e.message ?? "").trimEnd())}`);
    return [lines.length === 0 ? `it wrote nothing to ${group}` : `the end of ${group}, ${stream}:`, ...lines];
  } catch (error) {
    return [`its log cannot be read: ${textOf(error)}`];
  }
}

/** Reason and last lines of a task that failed; `container` is the one that matters. */
export async function describeTask(clients: Clients, task: Task, container: string): Promise<readonly string[]> {
  const logs = await Promise.all(suspects(task, container).map((name) => lastLines(clients, task, name)));
  return [failureOf(task), ...logs.flat()];
}

export interface ServiceAddress {
  readonly cluster: string;
  readonly service: string;
}

/** The service as ECS knows it. */
export async function findService({ ecs }: Clients, at: ServiceAddress): Promise<Service | undefined> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: at.cluster, services: [at.service] }));
  return services?.find((s) => s.status !== "INACTIVE");
}

async function stoppedTasks({ ecs }: Clients, { cluster, service }: ServiceAddress): Promise<readonly Task[]> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED" }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns.slice(0, 100) }));
  return [...tasks].sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
}

/**
 * Why a service does not get its tasks up: its latest messages, and reason and last lines of the tasks that ended.
 * @param taskDefinition the tasks that matter; all if there are none of it
 */
export async function describeService(
  clients: Clients,
  at: ServiceAddress,
  taskDefinition?: string,
): Promise<readonly string[]> {
  try {
    const service = await findService(clients, at);
    if (service === undefined) return [`${at.service} is not in the cluster`];
    const events = (service.events ?? []).slice(0, messages).map((e) => `  ${withoutSecrets(e.message ?? "")}`);
    const rollout = service.deployments?.find((d) => d.rolloutState === "FAILED")?.rolloutStateReason;
    const all = await stoppedTasks(clients, at);
    const own = all.filter((t) => t.taskDefinitionArn === taskDefinition);
    const tasks = (own.length > 0 ? own : all).slice(0, newest);
    const reasons = await Promise.all(
      tasks.map(async (task) => {
        const [why = "", ...lines] = await describeTask(clients, task, at.service);
        return [`task ${lastPart(task.taskArn)} (${revisionOf(task.taskDefinitionArn)}) stopped: ${why}`, ...lines];
      }),
    );
    return [
      ...(rollout === undefined ? [] : [rollout]),
      ...(events.length === 0 ? [] : ["latest messages of the service, newest first:", ...events]),
      ...(tasks.length === 0 ? ["none of its tasks has ended in the last hour"] : reasons.flat()),
    ];
  } catch (error) {
    return [`why cannot be told: ${textOf(error)}`];
  }
}
