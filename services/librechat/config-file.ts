import { dump } from "js-yaml";
import { has, type Context, type LlmProvider } from "../model/context";
import { fileMegabytes } from "../model/limits";

/** Endpoints that LibreChat has limits of its own for (file-config.ts of librechat-data-provider); `default` is for the others. */
const withOwnLimits = ["default", "agents", "anthropic", "assistants", "azureAssistants"];
const fileSizes = { fileSizeLimit: fileMegabytes, totalSizeLimit: fileMegabytes };

/** LibreChat's own list (defaultAgentCapabilities of librechat-data-provider) without what needs a server, and memory. */
const capabilities = [
  ...["deferred_tools", "artifacts", "subagents", "actions", "context"],
  ...["skills", "ask_user_question", "tools", "chain"],
];

/** Whose model answers questions about the desk, the first one with a key. */
const analysts: Readonly<Record<LlmProvider, { readonly endpoint: string; readonly model: string }>> = {
  openai: { endpoint: "openAI", model: "gpt-5.4-mini" },
  anthropic: { endpoint: "anthropic", model: "claude-sonnet-5" },
  google: { endpoint: "google", model: "gemini-3.1-flash-lite" },
  openrouter: { endpoint: "OpenRouter", model: "openai/gpt-5.4-mini" },
};

/**
 * The desk's figures as tools. Private addresses are refused unless they are named with their port; without `type` an http
 * address means SSE, without `requiresOAuth` the start looks for a login (packages/api/src/mcp of LibreChat 0.8.8). With a list
 * of specs the choice of a model is off unless it is said to be on.
 */
function deskFigures(
  context: Pick<Context, "llm" | "internalUrl" | "has" | "deskConversations">,
): Readonly<Record<string, unknown>> {
  if (!has(context as Context, "data-bridge")) return {};
  const address = context.internalUrl("data-bridge", 8000);
  const [provider] = (Object.keys(analysts) as LlmProvider[]).filter((p) => context.llm.includes(p));
  const spec = (chosen: LlmProvider) => ({
    name: "desk-analyst",
    label: "Desk analyst",
    description: "Figures of the desk: how did we do last week?",
    mcpServers: ["desk"],
    preset: {
      ...analysts[chosen],
      greeting: "How did we do last week? · ¿Qué tal la semana pasada?",
      promptPrefix:
        "You answer questions about the customer service desk from the tools' figures alone. Name the period, compare it with the one before, give durations in minutes or hours, and say when there is no figure. Today is {{current_date}}.",
    },
  });
  const server = {
    type: "streamable-http",
    requiresOAuth: false,
    timeout: 20_000,
    initTimeout: 10_000,
    serverInstructions: true,
  };
  // expanded by LibreChat: the token from its environment, and who asks, for the bridge's audit
  const headers = { Authorization: "Bearer ${DATA_MCP_TOKEN}", "X-Desk-User": "{{LIBRECHAT_USER_ID}}" };
  const conversations = {
    ...server,
    url: `${address}/data/mcp/conversations`,
    title: "Desk conversations",
    description: "Conversations and messages of the desk, for administrators",
    // the bridge refuses everybody else
    headers: { ...headers, "X-Desk-Role": "{{LIBRECHAT_USER_ROLE}}" },
  };
  return {
    mcpSettings: { allowedAddresses: [address.replace("http://", "")] },
    mcpServers: {
      desk: {
        ...server,
        url: `${address}/data/mcp`,
        title: "Desk figures",
        description: "Totals of the desk: conversations, times, satisfaction",
        headers,
      },
      ...(context.deskConversations === true ? { "desk-conversations": conversations } : {}),
    },
    ...(provider === undefined ? {} : { modelSpecs: { enforce: false, prioritize: false, list: [spec(provider)] } }),
  };
}

type Read = Pick<Context, "llm" | "bucket" | "oidc" | "internalUrl" | "has" | "deskConversations">;

/**
 * `librechat.yaml`. OpenRouter is a custom endpoint and is offered only with its key; the others need no entry here. Where
 * files are kept is said here and nowhere else: the variables of S3 are read only with `fileStrategy: s3`.
 */
export function renderLibrechat(context: Read): string {
  const { llm, bucket, oidc } = context;
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
      interface: {
        privacyPolicy: { externalUrl: "" },
        termsOfService: { modalAcceptance: false },
        modelSelect: true,
        parameters: true,
        presets: true,
        mcpServers: { use: true, create: false, share: false, public: false },
      },
      registration: { socialLogins: oidc === undefined ? [] : ["openid"] },
      endpoints: {
        // without a name the list has file search, code and web search as well, for which there is no server
        agents: { capabilities },
        ...(llm.includes("openrouter") ? { custom: [openrouter] } : {}),
      },
      ...deskFigures(context),
    },
    { noRefs: true, lineWidth: -1 },
  );
}
