import { checkDelegation } from "../../stack/delegation";
import { CliError } from "../../cli-error";
import { AwsRefusal, type Ask } from "../aws";
import { toMake, type Answer, type Check, type Plan, type Question } from "../types";

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

interface Zone {
  readonly Id: string;
  readonly Name: string;
  readonly Config?: { readonly PrivateZone?: boolean };
}
interface RecordSet {
  readonly Name: string;
  readonly Type: string;
}

/** Public zones that the setting can mean: by id one or none, by name perhaps several. */
async function zonesOf(ask: Ask, hostedZone: string): Promise<readonly Zone[]> {
  if (hostedZone.includes(".")) {
    const { HostedZones = [] } = (await ask("route53", "list-hosted-zones-by-name", { DNSName: hostedZone })) as {
      HostedZones?: readonly Zone[];
    };
    return HostedZones.filter((z) => plainName(z.Name) === hostedZone.toLowerCase() && z.Config?.PrivateZone !== true);
  }
  try {
    const { HostedZone } = (await ask("route53", "get-hosted-zone", { Id: hostedZone })) as { HostedZone: Zone };
    return [HostedZone];
  } catch (error) {
    if (error instanceof AwsRefusal && /NoSuchHostedZone|InvalidInput/.test(error.code)) return [];
    throw error;
  }
}

/** Certificates wait for it; a host asks for its own again and again, and where there are some, nothing waits. */
const waits = (plan: Plan): boolean =>
  plan.settings.topology === "fargate" && toMake(plan, "aws:acm/certificate:Certificate") > 0;

/**
 * Of two zones with one name the internet asks one only, and it may be the other: made anew, or in another account.
 * @returns what is wrong; `undefined` when nothing is, or it cannot be told
 */
async function otherZone({ ask, names }: Question, hostedZone: string): Promise<Answer | undefined> {
  try {
    const [zone, ...others] = await zonesOf(ask, hostedZone);
    if (zone === undefined || others.length > 0) return undefined;
    const { DelegationSet } = (await ask("route53", "get-hosted-zone", { Id: zone.Id })) as {
      DelegationSet?: { readonly NameServers?: readonly string[] };
    };
    const own = (DelegationSet?.NameServers ?? []).map(plainName);
    const published = (await names.resolveNs(plainName(zone.Name))).map(plainName);
    if (own.length === 0 || published.length === 0 || published.some((server) => own.includes(server)))
      return undefined;
    return {
      state: "missing",
      says: `the internet asks ${[...published].sort().join(", ")} for ${plainName(zone.Name)}, which are not the servers of this zone`,
      hint: [`enter the zone's own where the domain was bought: ${[...own].sort().join(", ")}`],
    };
  } catch {
    // the check of the names says what AWS refuses; the servers were found to be Route 53's
    return undefined;
  }
}

async function delegation(question: Question): Promise<Answer> {
  const { plan, names } = question;
  const { domain, hostedZone, stack } = plan.settings;
  if (domain === undefined || hostedZone === undefined) return { state: "good", says: "no zone is used" };
  let lines: readonly string[];
  try {
    lines = await checkDelegation({ stack, domain, hostedZone }, names);
  } catch (error) {
    if (waits(plan) || !(error instanceof CliError)) throw error;
    return { state: "warning", says: error.message, hint: error.hint };
  }
  const [first, ...rest] = lines;
  if (first === undefined) {
    const other = await otherZone(question, hostedZone);
    if (other === undefined) return { state: "good", says: `the internet asks Route 53 for ${domain}` };
    return waits(plan) ? other : { ...other, state: "warning" };
  }
  return { state: "warning", says: first.replace(/^Warning: /, ""), hint: rest.map((line) => line.trim()) };
}

/** Names of the declared records that visitors use, without those that the stack has made already. */
function newNames({ resources, state }: Plan): string[] {
  const namesIn = (all: readonly { type: string; of: Readonly<Record<string, unknown>> | undefined }[]) =>
    all.flatMap(({ type, of }) =>
      type === "aws:route53/record:Record" && /^A(AAA)?$/.test(String(of?.["type"])) && typeof of?.["name"] === "string"
        ? [plainName(of["name"])]
        : [],
    );
  const own = new Set(namesIn(state.map((r) => ({ type: r.type, of: r.outputs }))));
  const declared = namesIn(resources.map((r) => ({ type: r.type, of: r.inputs })));
  return [...new Set(declared)].filter((name) => !own.has(name));
}

/** What a new address at that name would meet: Route 53 refuses it, or visitors would go on to the old place. */
const inTheWay = (apexOfZone: string, { Name, Type }: RecordSet): boolean =>
  ["A", "AAAA", "CNAME"].includes(Type) || (Type === "NS" && plainName(Name) !== apexOfZone);

async function records({ plan, ask }: Question): Promise<Answer> {
  const { domain, hostedZone, stack } = plan.settings;
  if (domain === undefined || hostedZone === undefined) return { state: "good", says: "no zone is used" };
  const zones = await zonesOf(ask, hostedZone);
  const [zone, ...others] = zones;
  if (zone === undefined) {
    return {
      state: "missing",
      says: `the account has no public zone ${hostedZone}`,
      hint: [
        `aws route53 create-hosted-zone --name ${hostedZone.includes(".") ? hostedZone : domain} --caller-reference ${stack}-1`,
        "then enter its four name servers where the domain was bought; or choose the account that has the zone (AWS_PROFILE)",
      ],
    };
  }
  if (others.length > 0) {
    return {
      state: "missing",
      says: `the account has ${zones.length} public zones ${hostedZone}: which one is meant?`,
      hint: zones.map((z) => `pulumi config set -s ${stack} ai-ecosystem:hostedZone ${z.Id.split("/").at(-1) ?? ""}`),
    };
  }
  const wanted = newNames(plan);
  if (wanted.length === 0) return { state: "good", says: "all of them are this stack's" };
  const { ResourceRecordSets = [] } = (await ask("route53", "list-resource-record-sets", {
    HostedZoneId: zone.Id,
  })) as {
    ResourceRecordSets?: readonly RecordSet[];
  };
  const apex = plainName(zone.Name);
  const taken = ResourceRecordSets.filter((r) => wanted.includes(plainName(r.Name)) && inTheWay(apex, r));
  if (taken.length === 0) return { state: "good", says: `${wanted.length} names, none of them taken` };
  return {
    state: "missing",
    says: `there already, and not this stack's: ${taken.map((r) => `${plainName(r.Name)} (${r.Type})`).join(", ")}`,
    hint: [
      `the stack needs ${domain} itself and names below it: give it a domain of its own, which can be in the same zone:`,
      `pulumi config set -s ${stack} ai-ecosystem:domain support.${apex}`,
      "or delete those records, if nothing uses them any more",
    ],
  };
}

/** Names in DNS. */
export const zoneChecks: readonly Check[] = [
  {
    name: "delegation",
    title: "Delegation of the zone",
    asks: "whether the internet asks Route 53 for the domain; certificates wait for it",
    topologies: ["host", "fargate"],
    severity: "blocking",
    ask: delegation,
  },
  {
    name: "records",
    title: "Names in the zone",
    asks: "whether the zone is there, and the names are free",
    topologies: ["host", "fargate"],
    severity: "blocking",
    ask: records,
  },
];
