import { AwsRefusal, type Ask } from "../../../tools/preflight/aws";

/** An account of AWS, as far as the checks before a deployment ask for it; what is left out is empty, or AWS's default. */
export interface Account {
  /** By code. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Measured use of a quota, by its code. */
  readonly usage?: Readonly<Record<string, number>>;
  readonly vpcs?: number;
  readonly addresses?: number;
  /** Zone of each NAT gateway. */
  readonly natGateways?: readonly string[];
  /** Services that have their role, e.g. `ecs.amazonaws.com`. */
  readonly roles?: readonly string[];
  /** Public zones: name -> records, as `name TYPE`. */
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  /** Of every zone. */
  readonly nameServers?: readonly string[];
  /** Tags by the repository's name; absent: there is none. */
  readonly images?: (repository: string) => readonly string[] | undefined;
  /** Subscriptions of every topic: e-mail address -> ARN, or `PendingConfirmation`. */
  readonly subscriptions?: Readonly<Record<string, string>>;
  /** Status of the cost allocation tag. */
  readonly costTag?: "Active" | "Inactive";
  /** Errors instead of answers: `service operation` -> code and message. */
  readonly refuses?: Readonly<Record<string, readonly [string, string]>>;
}

/** AWS's defaults, docs.aws.amazon.com/general/latest/gr. */
const defaults: Readonly<Record<string, number>> = {
  "L-3032A538": 6,
  "L-36FBB829": 6,
  "L-1216C47A": 5,
  "L-0263D0A3": 5,
  "L-F678F1CE": 5,
  "L-FE5A380F": 5,
};
const measured = ["L-3032A538", "L-36FBB829", "L-1216C47A"];

type Input = Readonly<Record<string, unknown>>;

