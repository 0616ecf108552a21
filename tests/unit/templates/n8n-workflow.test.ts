import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  renderFailureWorkflow,
  renderStarterWorkflow,
  renderWorkflowFiles,
  starterProvider,
  starterProviders,
  type Workflow,
} from "../../../templates/n8n";
import { root } from "../../support/root";

const folder = join(root, "templates", "n8n");

const secrets = {
  CHATWOOT_BOT_TOKEN: "bot-token-value",
  CHATWOOT_BOT_SECRET: "bot-secret-value",
  OPENAI_API_KEY: "openai-value",
  ANTHROPIC_API_KEY: "anthropic-value",
  GOOGLE_API_KEY: "google-value",
  OPENROUTER_API_KEY: "openrouter-value",
};
interface Credential {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}
const credentials = (env: Record<string, string>): Credential[] =>
  JSON.parse(
    execFileSync(process.execPath, [join(folder, "credentials.js")], { env, encoding: "utf8", stdio: "pipe" }),
  ) as Credential[];

/** Kinds and versions that n8n 2.40 has and 3.0 keeps: no Code (needs a task runner), no tool, no access to the machine. */
const allowed: Readonly<Record<string, number>> = {
  "n8n-nodes-base.webhook": 2.1,
  "n8n-nodes-base.errorTrigger": 1,
  "n8n-nodes-base.scheduleTrigger": 1.2,
  "n8n-nodes-base.extractFromFile": 1,
  "n8n-nodes-base.crypto": 2,
  "n8n-nodes-base.if": 2.2,
  "n8n-nodes-base.set": 3.4,
  "n8n-nodes-base.dataTable": 1.1,
  "n8n-nodes-base.httpRequest": 4.2,
  "n8n-nodes-base.stickyNote": 1,
  "@n8n/n8n-nodes-langchain.chainLlm": 1.7,
  "@n8n/n8n-nodes-langchain.lmChatOpenAi": 1.3,
  "@n8n/n8n-nodes-langchain.lmChatAnthropic": 1.6,
  "@n8n/n8n-nodes-langchain.lmChatGoogleGemini": 1.1,
  "@n8n/n8n-nodes-langchain.lmChatOpenRouter": 1,
};

const links = (flow: Workflow) =>
  Object.entries(flow.connections).flatMap(([from, kinds]) =>
    Object.entries(kinds).flatMap(([kind, outputs]) =>
      outputs.flatMap((targets, output) => targets.map(({ node, type }) => ({ from, kind, output, to: node, type }))),
    ),
  );
const leadsTo = (flow: Workflow, from: string, output = 0) =>
  links(flow)
    .filter((link) => link.from === from && link.output === output)
    .map((link) => link.to);

const flows: readonly (readonly [string, Workflow])[] = [
  ...[undefined, ...starterProviders].map((p) => [p ?? "no key", renderStarterWorkflow(p)] as const),
  ["failure", renderFailureWorkflow()],
];

