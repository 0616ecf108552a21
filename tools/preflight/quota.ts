import { AwsRefusal, type Ask } from "./aws";

/** What Service Quotas answers, as far as it is read here. */
interface Quota {
  readonly Value: number;
  readonly UsageMetric?: {
    readonly MetricNamespace?: string;
    readonly MetricName?: string;
    readonly MetricDimensions?: Readonly<Record<string, string>>;
    readonly MetricStatisticRecommendation?: string;
  };
}

/** A quota of AWS, by its codes. */
export interface QuotaName {
  readonly service: string;
  readonly code: string;
}

/**
 * The account's value of a quota; AWS's default where the account has none of its own.
 * @throws AwsRefusal
 */
export async function quotaOf(ask: Ask, { service, code }: QuotaName): Promise<Quota> {
  const input = { ServiceCode: service, QuotaCode: code };
  try {
    return ((await ask("service-quotas", "get-service-quota", input)) as { Quota: Quota }).Quota;
  } catch (error) {
    if (!(error instanceof AwsRefusal) || error.code !== "NoSuchResourceException") throw error;
    return ((await ask("service-quotas", "get-aws-default-service-quota", input)) as { Quota: Quota }).Quota;
  }
}

/** How far back a measurement still counts, minutes: AWS/Usage has one every five. */
const recent = 30;

/**
 * How much of a quota is in use, as CloudWatch has measured it last: 0 when it has measured nothing lately, `undefined`
 * where AWS does not measure it.
 * @throws AwsRefusal
 */
export async function usageOf(ask: Ask, quota: Quota): Promise<number | undefined> {
  const metric = quota.UsageMetric;
  if (metric?.MetricNamespace === undefined || metric.MetricName === undefined) return undefined;
  const statistic = metric.MetricStatisticRecommendation ?? "Maximum";
  const now = Date.now();
  const { Datapoints = [] } = (await ask("cloudwatch", "get-metric-statistics", {
    Namespace: metric.MetricNamespace,
    MetricName: metric.MetricName,
    Dimensions: Object.entries(metric.MetricDimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
    StartTime: new Date(now - recent * 60_000).toISOString(),
    EndTime: new Date(now).toISOString(),
    Period: 300,
    Statistics: [statistic],
  })) as { Datapoints?: readonly Readonly<Record<string, string | number>>[] };
  const latest = [...Datapoints].sort(
    (a, b) => Date.parse(String(a["Timestamp"])) - Date.parse(String(b["Timestamp"])),
  );
  return Number(latest.at(-1)?.[statistic] ?? 0);
}

/**
 * How to get more, and how long that takes.
 * Sources: docs.aws.amazon.com/servicequotas/latest/userguide/request-quota-increase.html (small requests are usually
 * approved by a machine, larger ones go to AWS Support), …/reference_limits.html (two open requests in a Region)
 */
export const increase = (
  { service, code }: QuotaName,
  value: number,
  region: string | undefined,
): readonly string[] => [
  `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value} --region ${region}`,
  "A small increase is usually granted by a machine, a larger one goes to AWS Support: hours to days. Two requests of a Region may be open at a time.",
];
