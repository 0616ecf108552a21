import { dump } from "js-yaml";
import type { LlmProvider } from "../services/context";

/** `librechat.yaml`. OpenRouter is a custom endpoint and is offered only with its key; the others need no entry here. */
export function renderLibrechat(llm: readonly LlmProvider[]): string {
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
      version: "1.3.16",
      cache: true,
      interface: { privacyPolicy: { externalUrl: "" }, termsOfService: { modalAcceptance: false } },
      registration: { socialLogins: [] },
      ...(llm.includes("openrouter") ? { endpoints: { custom: [openrouter] } } : {}),
    },
    { noRefs: true, lineWidth: -1 },
  );
}
