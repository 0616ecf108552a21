import type { Hosts } from "../hosts";
import { file } from "./block";

/** Not `$http_host`: beside a whole URL in the request line, which has picked the server, it may be any other name. */
const visited = (hosts: Hosts): string =>
  hosts.port === (hosts.scheme === "https" ? 443 : 80) ? "$host" : `$host:${hosts.port}`;

const headers = (hosts: Hosts): Readonly<Record<string, string>> => ({
  Host: visited(hosts),
  Upgrade: "$websocket",
  Connection: "$connection_upgrade",
  "X-Real-IP": "$remote_addr",
  "X-Forwarded-For": "$remote_addr",
  "X-Forwarded-Proto": "$scheme",
  "X-Forwarded-Host": visited(hosts),
});

/** Names by which applications may learn of a proxy, and which a client must not set. */
const dropped = ["Forwarded", "Proxy", "Client-IP", "X-Forwarded-Port", "X-Forwarded-Scheme", "X-Forwarded-Ssl"];

/** Every way to write a name with `-` or `_`: X-Real-IP, X-Real_IP, X_Real-IP, X_Real_IP. */
const spellings = (name: string): string[] =>
  name
    .split("-")
    .reduce<string[]>(
      (heads, part) => (heads.length === 0 ? [part] : heads.flatMap((h) => [`${h}-${part}`, `${h}_${part}`])),
      [],
    );

/** `snippets/forwarded.conf`: what upstreams learn of the client. */
export function forwardedHeaders(hosts: Hosts): string {
  const set = headers(hosts);
  const names = [...Object.keys(set), ...dropped].flatMap(spellings);
  return file([
    "# Set here once: a proxy_set_header in a location would cancel all of these.",
    "# Headers with underscores pass, as an API's token may be one (api_access_token). Ruby and Python take X_Forwarded_For for",
    "# X-Forwarded-For, so a client's other spellings are dropped.",
    "underscores_in_headers on;",
    "proxy_headers_hash_max_size 1024;",
    "proxy_headers_hash_bucket_size 128;",
    ...names.map((name) => `proxy_set_header ${name} ${set[name] ?? '""'};`),
  ]);
}
