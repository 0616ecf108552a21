import { readFileSync } from "node:fs";
import { join } from "node:path";

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
}

type Part = Pick<Workflow, "nodes" | "connections">;

const folder = join(__dirname, "n8n", "workflows");
const starter = "chatwoot-assistant.json";
const failed = "chatwoot-assistant-failed.json";

/** Parses a file with its one hole filled in. The URL is put inside JSON strings, so only characters that need no escape pass. */
function load(file: string, { chatwootUrl = "http://chatwoot-web:3000" }: StarterOptions): unknown {
  if (!/^https?:\/\/[a-z0-9.:-]+(\/[\w./-]*[\w-])?$/i.test(chatwootUrl)) {
    throw new Error(`starter flow: "${chatwootUrl}" is not a base URL, e.g. https://desk.example.com`);
  }
  return JSON.parse(readFileSync(join(folder, file), "utf8").replaceAll("@@CHATWOOT_URL@@", chatwootUrl));
}

const loadPart = (name: string, options: StarterOptions): Part => load(join("parts", `${name}.json`), options) as Part;

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

/** The providers' answer flow, or the hand-over of everything when there is no key. */
const brain = (provider: LlmProvider | undefined): readonly string[] =>
  provider === undefined ? ["no-key"] : ["answer", `model-${provider}`];

/**
 * Chatwoot's bot webhook -> signature -> transcript -> LLM -> reply or hand-over. Without a provider every conversation
 * goes to people. Secrets are in n8n's credentials, which `n8n/import.sh` makes.
 */
export function renderStarterWorkflow(provider: LlmProvider | undefined, options: StarterOptions = {}): Workflow {
  return ["transcript", ...brain(provider), "hand-over"]
    .map((name) => loadPart(name, options))
    .reduce(withPart, load(starter, options) as Workflow);
}

/** Opens a conversation for people when the starter flow fails. */
export const renderFailureWorkflow = (options: StarterOptions = {}): Workflow => load(failed, options) as Workflow;

/** The provider that the starter flow uses, given those that have a key. */
export const starterProvider = (configured: readonly LlmProvider[]): LlmProvider | undefined =>
  starterProviders.find((provider) => configured.includes(provider));

/** Files of the release, path -> text, that `n8n/import.sh` imports. */
export function renderWorkflowFiles(
  provider: LlmProvider | undefined,
  options: StarterOptions = {},
): Readonly<Record<string, string>> {
  // Rendered under the names of the files they come from, so that no unrendered copy can lie beside them.
  const workflows = { [failed]: renderFailureWorkflow(options), [starter]: renderStarterWorkflow(provider, options) };
  return Object.fromEntries(
    Object.entries(workflows).map(([file, flow]) => [`n8n/workflows/${file}`, `${JSON.stringify(flow, null, 2)}\n`]),
  );
}
