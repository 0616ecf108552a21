import type { Address } from "../services/model/values";

/** The public names of one installation. */
export interface Hosts {
  /** Host name of the dashboard; the applications are one label below it. */
  readonly apex: string;
  readonly scheme: "https" | "http";
  readonly port: number;
}

/** Host name of a label: `desk` -> desk.example.com, `""` -> example.com. */
export const hostName = (hosts: Hosts, label: string): string => (label === "" ? hosts.apex : `${label}.${hosts.apex}`);

/** Origin of a label, without a slash at the end; the port only where it is not the scheme's own. */
export function originOf(hosts: Hosts, label: string): string {
  const usual = hosts.scheme === "https" ? 443 : 80;
  return `${hosts.scheme}://${hostName(hosts, label)}${hosts.port === usual ? "" : `:${hosts.port}`}`;
}

/** What a reference to an origin stands for. */
export const originText = (hosts: Hosts, { origin, value }: Extract<Address, { readonly origin: string }>): string =>
  value === "url" ? originOf(hosts, origin) : hostName(hosts, origin);

/** Names of a host without a domain: sslip.io answers every name that holds an address with that address. */
export const sslipName = (ip: string): string => `${ip.replaceAll(".", "-")}.sslip.io`;
