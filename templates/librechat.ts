import { dump } from "js-yaml";
import type { Context } from "../services/model/context";
import { fileMegabytes } from "../services/model/limits";

/** Endpoints that LibreChat has limits of its own for (file-config.ts of librechat-data-provider); `default` is for the others. */
const withOwnLimits = ["default", "agents", "anthropic", "assistants", "azureAssistants"];
const fileSizes = { fileSizeLimit: fileMegabytes, totalSizeLimit: fileMegabytes };

/** What LibreChat's agents can do with nothing else beside it (AgentCapabilities of librechat-data-provider). */
const capabilities = ["deferred_tools", "artifacts", "actions", "context", "tools", "chain"];

/**
 * `librechat.yaml`. OpenRouter is a custom endpoint and is offered only with its key; the others need no entry here. Where
 * files are kept is said here and nowhere else: the variables of S3 are read only with `fileStrategy: s3`.
 */
export function renderLibrechat({ llm, bucket, oidc }: Pick<Context, "llm" | "bucket" | "oidc">): string {
  const openrouter = {
    name: "OpenRouter",
    // expanded by LibreChat from its environment
    apiKey: "${OPENROUTER_KEY}",
    baseURL: "https://openrouter.ai/api/v1",
    models: { default: ["openrouter/auto"], fetch: true },
    titleConvo: true,
    titleModel: "current_model",
    modelDisplayLabel: "OpenRouter",
  };
  return dump(
    {
      // of LibreChat 0.8.8: Constants.CONFIG_VERSION of librechat-data-provider
      version: "1.3.17",
      cache: true,
      // on the disk, images would be open to everybody who has the link; links to S3 are signed
      ...(bucket === undefined ? { fileStrategy: "local", secureImageLinks: true } : { fileStrategy: "s3" }),
      // LibreChat's own is 512 MB, which the entrance would end without a word of LibreChat's
      fileConfig: {
        serverFileSizeLimit: fileMegabytes,
        skills: { fileSizeLimit: fileMegabytes },
        endpoints: Object.fromEntries(withOwnLimits.map((name) => [name, fileSizes])),
      },
      interface: { privacyPolicy: { externalUrl: "" }, termsOfService: { modalAcceptance: false } },
      registration: { socialLogins: oidc === undefined ? [] : ["openid"] },
      endpoints: {
        // without a name the list has file search, code and web search as well, for which there is no server
        agents: { capabilities },
        ...(llm.includes("openrouter") ? { custom: [openrouter] } : {}),
      },
    },
    { noRefs: true, lineWidth: -1 },
  );
}
