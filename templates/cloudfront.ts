import type { Route } from "../services/model/types";
import { hostName, originOf, type Hosts } from "./hosts";
import { endingHeaders, reservedHeaders } from "./proxy-headers";
import { fill, template } from "./text";

type Routes = readonly Pick<Route, "host" | "legacyPath" | "paths" | "home" | "framable">[];

/** JSON inside a JavaScript string with double quotes. */
const quoted = (value: unknown): string => JSON.stringify(JSON.stringify(value)).slice(1, -1);

/** CloudFront function (viewer request) of the apex: `/desk/…` and its like redirect to their hosts. */
export function renderLegacyPaths(routes: Routes, hosts: Hosts): string {
  const paths = routes
    .flatMap((route) => {
      const { legacyPath: path, home, host } = route;
      if (path === undefined) return [];
      // an application that still lives below that path keeps it
      const stays = [home, ...(route.paths ?? []).map((p) => p.prefix)].some((p) => p?.startsWith(path) === true);
      return [{ path, origin: originOf(hosts, host), stays }];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return fill(template("cloudfront/legacy-paths.js"), { PATHS: quoted(paths) });
}

/** CloudFront function (viewer response) of the prefixes that some host lets others frame. */
export function renderFrames(routes: Routes, hosts: Hosts): string {
  const framable = routes
    .filter((route) => route.framable.length > 0)
    .map((route) => [hostName(hosts, route.host), [...route.framable].sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return fill(template("cloudfront/frames.js"), { FRAMABLE: quoted(Object.fromEntries(framable)) });
}

/** CloudFront function (viewer request) of whatever reaches an application: which headers do, and under which names. */
export const renderHeaderNames = (): string =>
  fill(template("cloudfront/header-names.js"), {
    RESERVED: quoted(reservedHeaders),
    ENDING: quoted(endingHeaders),
  });
