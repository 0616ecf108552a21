import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { record, valueOf, type RecordedResource, type Recording } from "../../../record/record";
import { composeStack, type ComposedStack } from "../../../stacks/compose";
import { sandboxSettings } from "../fixtures";
import { recordProd } from "../recorded/prod";
import { region } from "./account";
import { askEmulated } from "./front";

/** What the program makes of a stack, by the pages' settings. */
export interface Made {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

const of = async ({ resources, result }: Recording<ComposedStack>): Promise<Made> => ({
  resources,
  outputs: await valueOf(pulumi.output(result.outputs)),
});

export const sandbox = async (): Promise<Made> =>
  of(await record(() => composeStack(sandboxSettings()), { stack: "sandbox" }));

export const production = async (): Promise<Made> =>
  of(
    await recordProd(
      {
        domain: "support.acme.com",
        hostedZone: "support.acme.com",
        adminEmail: "admin@acme.com",
        alertEmail: "ops@acme.com",
        githubRepository: "acme/desk",
        stateBucket: "acme-pulumi-state",
        stateKmsKeyArn: `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
      },
      undefined,
      { region },
      { "aws:region": region },
    ),
  );

/** For the stand-in of pulumi: what `up` of a stack makes and says. */
export function tell(folder: string, stack: string, { resources, outputs }: Made): void {
  const state = resources.map(({ urn, type, id }) => ({
    urn,
    type,
    ...(id === undefined ? {} : { id }),
    ...(type === "pulumi:pulumi:Stack" ? { outputs: { images: outputs["images"] } } : {}),
  }));
  mkdirSync(join(folder, "made"), { recursive: true });
  writeFileSync(join(folder, "made", `${stack}.json`), JSON.stringify({ resources: state, outputs }));
}

const text = (resource: RecordedResource, key: string): string => String(resource.inputs[key]);
const ecr = (url: string, operation: string, body: object) =>
  askEmulated(url, "ecr", region, { target: `AmazonEC2ContainerRegistry_V20150921.${operation}`, body });

/** Makes the registry's repositories in the emulated AWS. */
export async function makeRepositories(url: string, { resources }: Made): Promise<void> {
  for (const one of resources.filter((r) => r.type === "aws:ecr/repository:Repository"))
    await ecr(url, "CreateRepository", { repositoryName: text(one, "name") });
}

/** Puts images there. @param targets as Docker was told them: `HOST/NAME:TAG` */
export async function putImages(url: string, targets: readonly string[]): Promise<void> {
  for (const target of targets) {
    const [, repositoryName = "", imageTag = ""] = /^[^/]+\/(.+):([^:]+)$/.exec(target) ?? [];
    const mediaType = "application/vnd.oci.image.index.v1+json";
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [], annotations: { target } });
    await ecr(url, "PutImage", { repositoryName, imageTag, imageManifest });
  }
}

/** Makes the few resources in the emulated AWS that commands of the pages change. */
export async function makeAlarmsAndDatabase(url: string, { resources }: Made): Promise<void> {
  for (const one of resources.filter((r) => r.type === "aws:cloudwatch/metricAlarm:MetricAlarm")) {
    const { name = "" } = one.inputs as { name?: string };
    if (!name.includes("queue")) continue;
    const form = {
      ...{ Action: "PutMetricAlarm", Version: "2010-08-01", AlarmName: name, Namespace: "x", MetricName: "x" },
      ...{ ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: "1", Threshold: "1", Period: "60" },
      Statistic: "Maximum",
    };
    await askEmulated(url, "monitoring", region, { form });
  }
  for (const one of resources.filter((r) => r.type === "aws:rds/instance:Instance")) {
    const form = {
      ...{ Action: "CreateDBInstance", Version: "2014-10-31", Engine: "postgres", AllocatedStorage: "20" },
      ...{ DBInstanceIdentifier: text(one, "identifier"), DBInstanceClass: text(one, "instanceClass") },
      ...{ MasterUsername: "ecosystem", MasterUserPassword: "only-of-this-test" },
    };
    await askEmulated(url, "rds", region, { form });
  }
}
