import { z } from "zod";
import { assistantLimits, flag, identityProvider, mailServer, secretKey, service, type SettingKey } from "./kinds";

/** The applications, and what they talk to. */
export const applicationKeys = {
  services: {
    schema: z.record(z.string(), service).default({}),
    doc: "per service: enabled, image, memoryMb, cpu, minTasks, maxTasks, spot",
    allowed: "an object: service name -> { enabled, image, memoryMb, cpu, minTasks, maxTasks, spot }",
    example: "640",
    defaultText: "all on",
    howTo: "pulumi config set --path 'ai-ecosystem:services.n8n.memoryMb' 640",
  },
  openaiApiKey: secretKey("OpenAI", "sk-..."),
  anthropicApiKey: secretKey("Anthropic", "sk-ant-..."),
  googleApiKey: secretKey("Google Gemini", "AIza..."),
  openrouterApiKey: secretKey("OpenRouter", "sk-or-..."),
  assistant: assistantLimits,
  bedrock: flag(
    "LibreChat may use Amazon Bedrock through the IAM role; no other container of the host reaches that role",
    false,
  ),
  smtp: mailServer,
  oidc: identityProvider,
  deskConversations: flag(
    "LibreChat's administrators may also read conversations and messages of the desk by its models, whose provider then gets them",
    false,
  ),
  deskAi: flag(
    "Chatwoot's own AI for people (reply suggestion, summary, rewrite), with openaiApiKey, which then lies in its database and backups; not yet seen in its real image",
    false,
  ),
  pushRelay: flag(
    "notifications of Chatwoot's mobile app, through Chatwoot's own server, which reads who wrote what",
    false,
  ),
} as const satisfies Record<string, SettingKey>;
