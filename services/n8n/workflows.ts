import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { settingKeys } from "../../settings/keys";
import {
  assistantDefaults,
  assistantSeeds,
  digestWords,
  handOverReasons,
  looksSpanish,
  type AssistantLimits,
} from "./assistant";

/** LLM providers that the starter flow can use, the preferred one first. */
export const starterProviders = ["openai", "anthropic", "google", "openrouter"] as const;
export type LlmProvider = (typeof starterProviders)[number];

/** A node of an n8n workflow, as n8n exports it. */
export interface WorkflowNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [number, number];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly credentials?: Readonly<Record<string, { readonly id: string; readonly name: string }>>;
}

/** Where one output of a node leads. */
export interface WorkflowLink {
  readonly node: string;
  readonly type: string;
  readonly index: number;
}

/** Source node -> kind of connection (`main`, `ai_languageModel`) -> output -> targets. */
export type WorkflowConnections = Readonly<
  Record<string, Readonly<Record<string, readonly (readonly WorkflowLink[])[]>>>
>;

/** An importable workflow. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly nodes: readonly WorkflowNode[];
  readonly connections: WorkflowConnections;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface StarterOptions {
  /** Where n8n reaches Chatwoot's API, without a slash at the end. @default "http://chatwoot-web:3000" */
  readonly chatwootUrl?: string;
  /** Where n8n reaches the data bridge, which searches what staff have written. Absent: there is none. */
  readonly bridgeUrl?: string;
  /** Whom a mail every morning comes from and goes to. Absent: nobody gets one. */
  readonly mail?: { readonly from: string; readonly to: string };
  /** @default those of the settings */
  readonly limits?: AssistantLimits;
}

type Part = Pick<Workflow, "nodes" | "connections">;

const defaultLimits = settingKeys.assistant.schema.parse({});
const folder = join(__dirname, "files", "workflows");

