import { isIPv4, isIPv6 } from "node:net";
import * as ipaddr from "ipaddr.js";
import { hostname } from "./hostname";

const label = /^(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const nowhere = ["loopback", "unspecified", "linkLocal", "multicast", "broadcast"];

/** What is wrong with a server's name or address, in lower case, as containers reach it; `undefined` when nothing is. */
export function hostProblem(host: string): string | undefined {
  if (isIPv6(host)) return "is an IPv6 address, and the containers have IPv4 alone";
  const itself = isIPv4(host) ? nowhere.includes(ipaddr.parse(host).range()) : /(^|\.)localhost$/.test(host);
  if (itself) return "is each container itself, or nobody: name the server as other machines reach it";
  return hostname.test(host) || label.test(host) || isIPv4(host) ? undefined : "is neither a host name nor an address";
}
