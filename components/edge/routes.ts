import { keptFor, type Kept } from "../../services/model/kept";
import { idleSeconds } from "../../services/model/limits";
import type { Route } from "../../services/model/types";
import { hostName, type Hosts } from "../../templates/hosts";

/** A service that the load balancer sends requests to. */
export interface EdgeRoute extends Pick<
  Route,
  "host" | "legacyPath" | "paths" | "home" | "unlimited" | "logins" | "framable" | "healthPath"
> {
  /** Name of the service in the catalogue. */
  readonly service: string;
  /** The container's first port. */
  readonly port: number;
  /** Seconds that it keeps an idle connection. @default not known */
  readonly keepAliveSeconds?: number | undefined;
  /** Prefixes of static files with a hash in their names: kept by CloudFront. @default none */
  readonly cached?: readonly string[];
  /** Prefixes of static files without one: kept for minutes, by browsers too. @default none */
  readonly cachedBriefly?: readonly string[];
  /** Prefixes that it takes from the service that has the rest of the host. @default it is the one with the rest */
  readonly only?: readonly string[];
  /** Gets a second target group, between which ECS moves the traffic. Not with `only` or `paths`. @default false */
  readonly blueGreen?: boolean;
}

/** One port of a service. */
export interface TargetPlan {
  /** `<service>`, or `<service>-<port>` where it is not the first port. */
  readonly key: string;
  readonly service: string;
  readonly port: number;
  readonly healthPath: string;
  /** Port of the health check, where it is another one. */
  readonly healthPort: number;
}

export interface RulePlan {
  /** Kebab-case, unique. */
  readonly key: string;
  readonly priority: number;
  readonly host: string;
  /** Absent: every path. */
  readonly path?: string;
  /** It leads to two target groups, and ECS decides how much goes to which. */
  readonly weighted?: true;
  readonly action: { readonly target: string } | { readonly redirect: string };
}

/** What CloudFront does below a prefix. It chooses by path alone, whatever the host. */
export interface BehaviourPlan {
  readonly prefix: string;
  readonly kept: Kept;
  /** Some host's pages there may be framed by other sites. */
  readonly framable: boolean;
}

export interface EdgePlan {
  /** Host names of the applications, sorted. */
  readonly hosts: readonly string[];
  readonly targets: readonly TargetPlan[];
  readonly rules: readonly RulePlan[];
  readonly behaviours: readonly BehaviourPlan[];
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Neither the wildcards of the load balancer nor those of CloudFront. */
const prefix = /^\/[\w.~@:+,=!/-]*$/;
const slug = (text: string): string => text.replace(/[^a-z0-9]+/gi, "-").replace(/^-+|-+$/g, "");
const below = (prefixes: readonly string[], path: string): boolean => prefixes.some((p) => path.startsWith(p));
const byLength = (a: string, b: string): number => b.length - a.length || (a < b ? -1 : 1);

/** Port that answers a path: the longest prefix's, else the first. */
const portOf = (route: EdgeRoute, path: string): number =>
  [...(route.paths ?? [])].sort((a, b) => byLength(a.prefix, b.prefix)).find((p) => path.startsWith(p.prefix))?.port ??
  route.port;

function targetsOf(route: EdgeRoute): TargetPlan[] {
  const ports = [...new Set([route.port, ...(route.paths ?? []).map((p) => p.port)])];
  return ports.map((port) => ({
    key: port === route.port ? route.service : `${route.service}-${port}`,
    service: route.service,
    port,
    healthPath: route.healthPath,
    healthPort: portOf(route, route.healthPath),
  }));
}

/** A number below `size` that depends on the text alone. */
const spread = (text: string, size: number): number =>
  Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7) % size;

/** First priority of a rule, and among how many it is spread. */
function bandOf({ path, weighted }: Omit<RulePlan, "priority">): readonly [first: number, size: number] {
  if (path !== undefined) return [1_000 + (200 - Math.min(path.length, 200)) * 200, 200];
  return weighted === true ? [41_000, 1_000] : [42_000, 7_000];
}

/**
 * Priorities depend on the rule and not on its neighbours: two rules cannot change places in one update, so a new
 * service must not move the others. Longer prefixes come first, the rest of a host last. Weighted rules come before
 * plain ones, so that a service that changes to them has a rule all the while.
 */
function withPriorities(rules: readonly Omit<RulePlan, "priority">[]): RulePlan[] {
  const taken = new Set<number>();
  return [...rules]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map((rule) => {
      const [first, size] = bandOf(rule);
      let offset = spread(rule.key, size);
      while (taken.has(first + offset)) offset = (offset + 1) % size;
      taken.add(first + offset);
      return { ...rule, priority: first + offset };
    })
    .sort((a, b) => a.priority - b.priority);
}

