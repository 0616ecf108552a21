import * as ipaddr from "ipaddr.js";

/** Amazon's, which answers with the address that it was asked from, as text. */
const service = process.env["CHECKIP_URL"] ?? "https://checkip.amazonaws.com";

export const addressService = new URL(service).host;

/** The network that is this machine's public address alone; undefined when it cannot be found out. */
export async function ownNetwork(): Promise<string | undefined> {
  try {
    const answer = await fetch(service, { signal: AbortSignal.timeout(5000), redirect: "error" });
    const address = (await answer.text()).trim();
    if (!answer.ok || !ipaddr.isValid(address)) return undefined;
    return `${address}/${ipaddr.parse(address).kind() === "ipv4" ? 32 : 128}`;
  } catch {
    return undefined;
  }
}
