import { catalogue as factories } from "../../../services/catalogue";
import type { ServiceFactory } from "../../../services/model/context";
import { composeStack, type ComposedStack } from "../../../stacks/compose";
import { record, type RecordOptions, type Recording } from "../../../record/record";
import { prodSettings } from "./profile";

/** Values of every setting that makes something which is not there by default. */
export const everything: Readonly<Record<string, string>> = {
  alertEmail: "ops@example.com",
  slackWebhookUrl: "https://hooks.slack.com/services/T000/B000/a-secret-of-the-user",
  monthlyBudgetUsd: "600",
  githubRepository: "acme/desk",
  stateBucket: "acme-state",
  stateKmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  deployment: "blueGreen",
  bedrock: "true",
  openaiApiKey: "sk-a-secret-of-the-user-1",
  anthropicApiKey: "sk-ant-a-secret-of-the-user-2",
  googleApiKey: "AIza-a-secret-of-the-user-3",
  openrouterApiKey: "sk-or-a-secret-of-the-user-4",
  oidc: '{"issuer":"https://login.example.com","clientId":"librechat","clientSecret":"a-secret-of-the-user-6"}',
  smtp: '{"host":"smtp.example.com","port":2525,"user":"desk","password":"a-secret-of-the-user-5","from":"desk@example.com"}',
};

/** The whole production stack, recorded. Values are texts, as in a stack file; `aws` by full names. */
export function recordProd(
  values: Readonly<Record<string, string>> = {},
  from: readonly ServiceFactory[] = factories,
  options: RecordOptions = {},
  aws: Readonly<Record<string, string>> = {},
): Promise<Recording<ComposedStack>> {
  const { stack = "prod" } = options;
  return record(() => composeStack({ ...prodSettings(values, aws), stack }, from), { ...options, stack });
}