/** Key of the rule between whose two target groups ECS moves the traffic. */
export const weightedRule = (service: string): string => `${service}-weighted`;

function rulesOf(route: EdgeRoute, hosts: Hosts): Omit<RulePlan, "priority">[] {
  const host = hostName(hosts, route.host);
  const main = { target: route.service };
  if (route.only !== undefined) {
    return route.only.map((p) => ({ key: `${route.service}-${slug(p)}`, host, path: `${p}*`, action: main }));
  }
  return [
    ...(route.home === undefined
      ? []
      : [{ key: `${route.service}-home`, host, path: "/", action: { redirect: route.home } }]),
    ...(route.paths ?? []).map((p) => ({
      key: `${route.service}-${slug(p.prefix)}`,
      host,
      path: `${p.prefix}*`,
      action: p.port === route.port ? main : { target: `${route.service}-${p.port}` },
    })),
    // one of its own, for whoever changes: ECS refuses a rule without both groups, and a plain one is never given weights
    route.blueGreen === true
      ? { key: weightedRule(route.service), host, action: main, weighted: true }
      : { key: route.service, host, action: main },
  ];
}

function behavioursOf(routes: readonly EdgeRoute[]): BehaviourPlan[] {
  // of every host at once: what one host's files allow, another's may not
  const files = {
    cached: routes.flatMap((r) => r.cached ?? []),
    cachedBriefly: routes.flatMap((r) => r.cachedBriefly ?? []),
  };
  const framable = routes.flatMap((r) => r.framable);
  return [...new Set([...files.cached, ...files.cachedBriefly, ...framable])]
    .sort(byLength)
    .map((p) => ({ prefix: p, kept: keptFor(p, files), framable: below(framable, p) }));
}

function problemsOf(routes: readonly EdgeRoute[]): string[] {
  const problems: string[] = [];
  const whole = routes.filter((r) => r.only === undefined);
  const cached = routes.flatMap((r) => [...(r.cached ?? []), ...(r.cachedBriefly ?? [])]);
  for (const r of routes) {
    const say = (text: string) => problems.push(`${r.service}: ${text}`);
    const prefixes = [
      ...(r.paths ?? []).map((p) => p.prefix),
      ...(r.only ?? []),
      ...(r.cached ?? []),
      ...(r.cachedBriefly ?? []),
      ...r.framable,
      ...r.logins,
    ];
    // the certificates' wildcard stands for one label
    if (!label.test(r.host)) say(`the host "${r.host}" is not one label`);
    for (const p of prefixes) if (!prefix.test(p)) say(`"${p}" is no path that every part of the edge takes`);
    if (r.keepAliveSeconds !== undefined && r.keepAliveSeconds <= idleSeconds.loadBalancer) {
      say(
        `it keeps idle connections for ${r.keepAliveSeconds} s, and the load balancer uses them for ` +
          `${idleSeconds.loadBalancer}: set keepAliveSeconds to ${idleSeconds.application}, and the application's own time with it`,
      );
    }
    if (whole.filter((w) => w.host === r.host).length !== 1) say(`the host "${r.host}" needs one service for its rest`);
    if (r.only !== undefined && r.home !== undefined) say("only the service with the rest of the host has a home");
    if (r.blueGreen === true && (r.only ?? r.paths) !== undefined) say("blue/green needs a service with one rule");
    for (const path of [...r.logins, ...(r.paths ?? []).map((p) => p.prefix), ...(r.only ?? [])]) {
      if (below(cached, path)) say(`"${path}" lies below a prefix that CloudFront keeps for every host`);
    }
  }
  if (new Set(routes.map((r) => r.service)).size < routes.length) problems.push("a service is listed twice");
  return problems;
}

/**
 * What the routes mean for the load balancer and for CloudFront; the same for the same routes, in whatever order.
 * @throws Error that names every route that they cannot serve.
 */
export function planEdge(routes: readonly EdgeRoute[], domain: string): EdgePlan {
  const problems = problemsOf(routes);
  if (problems.length > 0) throw new Error(`the edge cannot serve these routes:\n  ${problems.join("\n  ")}`);
  const hosts: Hosts = { apex: domain, scheme: "https", port: 443 };
  const sorted = [...routes].sort((a, b) => (a.service < b.service ? -1 : 1));
  return {
    hosts: [...new Set(sorted.map((r) => hostName(hosts, r.host)))].sort(),
    targets: sorted.flatMap(targetsOf),
    rules: withPriorities(sorted.flatMap((r) => rulesOf(r, hosts))),
    behaviours: behavioursOf(sorted),
  };
}
