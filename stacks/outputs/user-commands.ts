import * as pulumi from "@pulumi/pulumi";
import type { JobTask } from "../../components/fargate/jobs";
import type { Catalogue } from "../../services/catalogue";
import { placed } from "../../templates/ecs";
import type { Hosts } from "../../templates/hosts";
import { userCommands as commandsOf } from "../../templates/release/facts";
import type { Settings } from "../../settings/settings";

/** How people get into one application in production: see `make user`. */
export interface UserTask extends JobTask {
  readonly application: string;
  readonly url: string;
  readonly job: string;
  readonly command: readonly string[];
}

/** What `make user` has to know. */
export interface UserTasks {
  /** Whether the applications can send mail. */
  readonly mail: boolean;
  readonly administrator: string;
  readonly region: string;
  readonly applications: readonly UserTask[];
}

/** How people get in, as an output of the stack: a task of an application's own job with another command. */
export function userTasks(
  settings: Settings,
  catalogue: Catalogue,
  hosts: Hosts,
  tasks: Readonly<Record<string, pulumi.Output<JobTask>>>,
): pulumi.Output<UserTasks> {
  const applications = commandsOf(catalogue, hosts).flatMap(({ command, ...application }) => {
    const task = tasks[application.job];
    const job = catalogue.jobs.find((j) => j.name === application.job);
    if (task === undefined || job === undefined) return [];
    const words = command.map((word) => placed(job, word));
    return [task.apply((where): UserTask => ({ ...application, command: words, ...where }))];
  });
  const { smtp, adminEmail: administrator, region } = settings;
  return pulumi
    .all(applications)
    .apply((all) => ({ mail: smtp !== undefined, administrator, region, applications: all }));
}
