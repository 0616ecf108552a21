import {
  accountHint,
  awsClients,
  describeService,
  findService,
  revisionOf,
  textOf,
  type Clients,
  type ServiceAddress,
} from "../diagnosis";

export interface VerifyOptions {
  readonly say: (line: string) => void;
  /** Seconds between two looks. @default 5 */
  readonly pause?: number;
  /** Seconds in which a deployment that still runs may end. @default 900 */
  readonly patience?: number;
}

/**
 * Makes sure that a service runs what it was given. ECS also counts as steady when it has gone back to the tasks before,
 * and the provider then reports success (pulumi-aws#4487).
 * @throws Error with the reasons of the tasks that failed.
 */
export async function verifyService(
  clients: Clients,
  at: ServiceAddress,
  taskDefinition: string,
  options: VerifyOptions,
): Promise<void> {
  const { say, pause = 5, patience = 900 } = options;
  const fail = async (what: string) => {
    const why = await describeService(clients, at, taskDefinition);
    const remedy = "After the cause is gone: `pulumi up --refresh`.";
    throw new Error([`${at.service}: ${what}`, ...why, remedy].join("\n"));
  };
  const began = Date.now();
  for (;;) {
    const service = await findService(clients, at);
    if (service === undefined) throw new Error(`${at.service} is not in the cluster ${at.cluster}`);
    const running = service.taskDefinition;
    if (running !== taskDefinition) {
      await fail(`rolled back: it runs ${revisionOf(running)}, not ${revisionOf(taskDefinition)}`);
    }
    const state = service.deployments?.find((d) => d.status === "PRIMARY")?.rolloutState ?? "COMPLETED";
    if (state === "COMPLETED") {
      say(
        `${at.service}: ${service.runningCount ?? 0} of ${service.desiredCount ?? 0} tasks run ${revisionOf(running)}`,
      );
      return;
    }
    if (state === "FAILED") await fail("the deployment failed");
    if (Date.now() - began > patience * 1000) {
      await fail(`the deployment has not ended after ${patience / 60} minutes`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

if (require.main === module) {
  const say = (line: string) => {
    console.log(line);
  };
  Promise.resolve()
    .then(() =>
      verifyService(
        awsClients(),
        { cluster: required("CLUSTER"), service: required("SERVICE") },
        required("TASK_DEFINITION"),
        { say },
      ),
    )
    .catch((error: unknown) => {
      console.error(textOf(error) + accountHint(error, process.env["CLUSTER"] ?? ""));
      process.exitCode = 1;
    });
}
