import { said } from "../../services/model/text";
import { join } from "node:path";
import type { JobTask } from "../../components/fargate/jobs";
import { metricNamespace } from "../../components/names";
import type { GeneratedSecret } from "../../services/model/types";
import { metricNames } from "../../templates/lambda/queue-metrics/queues";
import { hostName } from "../../templates/hosts";
import type { EscrowOutputs } from "../backup-key/escrow";
import { CliError } from "../cli-error";
import { planOf } from "../preflight/plan";
import { readStackConfig } from "../stack/offline-config";
import { outputsOf } from "../stack/outputs";
import { loginOf, type Login } from "../stack/ssh";

/** What a running stack says of itself, as far as a move needs it. */
export interface StackOutputs extends Login, EscrowOutputs {
  readonly clusterName: string;
  readonly importTask: JobTask;
  readonly dumpTask: JobTask;
  readonly setupTasks: readonly ({ readonly job: string } & JobTask)[];
  readonly images: Readonly<Record<string, string>>;
  readonly cloudFrontDomain: string;
  readonly albDnsName: string;
  readonly estimatedMonthlyUsd: number;
}

/** One side of a move: what its settings declare, and what is there of it. */
export interface Facts {
  readonly stack: string;
  readonly topology: "host" | "fargate";
  readonly region: string;
  readonly profile: string | undefined;
  readonly outputs: Partial<StackOutputs>;
  /** Whether there is anything yet. */
  readonly made: boolean;
  readonly secrets: readonly GeneratedSecret[];
  /** Of the applications that are on. */
  readonly databases: readonly string[];
  readonly applications: readonly string[];
  /** Names that visitors call, and the path that each application answers itself. */
  readonly pages: readonly { readonly name: string; readonly path: string }[];
  /** Series of CloudWatch that say whether work waits. */
  readonly queues: readonly { readonly work: string; readonly namespace: string; readonly metric: string }[];
}

const root = join(__dirname, "..", "..");

/**
 * @param profile AWS profile in place of the stack's own
 * @throws CliError when there is no such stack
 */
export async function factsOf(stack: string, profile: string | undefined): Promise<Facts> {
  const config = readStackConfig(root, stack);
  const { settings, catalogue } = await planOf(config, []);
  const outputs = outputsOf<StackOutputs>(stack, "secrets");
  const { topology, region, domain } = settings;
  const apex = domain ?? "";
  return {
    stack,
    topology,
    region,
    profile: profile ?? config.values["aws:profile"],
    outputs,
    made: topology === "host" ? loginOf(outputs) !== undefined : outputs.clusterName !== undefined,
    secrets: catalogue.secrets,
    applications: catalogue.services.filter(({ role }) => role === "web" || role === "worker").map(({ name }) => name),
    databases: catalogue.databases.map(({ name }) => name),
    pages:
      apex === ""
        ? []
        : catalogue.services.flatMap(({ route }) =>
            route === undefined
              ? []
              : [{ name: hostName({ apex, scheme: "https", port: 443 }, route.host), path: route.healthPath }],
          ),
    queues:
      topology === "host"
        ? []
        : catalogue.services.flatMap(({ fargate }) => {
            if (fargate?.queue === undefined) return [];
            const { id, kind, work } = fargate.queue;
            const { backlog, latency } = metricNames(id);
            return [
              {
                work: said(work),
                namespace: metricNamespace(settings.stack),
                metric: kind === "bull" ? backlog : latency,
              },
            ];
          }),
  };
}

/** Of the secrets that data is encrypted with those that differ, or that one side does not tell. */
export function otherKeys(from: Facts, to: Facts): readonly string[] {
  const [theirs, ours] = [from.outputs.generatedSecrets ?? {}, to.outputs.generatedSecrets ?? {}];
  return from.secrets
    .filter(({ id, fixed }) => fixed === true && to.secrets.some((s) => s.id === id))
    .map(({ id }) => id)
    .filter((id) => theirs[id] === undefined || theirs[id] !== ours[id]);
}

/**
 * What must be there of a side.
 * @throws CliError that says how it gets there
 */
export function present<K extends keyof StackOutputs>({ stack, outputs }: Facts, key: K): NonNullable<StackOutputs[K]> {
  const value: Partial<StackOutputs>[K] = outputs[key];
  if (value === undefined)
    throw new CliError(`The stack ${stack} has no output ${key} yet.`, [`make up STACK=${stack}`]);
  return value;
}
