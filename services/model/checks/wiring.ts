import { configuredSecrets, type Context } from "../context";
import { loginSecrets } from "../database-users";
import type { Problem } from "./catalogue-error";
import { containersOf } from "./presence";
import type { Container, GeneratedSecret, Service, Volume } from "../types";
import { addressesIn, secretsIn, type Address } from "../values";

/** Ids of the secrets that a container reads. */
export const secretsOf = (container: Container): string[] => Object.values(container.environment).flatMap(secretsIn);

/** Addresses that a container reads. */
export const addressesOf = (container: Container): Address[] =>
  Object.values(container.environment).flatMap(addressesIn);

/** Names of the values that a generated secret has. */
export const namesOf = ({ id, bcrypt }: GeneratedSecret): string[] => (bcrypt === true ? [id, `${id}-hash`] : [id]);

const sameVolume = (a: Volume, b: Volume): boolean => a.uid === b.uid && a.gid === b.gid && a.backup === b.backup;

/**
 * What containers name and nobody has: secrets, stores, files, other containers. Told for what is off as well, before it is
 * switched on.
 * @param services the whole catalogue, as the topology has it
 */
export function wiringProblems(services: readonly Service[], context: Context): readonly Problem[] {
  const names = services.flatMap((s) => [s.name, ...(s.jobs ?? []).map((job) => job.name)]);
  const stores = services.filter((s) => s.role === "store").map((s) => s.name);
  const hosts = services.flatMap((s) => s.route?.host ?? []);
  const secrets = new Set<string>([
    ...Object.values(configuredSecrets),
    ...services.flatMap((s) => (s.secrets ?? []).flatMap(namesOf)),
    ...(context.databases ?? []).flatMap(({ role }) => Object.values(loginSecrets(role))),
  ]);
  const containers = services.flatMap((s) =>
    containersOf(s, context).map((container) => ({ key: `services.${s.name}`, container })),
  );
  const rendered = services.flatMap((s) => Object.keys(s.rendered?.() ?? {}));
  const volumes = containers.flatMap(({ container }) => container.volumes ?? []);
  const wrong = containers.flatMap(({ key, container }) => {
    const who = key === `services.${container.name}` ? "" : `its job ${container.name} `;
    const told = (lost: readonly string[], words: (name: string) => string) =>
      [...new Set(lost)].map((name) => ({ key, message: `${who}${words(name)}` }));
    const lacking = (wanted: readonly string[] | undefined, known: readonly string[]) =>
      (wanted ?? []).filter((name) => !known.includes(name));
    return [
      ...told(
        secretsOf(container).filter((id) => !secrets.has(id)),
        (id) => `reads the secret ${id}, which nobody declares: an entry in \`secrets\`, or \`database\` for a login`,
      ),
      ...told(lacking(container.uses, stores), (name) => `uses the store ${name}, which does not exist`),
      ...told(
        addressesOf(container).flatMap((a) =>
          "store" in a && container.uses?.includes(a.store) !== true ? a.store : [],
        ),
        (name) => `reads the address of ${name} without using it: it must be in \`uses\``,
      ),
      ...told(
        addressesOf(container).flatMap((a) => ("bucket" in a && container.files?.bucket !== a.bucket ? a.bucket : [])),
        (name) => `reads the name of the bucket ${name}, which is not in its \`files\``,
      ),
      ...told(
        lacking(
          // the apex is the dashboard's
          addressesOf(container).flatMap((a) => ("origin" in a && a.origin !== "" ? a.origin : [])),
          hosts,
        ),
        (label) => `reads the address of the host ${label}, which no service has`,
      ),
      ...told(lacking(container.calls, names), (name) => `calls ${name}, which does not exist`),
      ...told(lacking(container.after, names), (name) => `waits for ${name}, which does not exist`),
      ...told(
        (container.mounts ?? [])
          .map((m) => m.source)
          .filter((source) => !rendered.includes(source) && context.hasFile?.(source) === false),
        (source) =>
          `mounts ${source}, which is no file of the release: put it into templates/, or into files/ of its own folder`,
      ),
      ...told(
        (container.volumes ?? [])
          .filter((v) => volumes.some((o) => o.name === v.name && !sameVolume(o, v)))
          .map((v) => v.name),
        (name) => `has the volume ${name} with another owner or backup than elsewhere`,
      ),
    ];
  });
  const queues = services.flatMap(({ name, fargate }) =>
    fargate?.queue === undefined ? [] : [{ name, ...fargate.queue }],
  );
  const second = queues.filter((queue, i) => queues.findIndex(({ kind }) => kind === queue.kind) < i);
  const partless = services.filter((s) => s.partOf !== undefined && !names.includes(s.partOf));
  return [
    ...wrong,
    ...second.map(({ name, kind }) => ({
      key: `services.${name}`,
      message: `has a queue of the kind ${kind}, and only one of a kind is counted in a stack`,
    })),
    ...partless.map((s) => ({
      key: `services.${s.name}`,
      message: `is part of ${String(s.partOf)}, which does not exist`,
    })),
  ];
}
