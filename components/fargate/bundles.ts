import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../../services/catalogue";
import type { Container } from "../../services/model/types";
import { envName, type Address, type Template } from "../../services/model/values";
import { required } from "../../settings/required";
import { rewritePaths, secretVariables } from "../../templates/ecs";
import { SecretBundle } from "../secrets/secret-bundle";

/** A secret that is kept elsewhere, e.g. by RDS itself. */
export interface ExternalSecret {
  /** For a task definition, e.g. `<arn>:password::`. */
  readonly valueFrom: pulumi.Input<string>;
  readonly arn: pulumi.Input<string>;
}

export interface BundlesArgs {
  readonly catalogue: Catalogue;
  /** Connection strings hold the addresses of stores. */
  readonly address: (address: Address) => pulumi.Input<string>;
  /** Id -> value. */
  readonly values: Readonly<Record<string, pulumi.Output<string>>>;
  readonly external: Readonly<Record<string, ExternalSecret>>;
  readonly recoveryDays: number;
}

/** What a container's task definition refers to. */
export interface SecretReferences {
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  readonly arns: readonly pulumi.Input<string>[];
}

/** Key of a container's variable in its bundle; jobs share the bundle of their service. */
const secretKey = (container: Container, variable: string): string => `${envName(container.name)}__${variable}`;

/** A variable that is one external secret and nothing else. */
const externalOf = (value: Template, external: BundlesArgs["external"]): ExternalSecret | undefined => {
  const [part, ...rest] = value.parts;
  return rest.length === 0 && typeof part === "object" && "secret" in part ? external[part.secret] : undefined;
};

/** Service that a container belongs to; jobs of the managed stores share one bundle, and a scheduled job has its own or another's. */
const ownerOf = (container: Container, { services, jobs }: Catalogue): string => {
  const scheduled = jobs.find((j) => j.name === container.name)?.scheduled;
  return (
    services.find((s) => s.name === container.name || s.jobs?.some((j) => j.name === container.name) === true)?.name ??
    (scheduled === undefined ? "setup" : (scheduled.secretsOf ?? container.name))
  );
};

/** Text of a variable. */
const textOf = (args: BundlesArgs, container: Container, value: Template): pulumi.Output<string> =>
  pulumi.concat(
    ...value.parts.map((part) => {
      if (typeof part === "string") return rewritePaths(container, part);
      return "secret" in part ? required(args.values, part.secret, "value of the secret") : args.address(part);
    }),
  );

/** One secret in Secrets Manager for each service, and the references to its keys: container -> references. */
export function bundles(
  name: string,
  args: BundlesArgs,
  parent: pulumi.Resource,
): Readonly<Record<string, SecretReferences>> {
  const containers = [...args.catalogue.services, ...args.catalogue.jobs];
  const owners = new Map<string, Record<string, pulumi.Output<string>>>();
  for (const container of containers) {
    for (const [variable, value] of secretVariables(container)) {
      if (externalOf(value, args.external) !== undefined) continue;
      const owner = ownerOf(container, args.catalogue);
      const keys = owners.get(owner) ?? {};
      keys[secretKey(container, variable)] = textOf(args, container, value);
      owners.set(owner, keys);
    }
  }
  const byOwner = new Map(
    [...owners].map(([owner, values]) => [
      owner,
      new SecretBundle(
        `${name}-${owner}-secrets`,
        { description: `Secrets of ${owner}`, values, recoveryDays: args.recoveryDays },
        { parent },
      ),
    ]),
  );
  return Object.fromEntries(
    containers.map((container) => {
      const variables: Record<string, pulumi.Input<string>> = {};
      // user name and password are two keys of one secret
      const arns = new Set<pulumi.Input<string>>();
      const bundle = byOwner.get(ownerOf(container, args.catalogue));
      let bundled = false;
      for (const [variable, value] of secretVariables(container)) {
        const external = externalOf(value, args.external);
        if (external !== undefined) {
          variables[variable] = external.valueFrom;
          arns.add(external.arn);
        } else if (bundle !== undefined) {
          variables[variable] = bundle.reference(secretKey(container, variable));
          bundled = true;
        }
      }
      return [container.name, { variables, arns: bundled && bundle !== undefined ? [bundle.arn, ...arns] : [...arns] }];
    }),
  );
}
