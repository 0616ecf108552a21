import type * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../services/catalogue";
import { backupKey } from "../services/dump";
import { CatalogueError } from "../services/model/checks/catalogue-error";
import { namesOf } from "../services/model/checks/wiring";
import { configuredSecrets } from "../services/model/context";
import type { GeneratedSecret } from "../services/model/types";
import { llmProviders, type Settings } from "../settings/settings";

function overrideProblems(given: readonly string[], secrets: readonly GeneratedSecret[]): string[] {
  const known = secrets.flatMap(namesOf);
  const unknown = given.filter((id) => !known.includes(id));
  const halves = secrets.map(namesOf).filter((names) => {
    const here = names.filter((id) => given.includes(id)).length;
    return here > 0 && here < names.length;
  });
  return [
    ...(unknown.length === 0 ? [] : [`has ${unknown.join(", ")}; there are ${known.join(", ")}`]),
    ...halves.map((names) => `has one of ${names.join(" and ")}, and they belong together`),
  ];
}

/**
 * Secrets that come from the configuration, id -> value: those that people have, and what is given in place of generated ones.
 * @throws CatalogueError when a generated secret of that name is not known.
 */
export function configured(
  settings: Settings,
  { secrets }: Pick<Catalogue, "secrets">,
): Record<string, pulumi.Output<string>> {
  const { apiKeys, smtpPassword, oidcClientSecret, overrides } = settings.secrets;
  // with it a stack opens what another has sealed
  const sealing = settings.backups === "s3" ? [backupKey] : [];
  const problems = overrideProblems(Object.keys(overrides), [...secrets, ...sealing]);
  if (problems.length > 0) throw new CatalogueError(problems.map((message) => ({ key: "secretOverrides", message })));
  // a host has a MongoDB of its own, unless its data is managed
  const ownMongo = settings.topology === "fargate" || settings.data === "managed";
  const mongoUri = ownMongo ? settings.secrets.mongoUri : undefined;
  const keys = llmProviders.flatMap((p) => {
    const key = apiKeys[p];
    return key === undefined ? [] : [[configuredSecrets[p], key] as const];
  });
  return {
    ...overrides,
    ...Object.fromEntries(keys),
    ...(mongoUri === undefined ? {} : { [configuredSecrets.mongo]: mongoUri }),
    ...(smtpPassword === undefined ? {} : { [configuredSecrets.smtp]: smtpPassword }),
    ...(oidcClientSecret === undefined ? {} : { [configuredSecrets.oidc]: oidcClientSecret }),
  };
}
