import * as ipaddr from "ipaddr.js";
import type { ParsedSettings } from "../settings/schema";
import { checkDomain, isReserved } from "./stack/delegation";
import { CliError } from "./cli-error";

type Values = Pick<ParsedSettings, "adminEmail" | "alertEmail" | "domain" | "sshAllowedCidrs">;

/** Networks of the documentation: nobody's, so a host that only they may reach cannot be reached. */
const documentation = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"].map((r) => ipaddr.IPv4.parseCIDR(r));
const isExample = (cidr: string) => {
  const [address] = ipaddr.parseCIDR(cidr);
  return address.kind() === "ipv4" && documentation.some((range) => (address as ipaddr.IPv4).match(range));
};

function checkNetworks(cidrs: readonly string[] | undefined, stack: string): void {
  const example = cidrs?.find(isExample);
  if (example === undefined) return;
  throw new CliError(`ai-ecosystem:sshAllowedCidrs still holds the example network ${example}: nothing could log in.`, [
    `pulumi config set -s ${stack} --path 'ai-ecosystem:sshAllowedCidrs[0]' "$(curl -s https://checkip.amazonaws.com)/32"`,
  ]);
}

function checkAddress(key: "adminEmail" | "alertEmail", address: string | undefined, stack: string): void {
  if (address === undefined || !isReserved(address.split("@").at(-1) ?? "")) return;
  throw new CliError(`ai-ecosystem:${key} still holds the example ${address}: nobody would read what is sent there.`, [
    `pulumi config set -s ${stack} ai-ecosystem:${key} you@your.domain`,
  ]);
}

/** What is an example, with the setting's name. */
interface Example {
  readonly key: keyof Values;
  readonly error: CliError;
}

/** Values that are examples, each with what to do. */
export function examplesIn(values: Values, stack: string): readonly Example[] {
  const { adminEmail, alertEmail, domain, sshAllowedCidrs } = values;
  const checks: Readonly<Record<keyof Values, () => void>> = {
    sshAllowedCidrs: () => {
      checkNetworks(sshAllowedCidrs, stack);
    },
    domain: () => {
      if (domain !== undefined) checkDomain(domain, stack);
    },
    alertEmail: () => {
      checkAddress("alertEmail", alertEmail, stack);
    },
    adminEmail: () => {
      // without a domain it is the name of a login, and no more
      if (domain !== undefined) checkAddress("adminEmail", adminEmail, stack);
    },
  };
  return (Object.keys(checks) as (keyof Values)[]).flatMap((key) => {
    try {
      checks[key]();
      return [];
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return [{ key, error }];
    }
  });
}

/**
 * Refuses values of the settings file that are examples, all of them at once.
 * @throws CliError
 */
export function checkExamples(values: Values, stack: string): void {
  const found = examplesIn(values, stack);
  if (found.length === 0) return;
  throw new CliError(
    found.map((f) => f.error.message).join("\n"),
    found.flatMap((f) => f.error.hint),
  );
}
