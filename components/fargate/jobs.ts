import { join, relative } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

export interface JobRunArgs {
  readonly job: string;
  readonly purpose: string;
  readonly region: pulumi.Input<string>;
  /** In which the SDK is in the stack's account. @default what `pulumi` was started with */
  readonly awsEnvironment?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  readonly clusterArn: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
}

/** What to know of a job to run its task once more. */
export interface JobTask {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

type Where = Pick<JobRunArgs, "clusterArn" | "taskDefinitionArn" | "subnetIds" | "securityGroupId">;
export const jobTaskOf = (where: Where): pulumi.Output<JobTask> =>
  pulumi
    .all([where.clusterArn, where.taskDefinitionArn, pulumi.all([...where.subnetIds]), where.securityGroupId])
    .apply(([cluster, taskDefinition, subnets, group]) => ({
      cluster,
      taskDefinition,
      subnets,
      securityGroups: [group],
    }));

/** Relative: the state of one machine has to be that of the next. */
const root = join(__dirname, "..", "..");
const folder = (): string => relative(process.cwd(), root) || ".";

/** Both are TypeScript, and run as the program itself does. */
const node = (module: string): string => `node --require tsx/cjs ${relative(root, module)}`;

/** Runs a job's task and waits for its success, before anything that depends on it. Runs again with each new definition. */
export function runJob(name: string, args: JobRunArgs, opts: pulumi.CustomResourceOptions): command.local.Command {
  const environment = {
    ...args.awsEnvironment,
    JOB: args.job,
    PURPOSE: args.purpose,
    AWS_REGION: args.region,
    CLUSTER: args.clusterArn,
    TASK_DEFINITION: args.taskDefinitionArn,
    SUBNETS: pulumi.all([...args.subnetIds]).apply((ids) => ids.join(",")),
    SECURITY_GROUPS: args.securityGroupId,
  };
  return new command.local.Command(
    name,
    {
      create: node(require.resolve("./commands/run-task")),
      dir: folder(),
      environment,
      triggers: [args.taskDefinitionArn],
      logging: command.local.Logging.StdoutAndStderr,
    },
    { ...opts, customTimeouts: { create: "30m", update: "30m" } },
  );
}

export interface VerificationArgs {
  readonly service: pulumi.Input<string>;
  readonly region: pulumi.Input<string>;
  /** In which the SDK is in the stack's account. @default what `pulumi` was started with */
  readonly awsEnvironment?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  readonly clusterArn: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Input<string>;
}

/** Fails when ECS has gone back to the tasks before, which looks like success to the provider, and says why it has. */
export const verification = (
  name: string,
  args: VerificationArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command =>
  new command.local.Command(
    name,
    {
      create: node(require.resolve("./commands/verify-service")),
      dir: folder(),
      environment: {
        ...args.awsEnvironment,
        AWS_REGION: args.region,
        CLUSTER: args.clusterArn,
        SERVICE: args.service,
        TASK_DEFINITION: args.taskDefinitionArn,
      },
      triggers: [args.taskDefinitionArn],
      logging: command.local.Logging.StdoutAndStderr,
    },
    { ...opts, customTimeouts: { create: "20m", update: "20m" } },
  );
