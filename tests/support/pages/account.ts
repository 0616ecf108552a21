import type { RecordedResource } from "../../../record/record";
import { askEmulated, type Answers } from "./front";

/** What the pages say of the account. */
export const region = "eu-central-1";

const defaultQuotas: Readonly<Record<string, number>> = {
  "L-3032A538": 6,
  "L-36FBB829": 6,
  "L-F678F1CE": 5,
  "L-0263D0A3": 5,
  "L-FE5A380F": 5,
  "L-1216C47A": 5,
};

/** Quotas whose use AWS measures; that of a new account is none. */
const measured = ["L-3032A538", "L-36FBB829", "L-1216C47A"];

const lastPart = (text: unknown): string => String(text).split(/[/:]/).at(-1) ?? "";
const unknown = (message: string) => ({ __type: "ClientException", message });

/**
 * The part of an account that the emulated AWS does not have: quotas, Billing, and a cluster whose tasks end well at once
 * and say what the job's program says.
 */
export function accountAnswers(resources: () => readonly RecordedResource[]): Answers {
  const quotas = new Map(Object.entries(defaultQuotas));
  const log = new Map<string, readonly string[]>();
  const of = (type: string) => resources().filter((r) => r.type === type);
  const cluster = () => {
    const [made] = of("aws:ecs/cluster:Cluster");
    return made === undefined ? [] : [`arn:aws:ecs:${region}:123456789012:cluster/${made.name}-1a2b3c4`];
  };
  const definitionOf = (called: unknown) => {
    const name = String(called).split("/").at(-1)?.replace(/:\d+$/, "");
    return of("aws:ecs/taskDefinition:TaskDefinition").find((r) => [r.inputs["family"], r.id].includes(name));
  };
  const quotaOf = (code: string, value: number) => ({
    Quota: {
      QuotaCode: code,
      Value: value,
      ServiceCode: "fargate",
      ...(measured.includes(code)
        ? { UsageMetric: { MetricNamespace: "AWS/Usage", MetricName: "ResourceCount" } }
        : {}),
    },
  });
  return {
    "servicequotas GetServiceQuota": ({ QuotaCode }) => {
      const value = quotas.get(String(QuotaCode));
      return value === undefined
        ? { __type: "NoSuchResourceException", message: "no such quota" }
        : quotaOf(String(QuotaCode), value);
    },
    "servicequotas RequestServiceQuotaIncrease": ({ QuotaCode, DesiredValue }) => {
      quotas.set(String(QuotaCode), Number(DesiredValue));
      return { RequestedQuota: { QuotaCode, DesiredValue, Status: "PENDING" } };
    },
    "ce ListCostAllocationTags": () => ({ CostAllocationTags: [] }),
    "ce UpdateCostAllocationTagsStatus": () => ({ Errors: [] }),
    "ecs ListClusters": () => ({ clusterArns: cluster() }),
    "ecs ListServiceDeployments": ({ cluster: called, service }) =>
      cluster().some((arn) => lastPart(arn) === lastPart(called))
        ? {
            serviceDeployments: [
              { serviceDeploymentArn: `arn:aws:ecs:${region}:1:service-deployment/c/${String(service)}/1` },
            ],
          }
        : unknown("Cluster not found."),
    "ecs StopServiceDeployment": ({ serviceDeploymentArn }) => ({ serviceDeploymentArn }),
    "ecs DescribeTaskDefinition": ({ taskDefinition }) => {
      const found = definitionOf(taskDefinition);
      if (found === undefined) return unknown(`Unable to describe task definition ${String(taskDefinition)}.`);
      const containerDefinitions = JSON.parse(String(found.inputs["containerDefinitions"])) as object[];
      return { taskDefinition: { family: found.inputs["family"], containerDefinitions } };
    },
    "ecs RunTask": ({ taskDefinition, overrides }) => {
      const [override] = (overrides as { containerOverrides?: Override[] } | undefined)?.containerOverrides ?? [];
      if (definitionOf(taskDefinition) === undefined || override === undefined)
        return unknown("no such task definition");
      const taskArn = `arn:aws:ecs:${region}:123456789012:task/c/${override.name}-${String(log.size)}`;
      log.set(lastPart(taskArn), said(override));
      return { tasks: [{ taskArn, lastStatus: "PENDING" }] };
    },
    "ecs DescribeTasks": ({ tasks }) => ({
      tasks: (tasks as string[]).map((taskArn) => {
        const name = lastPart(taskArn).replace(/-\d+$/, "");
        return { taskArn, lastStatus: "STOPPED", containers: [{ name, exitCode: 0 }] };
      }),
    }),
    "logs GetLogEvents": ({ logStreamName }) => ({
      events: (log.get(lastPart(logStreamName)) ?? []).map((message) => ({ message })),
    }),
  };
}

interface Override {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

/** What the program of a job says in the end: services/model/user-command.ts, and the check of the assistant. */
function said({ environment = [] }: Override): readonly string[] {
  const request = environment.find((e) => e.name === "USER_REQUEST")?.value;
  if (request === undefined) {
    return [
      `check: ${JSON.stringify({ question: "When?", action: "answer", reply: "At 9.", wrong: "" })}`,
      "checked: 1",
    ];
  }
  const { action } = JSON.parse(request) as { action: string };
  const results: Readonly<Record<string, object>> = {
    add: { result: "added", role: "agent" },
    list: { users: [{ email: "ana@acme.com", name: "Ana Pérez", role: "agent" }] },
    reset: { result: "reset", role: "agent" },
    remove: { result: "removed" },
  };
  return [`users: ${JSON.stringify(results[action])}`];
}

/** Name servers of a public zone that the emulated Route 53 has: as if somebody had entered them above it. */
export async function nameServersOf(url: string, zone: string): Promise<readonly string[]> {
  const ask = (path: string) => askEmulated(url, "route53", "us-east-1", { path: `/2013-04-01/${path}` });
  const [, id] = /<Id>([^<]+)<\/Id>/.exec(await ask(`hostedzonesbyname?dnsname=${zone}`)) ?? [];
  if (id === undefined) return [];
  const one = await ask(`hostedzone/${id.split("/").at(-1) ?? ""}`);
  if (!one.includes(`<Name>${zone}.</Name>`)) return [];
  return [...one.matchAll(/<NameServer>([^<]+)<\/NameServer>/g)].map(([, name = ""]) => name.replace(/\.$/, ""));
}