/** Answers in the shapes of AWS's API; `calls` are `service operation`, with what they were asked. */
export function awsAccount(account: Account): {
  readonly ask: Ask;
  readonly calls: { call: string; input: Input; region: string | undefined }[];
} {
  const calls: { call: string; input: Input; region: string | undefined }[] = [];
  const zones = Object.entries(account.zones ?? {});
  const id = (name: string) => `/hostedzone/Z${name.toUpperCase().replace(/\W/g, "")}`;
  const answers: Readonly<Record<string, (input: Input) => unknown>> = {
    "sts get-caller-identity": () => ({
      UserId: "AIDA",
      Account: "111122223333",
      Arn: "arn:aws:iam::111122223333:user/ops",
    }),
    "service-quotas get-service-quota": ({ ServiceCode, QuotaCode }) => {
      const code = String(QuotaCode);
      const Value = account.quotas?.[code] ?? defaults[code];
      if (Value === undefined) throw new AwsRefusal("NoSuchResourceException", "GetServiceQuota", "no such quota");
      const MetricDimensions = { Class: code, Resource: "vCPU", Service: String(ServiceCode), Type: "Resource" };
      const UsageMetric = {
        MetricNamespace: "AWS/Usage",
        MetricName: "ResourceCount",
        MetricDimensions,
        MetricStatisticRecommendation: "Maximum",
      };
      return { Quota: { ServiceCode, QuotaCode, Value, ...(measured.includes(code) ? { UsageMetric } : {}) } };
    },
    "cloudwatch get-metric-statistics": ({ Dimensions }) => {
      const dimensions = Dimensions as readonly { Name: string; Value: string }[];
      const used = account.usage?.[dimensions.find((d) => d.Name === "Class")?.Value ?? ""];
      const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
      // AWS gives them in no order
      const points = (n: number) => [
        { Timestamp: at(5), Maximum: n, Unit: "None" },
        { Timestamp: at(20), Maximum: n + 100, Unit: "None" },
      ];
      return { Label: "ResourceCount", Datapoints: used === undefined ? [] : points(used) };
    },
    "ec2 describe-vpcs": () => ({ Vpcs: Array.from({ length: account.vpcs ?? 1 }, (_, i) => ({ VpcId: `vpc-${i}` })) }),
    "ec2 describe-addresses": () => ({
      Addresses: Array.from({ length: account.addresses ?? 0 }, (_, i) => ({ AllocationId: `eipalloc-${i}` })),
    }),
    "ec2 describe-nat-gateways": () => ({
      NatGateways: [
        ...(account.natGateways ?? []).map((zone) => ({ SubnetId: `subnet-${zone}`, State: "available" })),
        { SubnetId: "subnet-us-east-1a", State: "deleted" },
      ],
    }),
    "ec2 describe-subnets": () => ({
      Subnets: ["us-east-1a", "us-east-1b"].map((zone) => ({ SubnetId: `subnet-${zone}`, AvailabilityZone: zone })),
    }),
    "iam list-roles": () => ({
      Roles: (account.roles ?? []).map((service) => ({
        RoleName: `AWSServiceRoleFor…`,
        Path: `/aws-service-role/${service}/`,
      })),
    }),
    "iam create-service-linked-role": ({ AWSServiceName }) => ({ Role: { RoleName: AWSServiceName } }),
    // like AWS: from that name on, in the order of names
    "route53 list-hosted-zones-by-name": () => ({
      HostedZones: [
        ...zones.map(([name]) => ({ Id: id(name), Name: `${name}.`, Config: { PrivateZone: false } })),
        { Id: "/hostedzone/ZPRIVATE", Name: "acme.io.", Config: { PrivateZone: true } },
        { Id: "/hostedzone/ZOTHER", Name: "zzz.example.", Config: { PrivateZone: false } },
      ],
    }),
    "route53 get-hosted-zone": ({ Id }) => {
      const zone = zones.find(([name]) => id(name).endsWith(String(Id)));
      const NameServers = account.nameServers ?? ["ns-1.awsdns-00.com", "ns-512.awsdns-01.net"];
      if (zone === undefined) throw new AwsRefusal("NoSuchHostedZone", "GetHostedZone", "no such zone");
      const HostedZone = { Id: id(zone[0]), Name: `${zone[0]}.`, Config: { PrivateZone: false } };
      return { HostedZone, DelegationSet: { NameServers } };
    },
    "route53 list-resource-record-sets": ({ HostedZoneId }) => ({
      ResourceRecordSets: (zones.find(([name]) => id(name) === HostedZoneId)?.[1] ?? []).map((record) => {
        const [Name = "", Type = ""] = record.split(" ");
        return { Name: `${Name}.`, Type, TTL: 300, ResourceRecords: [{ Value: "x" }] };
      }),
    }),
    "ecr list-images": ({ repositoryName }) => {
      const tags = account.images?.(String(repositoryName));
      if (tags === undefined) throw new AwsRefusal("RepositoryNotFoundException", "ListImages", "not found");
      return { imageIds: tags.map((imageTag) => ({ imageTag, imageDigest: "sha256:0" })) };
    },
    "sns list-subscriptions-by-topic": ({ TopicArn }) => ({
      Subscriptions: Object.entries(account.subscriptions ?? {}).map(([Endpoint, SubscriptionArn]) => ({
        SubscriptionArn,
        Owner: "111122223333",
        Protocol: "email",
        Endpoint,
        TopicArn,
      })),
    }),
    "ce list-cost-allocation-tags": ({ TagKeys }) => ({
      CostAllocationTags:
        account.costTag === undefined
          ? []
          : (TagKeys as readonly string[]).map((TagKey) => ({ TagKey, Type: "UserDefined", Status: account.costTag })),
    }),
  };
  const ask: Ask = async (service, operation, input = {}, region) => {
    const call = `${service} ${operation}`;
    calls.push({ call, input: input as Input, region });
    await Promise.resolve();
    const refused = account.refuses?.[call];
    if (refused !== undefined) throw new AwsRefusal(refused[0], operation, refused[1]);
    const answer = answers[call];
    if (answer === undefined) throw new Error(`${call} is not in this account`);
    return answer(input as Input);
  };
  return { ask, calls };
}