/** As n8n writes them, from what they belong to: the same name is the same node at every release. */
function idOf(...names: readonly string[]): string {
  const hex = createHash("sha256").update(names.join("\n")).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** What fills the holes `@@NAME@@`, as it is written in the code of an expression. */
function holes({
  chatwootUrl = "http://chatwoot-web:3000",
  bridgeUrl = "",
  mail,
  limits = defaultLimits,
}: StarterOptions) {
  for (const url of [chatwootUrl, bridgeUrl || chatwootUrl]) {
    if (!/^https?:\/\/[a-z0-9.:-]+(\/[\w./-]*[\w-])?$/i.test(url)) {
      throw new Error(`starter flow: "${url}" is not a base URL, e.g. https://desk.example.com`);
    }
  }
  return {
    CHATWOOT_URL: chatwootUrl,
    BRIDGE_URL: bridgeUrl,
    MAIL_FROM: mail?.from ?? "",
    // a text of the expression: an address may have an apostrophe
    DIGEST_TO: JSON.stringify(mail?.to ?? ""),
    DAILY_ANSWERS: String(limits.dailyAnswers),
    CONTACT_ANSWERS: String(limits.contactAnswersPerHour),
    CONVERSATION_ANSWERS: String(limits.conversationAnswers),
    DEFAULTS: JSON.stringify(assistantDefaults),
    SEEDS: JSON.stringify(assistantSeeds),
    DIGEST_EN: JSON.stringify(digestWords.en),
    DIGEST_ES: JSON.stringify(digestWords.es),
    REASONS: JSON.stringify(handOverReasons),
    SPANISH: String(looksSpanish),
  };
}

/** Parses a file with its holes filled in; they are inside JSON strings. */
function load(file: string, options: StarterOptions): unknown {
  const filled = Object.entries(holes(options)).reduce(
    (text, [name, value]) => text.replaceAll(`@@${name}@@`, () => JSON.stringify(value).slice(1, -1)),
    readFileSync(join(folder, file), "utf8"),
  );
  return JSON.parse(filled);
}

/** A part of a workflow, from the folder of that name. */
const loadPart = (file: string, name: string, options: StarterOptions): Part =>
  load(join(basename(file, ".json"), `${name}.json`), options) as Part;

/** Adds nodes and connections. A part may continue from a node of another part, but never redefine one. */
function withPart(flow: Workflow, part: Part): Workflow {
  const nodes = [...flow.nodes, ...part.nodes];
  const names = nodes.map((node) => node.name);
  const repeated =
    names.find((name, i) => names.indexOf(name) !== i) ??
    Object.keys(part.connections).find((n) => n in flow.connections);
  if (repeated !== undefined) throw new Error(`starter flow: two parts define "${repeated}"`);
  return { ...flow, nodes, connections: { ...flow.connections, ...part.connections } };
}

/** The model also writes the search phrases, where there is something to search. */
function alsoFor(flow: Workflow, chain: string): Workflow {
  const connections = Object.entries(flow.connections).map(([from, kinds]) => {
    const { ai_languageModel: models } = kinds;
    const more = { node: chain, type: "ai_languageModel", index: 0 };
    return [from, models === undefined ? kinds : { ...kinds, ai_languageModel: [[...models.flat(), more]] }] as const;
  });
  return { ...flow, connections: Object.fromEntries(connections) };
}

const assembled = (file: string, parts: readonly string[], options: StarterOptions): Workflow => {
  const flow = parts.map((name) => loadPart(file, name, options)).reduce(withPart, load(file, options) as Workflow);
  return { ...flow, nodes: flow.nodes.map((node) => ({ ...node, id: idOf(flow.id, node.name) })) };
};

/**
 * The workflows, by the file that each begins with: what Chatwoot tells its bot and what is done about it; what to answer, a
 * hand-over of everything without a provider; what is looked at every few minutes; and what opens a conversation when the
 * first fails. Secrets are in n8n's credentials, which `n8n/import.sh` makes.
 */
export function renderWorkflows(
  provider: LlmProvider | undefined,
  options: StarterOptions = {},
): Readonly<Record<string, Workflow>> {
  const searches = options.bridgeUrl !== undefined;
  const answer = [...(searches ? ["knowledge", "search"] : ["no-knowledge"]), "answer", `model-${String(provider)}`];
  const parts: Readonly<Record<string, readonly string[]>> = {
    "assistant-answer.json": provider === undefined ? ["no-key"] : answer,
    "assistant-check.json": [],
    "assistant-digest.json": [
      searches ? "figures" : "no-figures",
      "tables",
      "digest-text",
      ...(options.mail === undefined ? [] : ["digest-mail"]),
    ],
    "assistant-watch.json": ["unanswered", "claim", "idle", "resolve", "housekeeping", "forget"],
    "chatwoot-assistant.json": [
      ...["message", "remember", "settings", "gate", "reserve", "limits", "answer", "effects"],
      ...["handover", "triage", "results", "gaps"],
    ],
    "chatwoot-assistant-failed.json": [],
  };
  return Object.fromEntries(
    Object.entries(parts).map(([file, names]) => {
      const flow = assembled(file, names, options);
      return [file, names.includes("search") ? alsoFor(flow, "Phrases") : flow];
    }),
  );
}

/** The provider that the assistant uses, given those that have a key. */
export const starterProvider = (configured: readonly LlmProvider[]): LlmProvider | undefined =>
  starterProviders.find((provider) => configured.includes(provider));

/** Files of the release, path -> text, that `n8n/import.sh` imports. */
export function renderWorkflowFiles(
  provider: LlmProvider | undefined,
  options: StarterOptions = {},
): Readonly<Record<string, string>> {
  // Rendered under the names of the files they come from, so that no unrendered copy can lie beside them.
  return Object.fromEntries(
    Object.entries(renderWorkflows(provider, options)).map(([file, flow]) => [
      `n8n/workflows/${file}`,
      `${JSON.stringify(flow, null, 2)}\n`,
    ]),
  );
}
