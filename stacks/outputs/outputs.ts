import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../services/catalogue";
import { backupKey } from "../../services/dump";
import { namesOf } from "../../services/model/checks/wiring";
import type { Service } from "../../services/model/types";
import type { JobTask } from "../../components/fargate/jobs";
import { inOrder } from "../../services/model/checks/in-order";
import { required } from "../../settings/required";

export interface OutputsInput {
  readonly catalogue: Pick<Catalogue, "services" | "secrets">;
  /** Address of a host label and a path. */
  readonly url: (label: string, path: string) => pulumi.Output<string>;
  readonly adminEmail: string;
  /** Id of a secret -> its value. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
}

const nameOf = ({ name, access }: Service): string =>
  access?.name ?? name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Where everything is that is on, and its logins and tokens for people, without the machine's own secrets. */
export function serviceOutputs({ catalogue, url, adminEmail, secrets }: OutputsInput) {
  const pages = catalogue.services.flatMap((service) => {
    const { route, access } = service;
    return route === undefined ? [] : [{ name: nameOf(service), access, url: url(route.host, access?.path ?? "/") }];
  });
  const logins = pages.flatMap(({ name, access, url }) => {
    if (access?.email === undefined && access?.secrets === undefined) return [];
    const told = Object.entries(access.secrets ?? {}).map(
      ([key, id]) => [key, required(secrets, id, "secret")] as const,
    );
    return [
      [name, { url, ...(access.email === true ? { email: adminEmail } : {}), ...Object.fromEntries(told) }] as const,
    ];
  });
  return {
    dashboardUrl: url("", "/"),
    images: Object.fromEntries(catalogue.services.map(({ name, image }) => [name, image])),
    ...Object.fromEntries(pages.map(({ name, url }) => [`${name}Url`, url])),
    credentials: pulumi.secret(Object.fromEntries(logins)),
    // for the stack that takes over the data, should this one's state be lost
    generatedSecrets: pulumi.secret(
      Object.fromEntries(
        catalogue.secrets.flatMap(namesOf).flatMap((id) => (secrets[id] === undefined ? [] : [[id, secrets[id]]])),
      ),
    ),
  };
}

/** Where the archives are, and what opens them: for `make restore` and `make backup-key`. */
export const backupsOutput = (
  region: string,
  bucket: pulumi.Output<string>,
  secrets: Readonly<Record<string, pulumi.Output<string>>>,
) => pulumi.secret({ bucket, region, key: required(secrets, backupKey.id, "secret") });

/** The jobs of a deployment, in their order: what puts right the data that was brought from elsewhere, before services start with it. */
export const setupTasks = (
  { jobs }: Pick<Catalogue, "jobs">,
  tasks: Readonly<Record<string, pulumi.Output<JobTask>>>,
): pulumi.Output<({ readonly job: string } & JobTask)[]> =>
  pulumi.all(
    inOrder(
      jobs.filter((job) => job.scheduled === undefined),
      (job) => job.after ?? [],
    ).map(({ name: job }) => required(tasks, job, "job").apply((task) => ({ job, ...task }))),
  );
