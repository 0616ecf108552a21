import * as ipaddr from "ipaddr.js";

/** `10.0.0.0` and no other spelling: a leading zero is octal to some, and AWS takes no short form. */
const ipv4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;

/** What is wrong with the text of a network; undefined when nothing is. */
export function networkProblem(text: string): string | undefined {
  const [address = "", bits, ...more] = text.split("/");
  if (bits === undefined && (ipv4.test(address) || ipaddr.IPv6.isValid(address))) {
    return `is an address without a mask; this one alone is ${address}/${ipv4.test(address) ? 32 : 128}`;
  }
  const written = /^(?:0|[1-9]\d{0,2})$/.test(bits ?? "") && more.length === 0;
  if (written && ipv4.test(address) && ipaddr.IPv4.isValidCIDR(text)) return undefined;
  if (!written || address.includes("%") || !ipaddr.IPv6.isValidCIDR(text)) {
    return "is not a CIDR block such as 203.0.113.7/32";
  }
  if (ipaddr.IPv6.parse(address).isIPv4MappedAddress()) return "is an IPv4 network in IPv6; write it as IPv4";
  return undefined;
}

/** A network as AWS writes it: its first address, lower case, compressed. */
export function canonical(text: string): string {
  const [address, bits] = ipaddr.parseCIDR(text);
  const first =
    address.kind() === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
  return `${first.toString()}/${bits}`;
}

/** Networks as AWS writes them, each once. */
export const canonicalNetworks = (texts: readonly string[]): string[] => [...new Set(texts.map(canonical))];
