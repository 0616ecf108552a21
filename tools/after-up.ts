import { Resolver } from "node:dns/promises";
import { join } from "node:path";
import type { Service } from "../services/model/types";
import { ofStack } from "../settings/of-stack";
import { CliError } from "./cli-error";
import { hostNames } from "./preview/notices";
import { notSetUp, type NotSetUp } from "./preview/not-set-up";
import { readStackConfig } from "./stack/offline-config";
import { recordsToMake } from "./preflight/checks/deployment";
import { planOf } from "./preflight/plan";
import { outputsOf } from "./stack/outputs";
import { table } from "./preview/table";

/** A stack that is there, for the people who have just made it. */
export interface Made {
  /** As the commands take it. */
  readonly stack: string;
  readonly topology: "host" | "fargate";
  readonly services: readonly Pick<Service, "firstSteps" | "title" | "users">[];
  /** Those that are no secret. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly notSetUp: readonly NotSetUp[];
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
const block = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...indented(lines)];

/** What comes after a deployment: where everything is, who gets in, what is left to do, and the way back. */
export function firstHour({ stack, topology, services, outputs, notSetUp: missing }: Made): readonly string[] {
  const pages = Object.entries(outputs).flatMap(([name, url]) =>
    name.endsWith("Url") && typeof url === "string" ? [[name.slice(0, -"Url".length), url]] : [],
  );
  const login = typeof outputs["sshCommand"] === "string" ? [`${outputs["sshCommand"]}     # then, on the host:`] : [];
  const invite =
    topology === "host"
      ? [...login, "ecosystem user add NAME@YOUR.DOMAIN --name 'First Last'"]
      : [`make user ARGS="add NAME@YOUR.DOMAIN --name 'First Last'"`];
  const back =
    topology === "host"
      ? ["data: `ecosystem restore latest` on the host; docs/restore.md"]
      : ["data: docs/restore.md", "tasks: docs/runbooks/README.md"];
  const lines = [
    ...block("Where everything is", table(pages)),
    ...block("First logins", ["pulumi stack output credentials --show-secrets"]),
    ...block("Invite people", services.some((s) => s.users !== undefined) ? invite : []),
    ...block(
      "First steps",
      services.flatMap((s) => (s.firstSteps ?? []).map((step) => `${s.title.en}: ${step}`)),
    ),
    ...block("Not set up", table(missing.map(({ what, means }) => [what, means]))),
    ...block("The way back", [
      ...back,
      "program: the commit before, and make up",
      "everything: pulumi config set ai-ecosystem:deletionProtection false, then make up, then make destroy",
    ]),
  ];
  return lines.map((line) => ofStack(line, stack));
}

/** What is left to do by hand when the stack is there, the records of a domain that is kept elsewhere among it. */
export async function afterUp(stack: string): Promise<readonly string[]> {
  const { settings, catalogue } = await planOf(readStackConfig(join(__dirname, ".."), stack), []);
  let outputs: Readonly<Record<string, unknown>>;
  try {
    outputs = outputsOf<Record<string, unknown>>(stack, "plain");
  } catch (error) {
    // the deployment has come through all the same
    if (error instanceof CliError) return [error.message, ...indented(error.hint)];
    throw error;
  }
  const { topology, domain, hostedZone } = settings;
  const made = { stack, topology, services: catalogue.services, outputs, notSetUp: notSetUp({ settings, catalogue }) };
  const address = outputs["publicIp"];
  const byHand = topology === "host" && domain !== undefined && hostedZone === undefined && typeof address === "string";
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  const records = byHand ? await recordsToMake(hostNames(domain, catalogue), address, resolver) : [];
  return [...firstHour(made), ...records];
}
