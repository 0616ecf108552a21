import type { ComposedStack } from "../../../stacks/compose";
import { composeStack } from "../../../stacks/compose";
import { readSettings } from "../../../stacks/read";
import { fakeAccount } from "../../../record/mocks/fake";
import { useConfig } from "../../../tools/stack/offline-config";
import { record, type RecordedResource, type Recording } from "../../../record/record";
import type { Document } from "./iam";
import { exampleConfig } from "../examples";

export const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
export const policyType = "aws:iam/policy:Policy";
export const roleType = "aws:iam/role:Role";

export const ofType = (resources: readonly RecordedResource[], type: string): readonly RecordedResource[] =>
  resources.filter((r) => r.type === type);

/** Name of a delivery role of a stack: `preview`, `images`, `deploy`. */
export const deliveryRole = (role: string, stack = "prod"): string => `ai-ecosystem-${stack}-delivery-github-${role}`;
export const isDelivery = (name: unknown): boolean => String(name).includes("-delivery-github-");

/** The policies of a delivery role of the stack `prod`, as a document each. */
export const policiesOf = (resources: readonly RecordedResource[], role: string): Document[] =>
  ofType(resources, attachmentType)
    .filter((a) => a.inputs["role"] === deliveryRole(role))
    .map((a) => {
      const policy = ofType(resources, policyType).find((p) => String(a.inputs["policyArn"]).endsWith(`/${p.name}`));
      return JSON.parse(String(policy?.inputs["policy"])) as Document;
    });

/** Settings that add resources or rights, all switched on. */
export const everything = {
  githubRepository: "acme/desk",
  stateBucket: "s3://acme-state/desks",
  stateKmsKeyArn: `arn:aws:kms:us-east-1:${fakeAccount}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  slackWebhookUrl: "https://hooks.slack.com/services/x",
  monthlyBudgetUsd: "500",
  bedrock: "true",
  deployment: "blueGreen",
} as const;

/** The stack `prod` with the settings of its example and some more, after an upgrade; values as texts. */
export async function recordProd(
  settings: Readonly<Record<string, string>> = {},
): Promise<Recording<ComposedStack> & { readonly domain: string }> {
  const config = exampleConfig("prod");
  const own = Object.entries(settings).map(([key, value]) => [`ai-ecosystem:${key}`, value] as const);
  useConfig({
    ...config,
    values: { ...config.values, ...Object.fromEntries<string>(own) },
    secretKeys: [...config.secretKeys, "ai-ecosystem:slackWebhookUrl"],
  });
  const previous = { images: {}, upgradeSnapshots: { postgres: "0a1b2c3d", mongodb: "4e5f6a7b" } };
  const recording = await record(() => composeStack({ ...readSettings(), previous }), {
    project: config.project,
    stack: "prod",
  });
  return { ...recording, domain: config.values["ai-ecosystem:domain"] ?? "" };
}
