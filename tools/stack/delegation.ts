import { Resolver } from "node:dns/promises";
import { CliError } from "../cli-error";

/** Who is asked for name servers: Node's own resolver, or a test's. */
export interface NameServers {
  resolveNs(name: string): Promise<readonly string[]>;
}

/** The resolver of this machine, of which nobody waits longer than some seconds. */
export const systemResolver = (): NameServers => new Resolver({ timeout: 2000, tries: 1 });

export interface ZoneQuestion {
  readonly stack: string;
  readonly domain: string;
  /** Zone id (`Z…`) or zone name. */
  readonly hostedZone: string;
}

type Answer = { readonly servers: readonly string[] } | { readonly unknown: string };

/** Name servers of one name; none when the name, or such a record of it, does not exist. */
async function ask(resolver: NameServers, name: string): Promise<Answer> {
  try {
    return { servers: await resolver.resolveNs(name) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return code === "ENOTFOUND" || code === "ENODATA" ? { servers: [] } : { unknown: code };
  }
}

/** The name and every one above it, but for the top-level domain. */
const upwards = (name: string): string[] => {
  const labels = name.split(".");
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join("."));
};

const isRoute53 = (server: string): boolean => /\.awsdns-\d+\./.test(`${server.toLowerCase()}.`);

/** How to see the name servers that the zone has. */
const zoneServers = ({ hostedZone }: ZoneQuestion): string =>
  hostedZone.includes(".")
    ? `aws route53 list-hosted-zones-by-name --dns-name ${hostedZone} --max-items 1     # then get-hosted-zone --id …`
    : `aws route53 get-hosted-zone --id ${hostedZone} --query DelegationSet.NameServers`;

/** Words for somebody who has to decide: certificates and addresses wait for DNS. */
const warning = (what: string, question: ZoneQuestion): string[] => [
  `Warning: ${what}. If the zone is not delegated to Route 53, the certificates wait until they fail.`,
  `    ${zoneServers(question)}`,
  `    dig NS ${question.domain}     must show the same servers, for it or for a name above it`,
];

/**
 * Whether the internet asks Route 53 for the domain: ACM validates certificates there, and would wait for ever.
 * @returns lines of a warning when that cannot be told; none when it is well.
 * @throws CliError when the zone is certainly not delegated.
 */
export async function checkDelegation(question: ZoneQuestion, resolver: NameServers): Promise<readonly string[]> {
  const { stack, domain, hostedZone } = question;
  // the name of a zone that is given by its id is not known here: it is the domain's, or one above it
  const named = hostedZone.includes(".");
  for (const name of named ? [hostedZone] : upwards(domain)) {
    const answer = await ask(resolver, name);
    if ("unknown" in answer)
      return warning(`the name servers of ${name} could not be asked (${answer.unknown})`, question);
    if (answer.servers.length === 0) continue;
    if (answer.servers.some(isRoute53)) return [];
    // Route 53 can have servers of the owner's own names: no reason to stop
    return warning(
      `${name} is served by ${[...answer.servers].sort().join(", ")}, which do not look like Route 53`,
      question,
    );
  }
  if (!named) return warning(`no name servers are published for ${domain}, nor for a name above it`, question);
  const top = await ask(resolver, hostedZone.split(".").at(-1) ?? "");
  // a network without the internet's DNS denies everything
  if ("unknown" in top || top.servers.length === 0) {
    return warning("this machine cannot ask the internet's name servers", question);
  }
  throw new CliError(
    `The zone ${hostedZone} is not delegated: no name servers are published for it. Certificates would wait until they fail.`,
    [
      `${zoneServers(question)}     shows the zone's four servers`,
      "enter them where the domain was bought, or as an NS record in the zone above",
      `dig NS ${hostedZone}     must show them before you go on`,
      `delegated minutes ago? This machine may not know yet:  pulumi up --stack ${stack}`,
    ],
  );
}

/** Names that are kept for documentation and tests: nobody can own them. */
const reserved = /(^|\.)example\.(com|net|org)$|\.(example|invalid|localhost|test)$/;

export const isReserved = (domain: string): boolean => reserved.test(domain);

/** @throws CliError when the domain is the example of the settings file. */
export function checkDomain(domain: string, stack: string): void {
  if (!isReserved(domain)) return;
  throw new CliError(`ai-ecosystem:domain still holds the example ${domain}: nobody can have a certificate for it.`, [
    `pulumi config set -s ${stack} ai-ecosystem:domain your.domain`,
    `pulumi config set -s ${stack} ai-ecosystem:hostedZone your.domain     # zone in Route 53`,
  ]);
}
