import type { Context, ServiceFactory } from "../context";
import type { Container, Job, Service, Store } from "../types";

/** What of {@link Override} decides whether there is a service. */
type Switches = Readonly<Record<string, { readonly enabled?: boolean | undefined }>>;

/** Which services a stack has, and why not others. */
export interface Presence {
  /** Of everything that is part of the stack; managed stores as well. */
  readonly names: ReadonlySet<string>;
  readonly stores: readonly Store[];
  /** All services, as they are when everything is on. */
  readonly whole: readonly Service[];
  readonly problems: readonly { readonly key: string; readonly message: string }[];
}

/** Whether a service runs in containers of its own: on Fargate the stores are managed, and the load balancer is the entrance. */
export const runs = (service: Service, context: Context): boolean =>
  context.topology === "host" ? service.fargateOnly !== true : service.fargate !== undefined;

/** Jobs of the services that run, and those that set up managed stores. */
export const jobsOf = (service: Service, context: Context): readonly Job[] =>
  runs(service, context) || service.role === "store"
    ? (service.jobs ?? []).filter((job) => context.topology === "host" || job.hostOnly !== true)
    : [];

/** Everything of a service that is a container there. */
export const containersOf = (service: Service, context: Context): readonly Container[] => [
  ...(runs(service, context) || service.beside !== undefined ? [service] : []),
  ...jobsOf(service, context),
];

const list = (names: readonly string[]): string => `${names.join(", ")} ${names.length === 1 ? "needs" : "need"} it`;

/**
 * Services are on unless the settings say otherwise; stores where somebody needs them. One that exists with data stays, though
 * nobody needs it any more, until the settings say `false`: what it holds is for the day its service comes back.
 */
export function presenceOf(factories: readonly ServiceFactory[], context: Context, switches: Switches): Presence {
  const whole = factories.map((factory) => factory({ ...context, has: () => true }));
  const problems: { key: string; message: string }[] = [];
  const refuse = (name: string, message: string) => problems.push({ key: `services.${name}.enabled`, message });
  const said = (name: string) => switches[name]?.enabled;

  const on = new Set<string>();
  for (const { name, role, partOf, offByDefault } of whole) {
    if (role === "store" || !(said(name) ?? offByDefault !== true)) continue;
    // the whole comes before its parts in every catalogue
    if (partOf === undefined || on.has(partOf)) on.add(name);
    else if (said(name) === true) refuse(name, `cannot be true: it works for ${partOf}, which is off`);
  }
  for (const service of whole) {
    const { name, partOf, needed } = service;
    if (needed === undefined || on.has(name) || !runs(service, context)) continue;
    if (partOf === undefined) refuse(name, `cannot be false: ${needed}`);
    else if (on.has(partOf)) {
      refuse(name, `cannot be false: ${needed}. To switch both off: services.${partOf}.enabled false`);
    }
  }

  const stores = whole.filter((s) => s.role === "store");
  const exists = (name: string) => context.existing?.stores.includes(name as Store) === true;
  for (const { name } of stores) if (said(name) ?? exists(name)) on.add(name);
  const users = factories
    .map((factory) => factory({ ...context, has: (name) => on.has(name) }))
    .filter((s) => s.role !== "store" && on.has(s.name) && runs(s, context));
  for (const { name, managed = "" } of stores) {
    const needing = users.filter((s) =>
      [s, ...jobsOf(s, context)].some((container) => container.uses?.includes(name as Store) === true),
    );
    if (said(name) !== false) {
      if (needing.length > 0) on.add(name);
    } else if (needing.length > 0) refuse(name, `cannot be false: ${list(needing.map((s) => s.name))}`);
    else if (exists(name) && context.existing?.protected === true) {
      refuse(
        name,
        "would delete a store and its data, which are protected: first an update with deletionProtection false, then this one. " +
          "AWS keeps a last snapshot of it",
      );
    }
    const instead = on.has(name) ? context.without?.(managed) : undefined;
    if (instead !== undefined) {
      const whose = needing.length > 0 ? `, and ${list(needing.map((s) => s.name))}` : "";
      problems.push({ key: "aws:region", message: `has no ${managed}${whose}: choose another region, or ${instead}` });
    }
  }
  const names = new Set(
    whole
      .filter((s) => on.has(s.name) && (s.role === "store" || s.beside !== undefined || runs(s, context)))
      .map((s) => s.name),
  );
  return { names, stores: stores.map((s) => s.name as Store).filter((name) => on.has(name)), whole, problems };
}
