import { asked, awaited, type Aws, type Patience } from "./aws";

/** A service of a cluster, as it is. */
export interface ServiceState {
  readonly name: string;
  readonly desired: number;
  readonly running: number;
  /** Visitors and senders reach it through the load balancer. */
  readonly fronted: boolean;
}

interface Described {
  readonly services?: readonly {
    readonly serviceName: string;
    readonly status: string;
    readonly desiredCount: number;
    readonly runningCount: number;
    readonly loadBalancers?: readonly unknown[];
  }[];
}

/** Most that one call describes. */
const most = 10;

export async function servicesIn(aws: Aws, cluster: string): Promise<readonly ServiceState[]> {
  const listed = await asked<{ serviceArns?: readonly string[] }>(aws, "ecs", "list-services", "--cluster", cluster);
  const arns = listed.serviceArns ?? [];
  const all: ServiceState[] = [];
  for (let i = 0; i < arns.length; i += most) {
    const words = ["ecs", "describe-services", "--cluster", cluster, "--services", ...arns.slice(i, i + most)];
    const { services = [] } = await asked<Described>(aws, ...words);
    for (const { serviceName: name, status, desiredCount: desired, runningCount: running, loadBalancers } of services)
      if (status === "ACTIVE") all.push({ name, desired, running, fronted: (loadBalancers ?? []).length > 0 });
  }
  return all;
}

const dimension = ["--service-namespace", "ecs", "--scalable-dimension", "ecs:service:DesiredCount"];

/** Least tasks of the services that scale. */
async function scaled(aws: Aws, cluster: string): Promise<ReadonlyMap<string, number>> {
  const { ScalableTargets: targets = [] } = await asked<{
    ScalableTargets?: readonly { readonly ResourceId: string; readonly MinCapacity: number }[];
  }>(aws, "application-autoscaling", "describe-scalable-targets", "--service-namespace", "ecs");
  const prefix = `service/${cluster.split("/").at(-1) ?? cluster}/`;
  return new Map(
    targets
      .filter(({ ResourceId }) => ResourceId.startsWith(prefix))
      .map(({ ResourceId, MinCapacity }) => [ResourceId.slice(prefix.length), MinCapacity]),
  );
}

/**
 * Of those that scale. `make up` sets neither: the number of tasks is the scaling's, and the program says nothing of its suspension.
 * @param least of {@link scaled}
 */
async function suspend(
  aws: Aws,
  cluster: string,
  services: readonly ServiceState[],
  least: ReadonlyMap<string, number>,
  suspended: boolean,
): Promise<void> {
  const state = Object.fromEntries(
    ["DynamicScalingIn", "DynamicScalingOut", "ScheduledScaling"].map((k) => [`${k}Suspended`, suspended]),
  );
  for (const { name } of services.filter((s) => least.has(s.name))) {
    const id = `service/${cluster.split("/").at(-1) ?? cluster}/${name}`;
    await aws(
      ...["application-autoscaling", "register-scalable-target", ...dimension, "--resource-id", id],
      ...["--suspended-state", JSON.stringify(state)],
    );
  }
}

const setCount = (aws: Aws, cluster: string, name: string, count: number) =>
  aws("ecs", "update-service", "--cluster", cluster, "--service", name, "--desired-count", String(count));

async function gone(aws: Aws, cluster: string, names: readonly string[], patience: Patience): Promise<void> {
  let seen = "";
  await awaited(
    `${names.join(", ")}: tasks end`,
    async () => {
      const left = (await servicesIn(aws, cluster)).filter((s) => names.includes(s.name) && s.running > 0);
      const words = left.map((s) => `${s.name} ${s.running}`).join(", ");
      if (words !== "" && words !== seen) patience.say(`    tasks that still run: ${words}`);
      seen = words;
      return left.length === 0 ? true : undefined;
    },
    patience,
  );
}

/** How many tasks each service had, for the way back. */
export type Counts = Readonly<Record<string, number>>;

/**
 * Ends every task: first of what people and senders reach, so that the load balancer answers 503; then, once `drained` says
 * that no work waits, of the rest. May be repeated after a cut.
 * @param known what an earlier call found
 * @param keep is called with the numbers of before, ahead of any change
 */
export async function rest(
  aws: Aws,
  cluster: string,
  known: Counts,
  keep: (counts: Counts) => void,
  drained: (() => Promise<void>) | undefined,
  patience: Patience,
): Promise<void> {
  const services = await servicesIn(aws, cluster);
  const least = await scaled(aws, cluster);
  keep(
    Object.fromEntries(services.map(({ name, desired }) => [name, desired || (known[name] ?? least.get(name) ?? 1)])),
  );
  await suspend(aws, cluster, services, least, true);
  const parts =
    drained === undefined ? [services] : [services.filter((s) => s.fronted), services.filter((s) => !s.fronted)];
  for (const [i, part] of parts.entries()) {
    if (i > 0) await drained?.();
    for (const { name, desired } of part) if (desired > 0) await setCount(aws, cluster, name, 0);
    await gone(
      aws,
      cluster,
      part.map((s) => s.name),
      patience,
    );
  }
}

/** The tasks of before, and scaling as ever. */
export async function wake(aws: Aws, cluster: string, counts: Counts, patience: Patience): Promise<void> {
  const services = await servicesIn(aws, cluster);
  const least = await scaled(aws, cluster);
  const wanted = new Map(services.map(({ name }) => [name, counts[name] ?? least.get(name) ?? 1]));
  for (const { name, desired } of services) {
    const count = wanted.get(name) ?? 1;
    if (desired < count) await setCount(aws, cluster, name, count);
  }
  await suspend(aws, cluster, services, least, false);
  let seen = "";
  await awaited(
    "the services start",
    async () => {
      const late = (await servicesIn(aws, cluster)).filter((s) => s.running < (wanted.get(s.name) ?? 1));
      const words = late.map((s) => `${s.name} ${s.running} of ${wanted.get(s.name) ?? 1}`).join(", ");
      if (words !== "" && words !== seen) patience.say(`    starting: ${words}`);
      seen = words;
      return late.length === 0 ? true : undefined;
    },
    patience,
  );
}