describe("starter workflows of n8n", () => {
  for (const [title, flow] of flows) {
    describe(title, () => {
      const names = flow.nodes.map((node) => node.name);

      it("has unique nodes, all connected by existing names", () => {
        expect(new Set(names)).to.have.lengthOf(names.length);
        expect(new Set(flow.nodes.map((node) => node.id))).to.have.lengthOf(names.length);
        for (const link of links(flow)) {
          expect(names, `${link.from} -> ${link.to}`).to.include.members([link.from, link.to]);
          expect(link.type).to.equal(link.kind);
        }
        const reached = new Set(links(flow).map((link) => link.to));
        const roots = flow.nodes.filter((node) => !reached.has(node.name) && !node.type.endsWith(".stickyNote"));
        for (const root of roots) expect(root.type).to.match(/webhook|Trigger|lmChat/);
      });

      it("refers in expressions to existing nodes only", () => {
        const texts = JSON.stringify(flow.nodes.map((node) => node.parameters));
        for (const [, name] of texts.matchAll(/\$\('([^']+)'\)/g)) expect(names).to.include(name);
      });

      it("uses only node types that are allowed", () => {
        for (const node of flow.nodes) expect(allowed[node.type], node.type).to.equal(node.typeVersion);
      });

      it("has neither secrets nor a way to the environment in its text", () => {
        const text = JSON.stringify(flow);
        expect(text).not.to.match(/\$env|process\.|\$secrets|@@|sk-[a-z0-9]/i);
        for (const value of Object.values(secrets)) expect(text).not.to.contain(value);
      });

      it("uses credentials that the import makes", () => {
        const made = credentials(secrets).map(({ id, name, type }) => `${type} ${id} ${name}`);
        const used = flow.nodes.flatMap((node) =>
          Object.entries(node.credentials ?? {}).map(([type, { id, name }]) => `${type} ${id} ${name}`),
        );
        expect(used).not.to.be.empty;
        expect(made).to.include.members(used);
      });
    });
  }

  it("have fixed ids: a new one would be imported beside the old one", () => {
    const starters = [undefined, ...starterProviders].map((provider) => renderStarterWorkflow(provider));
    expect(new Set(starters.map((flow) => flow.id))).to.deep.equal(new Set(["chatwootAssistant"]));
    expect(renderFailureWorkflow().id).to.equal("chatwootAssistantFailed");
    for (const flow of starters) expect(flow.settings["errorWorkflow"]).to.equal("chatwootAssistantFailed");
    const webhook = starters[0]?.nodes.find((node) => node.type.endsWith(".webhook"));
    expect(webhook?.parameters).to.include({ path: "chatwoot-bot", httpMethod: "POST", responseMode: "onReceived" });
  });

  it("answer only what is signed, new, from the customer and pending, and end in a reply or a hand-over", () => {
    for (const provider of starterProviders) {
      const flow = renderStarterWorkflow(provider);
      for (const gate of ["Signed and fresh", "Public message", "Waits for the bot"]) {
        expect(leadsTo(flow, gate, 0), gate).to.have.lengthOf(1);
        expect(leadsTo(flow, gate, 1), gate).to.be.empty;
      }
      expect(leadsTo(flow, "Can answer", 0)).to.deep.equal(["Answer"]);
      expect(leadsTo(flow, "Can answer", 1)).to.deep.equal(["Note for the team"]);
      expect(leadsTo(flow, "Asks for a person", 0)).to.deep.equal(["Hand over"]);
      expect(leadsTo(flow, "Asks for a person", 1)).to.deep.equal(["Reply"]);
      expect(leadsTo(flow, "Note for the team")).to.deep.equal(["Open for the team"]);
      const models = links(flow).filter((link) => link.kind === "ai_languageModel");
      expect(models.map((link) => link.to)).to.deep.equal(["Answer"]);
      expect(links(flow).filter((link) => link.kind === "ai_tool")).to.be.empty;
    }
  });

  it("hand everything over without a key", () => {
    const flow = renderStarterWorkflow(undefined);
    expect(leadsTo(flow, "Waits for the bot")).to.deep.equal(["No LLM key"]);
    expect(leadsTo(flow, "No LLM key")).to.deep.equal(["Note for the team"]);
    expect(flow.nodes.some((node) => node.type.includes("langchain"))).to.equal(false);
  });

  it("call Chatwoot where it is, and refuse an address that is none", () => {
    const flow = JSON.stringify(renderStarterWorkflow("openai", { chatwootUrl: "https://desk.example.com" }));
    expect(flow).to.contain("=https://desk.example.com/api/v1/accounts/").and.not.to.contain("chatwoot-web");
    for (const chatwootUrl of ["desk.example.com", "https://desk.example.com/", 'http://x", "', "http://{{ 1 }}"]) {
      expect(() => renderStarterWorkflow("openai", { chatwootUrl }), chatwootUrl).to.throw("is not a base URL");
    }
  });

  it("are files of the release that replace the templates of the same name", () => {
    const files = renderWorkflowFiles("google");
    const templates = readdirSync(join(folder, "workflows")).filter((name) => name.endsWith(".json"));
    expect(Object.keys(files)).to.have.members(templates.map((name) => `n8n/workflows/${name}`));
    expect(renderWorkflowFiles("google")).to.deep.equal(files);
  });

  it("use the first provider in order of preference that has a key", () => {
    expect(starterProvider([])).to.equal(undefined);
    expect(starterProvider(["openrouter", "anthropic"])).to.equal("anthropic");
  });
});

describe("credentials of the starter flow", () => {
  const bot = { CHATWOOT_BOT_TOKEN: "t", CHATWOOT_BOT_SECRET: "s" };

  it("are made for the providers that have a key, empty ones left out", () => {
    expect(credentials(bot).map((c) => c.type)).to.deep.equal(["httpHeaderAuth", "crypto"]);
    expect(credentials({ ...bot, OPENAI_API_KEY: "" })).to.have.lengthOf(2);
    expect(credentials({ ...bot, GOOGLE_API_KEY: "k" })[2]?.data).to.deep.equal({
      apiKey: "k",
      host: "https://generativelanguage.googleapis.com",
    });
  });

  it("may point at a gateway", () => {
    const [, , openai] = credentials({
      ...bot,
      OPENAI_API_KEY: "k",
      OPENAI_BASE_URL: "https://gateway.example.com/v1",
    });
    expect(openai?.data["url"]).to.equal("https://gateway.example.com/v1");
  });

  it("are refused without the bot's token or secret", () => {
    expect(() => credentials({ CHATWOOT_BOT_TOKEN: "t" })).to.throw("CHATWOOT_BOT_SECRET is not set");
  });

  it("reach no command line: the import passes files only", () => {
    const script = readFileSync(join(folder, "import.sh"), "utf8");
    expect(script).not.to.match(/\$\{?\w*(TOKEN|SECRET|KEY|PASSWORD)/);
  });
});
