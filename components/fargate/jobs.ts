import { join } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

export interface JobRunArgs {
  readonly job: string;
  readonly purpose: string;
  readonly region: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
}

const root = join(__dirname, "..", "..");

/** Runs a job's task and waits for its success, before anything that depends on it. Runs again with each new definition. */
export function runJob(name: string, args: JobRunArgs, opts: pulumi.CustomResourceOptions): command.local.Command {
  const environment = {
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
      create: "node --disable-warning=NodeVersionSupportWarning --require tsx/cjs tools/run-task.ts",
      dir: root,
      environment,
      triggers: [args.taskDefinitionArn],
      logging: command.local.Logging.StdoutAndStderr,
    },
    { ...opts, customTimeouts: { create: "30m", update: "30m" } },
  );
}
