import * as pulumi from "@pulumi/pulumi";
import type { JobTask } from "../../components/fargate/jobs";
import type { Catalogue } from "../../services/catalogue";
import type { UserCommand } from "../../services/model/user-command";
import { rewritePaths } from "../../templates/ecs";
import type { Hosts } from "../../templates/hosts";
import { assistantCheck, userCommands as commandsOf } from "../../templates/release/facts";
import type { Settings } from "../../settings/settings";

/** How people get into one application in production: see `make user`. */
export interface UserTask extends CommandTask {
  readonly application: string;
  readonly url: string;
}

/** A job's own task, with another command. */
export interface CommandTask extends JobTask {
  readonly job: string;
  readonly command: readonly string[];
}

/** What `make assistant-check` has to know. */
export interface CheckTask extends CommandTask {
  readonly region: string;
}

/** What `make user` has to know. */
export interface UserTasks {
  /** Whether the applications can send mail. */
  readonly mail: boolean;
  readonly administrator: string;
  readonly region: string;
  readonly applications: readonly UserTask[];
}

type Tasks = Readonly<Record<string, pulumi.Output<JobTask>>>;

/** Where a command runs, and its words as they are there; undefined where its job is off. */
function commandTask(
  { jobs }: Pick<Catalogue, "jobs">,
  { job: name, command }: UserCommand,
  tasks: Tasks,
): pulumi.Output<CommandTask> | undefined {
  const job = jobs.find((j) => j.name === name);
  if (job === undefined) return undefined;
  const words = command.map((word) => rewritePaths(job, word));
  return tasks[name]?.apply((where) => ({ job: name, command: words, ...where }));
}

/** What asks the assistant its examples, as an output of the stack, where there is an assistant. */
export function assistantCheckTask({ region }: Settings, catalogue: Catalogue, tasks: Tasks) {
  const check = assistantCheck(catalogue);
  const task = check === undefined ? undefined : commandTask(catalogue, check, tasks);
  return task === undefined ? {} : { assistantCheck: task.apply((where): CheckTask => ({ region, ...where })) };
}

/** How people get in, as an output of the stack: a task of an application's own job with another command. */
export function userTasks(
  settings: Settings,
  catalogue: Catalogue,
  hosts: Hosts,
  tasks: Tasks,
): pulumi.Output<UserTasks> {
  const applications = commandsOf(catalogue, hosts).flatMap((application) => {
    const task = commandTask(catalogue, application, tasks);
    return task === undefined ? [] : [task.apply((where): UserTask => ({ ...application, ...where }))];
  });
  const { smtp, adminEmail: administrator, region } = settings;
  return pulumi
    .all(applications)
    .apply((all) => ({ mail: smtp !== undefined, administrator, region, applications: all }));
}
