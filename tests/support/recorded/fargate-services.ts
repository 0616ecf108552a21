import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FargateServices, type FargateServicesArgs } from "../../../components/fargate/fargate-services";
import { buildCatalogue, catalogue as factories, type Catalogue } from "../../../services/catalogue";
import { backupKey } from "../../../services/dump";
import type { ServiceFactory } from "../../../services/model/context";
import { loginSecrets } from "../../../services/model/database-users";
import { fargateContext } from "../../../stacks/contexts";
import type { Hosts } from "../../../templates/hosts";
import { demo } from "../fixtures";
import { prodSettings } from "./profile";
import { addressText } from "../values";

export const prodHosts: Hosts = { apex: "example.com", scheme: "https", port: 443 };

/** The demo service as it runs on Fargate. */
export const fargateDemo: ServiceFactory = (context) => ({
  ...demo(context),
  uses: ["postgres"],
  fargate: { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 2, scaling: "requests" },
});

export const fargateCatalogue = (
  values: Readonly<Record<string, string>> = {},
  from: readonly ServiceFactory[] = factories,
): Catalogue => {
  const settings = prodSettings(values);
  return buildCatalogue(from, fargateContext(settings), settings.services);
};

/** Security groups and addresses of stores that somebody else made. */
const endpoints = {
  postgres: { securityGroupId: "sg-postgres", host: "postgres.example.com", port: 5432 },
  mongodb: { securityGroupId: "sg-mongodb", host: "mongodb.example.com", port: 27017 },
  redis: { securityGroupId: "sg-redis", host: "redis.example.com", port: 6379 },
};

export interface FargateProgram {
  readonly services: FargateServices;
  /** Who was let into which store, `n8n>redis`. */
  readonly allowed: readonly string[];
  /** To whom the load balancer was let out. */
  readonly reached: readonly string[];
}

const target = (service: string, port: number) => ({
  port,
  arn: pulumi.output(`arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${service}/0123456789abcdef`),
  arnSuffix: pulumi.output(`targetgroup/${service}/0123456789abcdef`),
});

/** The component with everything round it made up. Run it inside `record`. */
export function fargateProgram(catalogue: Catalogue, changes: Partial<FargateServicesArgs> = {}): FargateProgram {
  const provider = new aws.Provider("aws", { region: "us-east-1" });
  const allowed: string[] = [];
  const reached: string[] = [];
  const web = catalogue.services.filter((s) => s.route !== undefined || s.fargate?.scaling === "requests");
  const blueGreen = (service: string) => ({
    alternate: target(`${service}-green`, 1),
    ruleArn: pulumi.output(`arn:rule/${service}`),
  });
  const services = new FargateServices(
    "test",
    {
      stack: "prod",
      region: "us-east-1",
      account: "123456789012",
      vpcId: "vpc-1",
      subnetIds: ["subnet-a", "subnet-b"],
      catalogue,
      address: (address) => ("store" in address ? endpoints[address.store].host : addressText(address, prodHosts)),
      images: pulumi.output({} as Readonly<Record<string, string>>),
      repositoryArns: ["arn:aws:ecr:us-east-1:123456789012:repository/ai-ecosystem/prod/*"],
      secrets: Object.fromEntries(
        [...catalogue.secrets, backupKey]
          .flatMap((s) => (s.bcrypt === true ? [s.id, `${s.id}-hash`] : [s.id]))
          .map((id) => [id, pulumi.secret(`facade-${id}`)]),
      ),
      externalSecrets: {
        ...Object.fromEntries(
          (["postgres-password", "mongodb-root-password"] as const).map((id) => {
            const arn = `arn:aws:secretsmanager:us-east-1:123456789012:secret:master-${id}`;
            return [id, { arn, valueFrom: `${arn}:password::` }];
          }),
        ),
        ...Object.fromEntries(
          catalogue.databases.flatMap(({ role }) => {
            const arn = `arn:aws:secretsmanager:us-east-1:123456789012:secret:user-${role}`;
            const { username, password } = loginSecrets(role);
            return [
              [username, { arn, valueFrom: `${arn}:username::` }],
              [password, { arn, valueFrom: `${arn}:password::` }],
            ];
          }),
        ),
      },
      secretRecoveryDays: 0,
      release: { uri: "s3://bucket/releases/0123456789abcdef.sh", sha256: "0".repeat(64) },
      permissions: () => [],
      edge: {
        albSecurityGroupId: "sg-alb",
        albArnSuffix: "app/edge/0123456789abcdef",
        targetGroups: Object.fromEntries(
          web.map((s) => [
            s.name,
            {
              ...target(s.name, s.ports[0] ?? 0),
              others: s.ports.slice(1).map((port) => target(`${s.name}-${port}`, port)),
              ...(s.name === "librechat" ? { blueGreen: blueGreen(s.name) } : {}),
            },
          ]),
        ),
        allowTo: (service) => {
          reached.push(service);
          return [];
        },
        portsOf: (service) => web.find((s) => s.name === service)?.ports ?? [],
      },
      stores: {
        endpoint: (store) => endpoints[store],
        saved: () => [],
        allow: (consumer, _, stores) => {
          allowed.push(...stores.map((store) => `${consumer}>${store}`));
          return {};
        },
      },
      containerInsights: true,
      logRetentionDays: 30,
      ...changes,
    },
    { providers: [provider] },
  );
  return { services, allowed, reached };
}
