import { isIPv4 } from "node:net";
import type { Route } from "../../services/model/types";
import type { Site } from "./input";

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Becomes the name of a file, beside those that start with a digit. */
const serviceName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Nothing that means something to nginx outside or inside quotes, and no `.` or `..`, which nginx resolves first. */
const path = /^(\/(?!\.{1,2}(\/|$))[\w.~@:+,=!-]+)*\/?$/;
const legacyPath = /^\/[a-z0-9][a-z0-9-]*\/$/;

const isPath = (text: string): boolean => text !== "" && text.length <= 200 && path.test(text);
const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;
const isHost = (host: string): boolean => host.length <= 253 && host.split(".").every((part) => label.test(part));

function routeProblems(route: Route): string[] {
  const { unlimited, logins, api, sockets, framable, cached = [], cachedBriefly = [] } = route;
  const { webhooks = [], bodiless = [], paths = [], home, legacyPath: legacy } = route;
  const lists = { unlimited, logins, api, webhooks, bodiless, sockets, framable, cached, cachedBriefly };
  const prefixes = { ...lists, paths: paths.map((p) => p.prefix) };
  return [
    ...(label.test(route.host) ? [] : [`host "${route.host}" is not a label; the apex is the dashboard's`]),
    ...(legacy === undefined || legacyPath.test(legacy) ? [] : [`legacyPath "${legacy}" is not like "/name/"`]),
    ...(home === undefined || (isPath(home) && home !== "/") ? [] : [`home "${home}" is not a path below "/"`]),
    ...Object.entries(prefixes).flatMap(([list, all]) =>
      all.filter((p) => !isPath(p)).map((p) => `${list}: "${p}" is not a path of plain characters`),
    ),
    ...(logins.includes("/") ? [`logins: "/" is not a login`] : []),
    ...paths.filter((p) => !isPort(p.port)).map((p) => `paths: ${p.port} is not a port`),
  ];
}

function twice(what: string, values: readonly string[]): string[] {
  return values.filter((value, i) => values.indexOf(value) !== i).map((value) => `${what} "${value}" is used twice`);
}

/**
 * Refuses what nginx would not take, or would take as something else.
 * @throws Error that names every problem.
 */
export function check(site: Site): void {
  const { services, hosts } = site;
  const ports = Object.values(site.ports) as number[];
  const problems = [
    ...(isHost(hosts.apex) ? [] : [`apex "${hosts.apex}" is not a host name`]),
    ...(isPort(hosts.port) && ports.every(isPort) ? [] : [`${[hosts.port, ...ports].join(", ")}: not all are ports`]),
    ...(isIPv4(site.address) ? [] : [`address "${site.address}" is not an IPv4 address`]),
    ...(Number.isInteger(site.workerConnections) && site.workerConnections >= 16
      ? []
      : [`workerConnections ${site.workerConnections} is not a number of 16 or more`]),
    ...twice(
      "service",
      services.map((s) => s.name),
    ),
    ...twice(
      "host",
      services.map((s) => s.route.host),
    ),
    ...twice(
      "legacyPath",
      services.flatMap((s) => s.route.legacyPath ?? []),
    ),
    ...services.flatMap((s) => [
      ...(serviceName.test(s.name) ? [] : [`service "${s.name}" is not named in kebab-case`]),
      ...(s.ports[0] !== undefined && isPort(s.ports[0]) ? [] : [`service ${s.name} has a route and no port`]),
      ...(isHost(`${s.route.host}.${hosts.apex}`) ? [] : [`service ${s.name}: its host name is too long`]),
      ...routeProblems(s.route).map((problem) => `service ${s.name}: ${problem}`),
    ]),
  ];
  if (problems.length > 0) throw new Error(`nginx: ${[...new Set(problems)].join("; ")}`);
}
