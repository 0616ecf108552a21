import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { expect } from "chai";
import {
  renderWorkflowFiles,
  renderWorkflows,
  starterProvider,
  starterProviders,
  type LlmProvider,
  type StarterOptions,
  type Workflow,
} from "../../../services/n8n/workflows";
import { root } from "../../support/root";

const folder = join(root, "services", "n8n", "files");

const secrets = {
  CHATWOOT_BOT_TOKEN: "bot-token-value",
  CHATWOOT_BOT_SECRET: "bot-secret-value",
  DATA_API_TOKEN: "bridge-value",
  N8N_SMTP_HOST: "smtp.example.com",
  N8N_SMTP_PASS: "smtp-value",
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
  "n8n-nodes-base.executeWorkflow": 1.3,
  "n8n-nodes-base.executeWorkflowTrigger": 1.1,
  "n8n-nodes-base.respondToWebhook": 1.5,
  "n8n-nodes-base.splitOut": 1,
  "n8n-nodes-base.wait": 1.1,
  "n8n-nodes-base.webhook": 2.1,
  "n8n-nodes-base.errorTrigger": 1,
  "n8n-nodes-base.scheduleTrigger": 1.2,
  "n8n-nodes-base.extractFromFile": 1,
  "n8n-nodes-base.crypto": 2,
  "n8n-nodes-base.if": 2.2,
  "n8n-nodes-base.set": 3.4,
  "n8n-nodes-base.dataTable": 1.1,
  "n8n-nodes-base.httpRequest": 4.2,
  "n8n-nodes-base.emailSend": 2.1,
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

const flowOf = (file: string, provider?: LlmProvider, options?: StarterOptions): Workflow => {
  const flow = renderWorkflows(provider, options)[`${file}.json`];
  if (flow === undefined) throw new Error(`no workflow ${file}`);
  return flow;
};
const mail = { from: "Acme <desk@acme.example>", to: "boss@acme.example" };
const searching = { bridgeUrl: "http://data-bridge:8000" };
const main = flowOf("chatwoot-assistant");
const files = Object.keys(renderWorkflows(undefined)).map((file) => file.replace(".json", ""));
const flows: readonly (readonly [string, Workflow])[] = [
  ...files.map((file) => [file, flowOf(file)] as const),
  ...starterProviders.map((p) => [`assistant-answer of ${p}`, flowOf("assistant-answer", p, searching)] as const),
  ["assistant-digest by mail", flowOf("assistant-digest", undefined, { ...searching, mail })],
  ["assistant-answer without a bridge", flowOf("assistant-answer", "openai")],
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
        expect(text).not.to.match(/\$env|process\.|\$secrets|@@|\bsk-[a-z0-9]/i);
        for (const value of Object.values(secrets)) expect(text).not.to.contain(value);
      });

      it("has expressions that end where they should: n8n takes the first two braces for the end", () => {
        for (const [text] of JSON.stringify(flow.nodes.map((node) => node.parameters)).matchAll(/"=.*?[^\\]"/g)) {
          for (const [, code = ""] of text.matchAll(/\{\{(.*?)\}\}/g)) {
            const count = (brace: string) => code.split(brace).length;
            expect(count("("), code).to.equal(count(")"));
          }
        }
      });

      it("calls no provider, keeps no successful run, and every gate has its condition", () => {
        expect(flow.settings["saveDataSuccessExecution"]).to.equal("none");
        expect(links(flow).filter((link) => link.kind === "ai_tool")).to.be.empty;
      });

      it("uses credentials that the import makes", () => {
        const made = credentials(secrets).map(({ id, name, type }) => `${type} ${id} ${name}`);
        const used = flow.nodes.flatMap((node) =>
          Object.entries(node.credentials ?? {}).map(([type, { id, name }]) => `${type} ${id} ${name}`),
        );
        if (!/^assistant(Answer|Check|Digest)/.test(flow.id)) expect(used).not.to.be.empty;
        expect(made).to.include.members(used);
      });
    });
  }

  it("have fixed ids: a new one would be imported beside the old one", () => {
    const ids = [
      ...["assistantAnswer", "assistantCheck", "assistantDigest", "assistantWatch", "chatwootAssistant"],
      "chatwootAssistantFailed",
    ];
    for (const provider of [undefined, ...starterProviders]) {
      expect(Object.values(renderWorkflows(provider)).map((flow) => flow.id)).to.deep.equal(ids);
    }
    expect(main.settings["errorWorkflow"]).to.equal("chatwootAssistantFailed");
    const webhook = main.nodes.find((node) => node.type.endsWith(".webhook"));
    expect(webhook?.parameters).to.include({ path: "chatwoot-bot", httpMethod: "POST" });
  });

  it("answer only what is signed, new, from the customer and pending, and end in a reply or a hand-over", () => {
    for (const gate of ["Signed and fresh", "Tells something", "Waits for the bot"]) {
      expect(leadsTo(main, gate, 0), gate).to.have.lengthOf(1);
      expect(leadsTo(main, gate, 1), gate).to.be.empty;
    }
    expect(leadsTo(main, "May be answered", 1)).to.deep.equal(["Hand over"]);
    expect(leadsTo(main, "Within the limits", 0)).to.deep.equal(["Answer"]);
    expect(leadsTo(main, "Within the limits", 1)).to.include("Hand over");
    expect(leadsTo(main, "Has an answer", 0)).to.deep.equal(["Reply"]);
    expect(leadsTo(main, "Has an answer", 1)).to.deep.equal(["Hand over"]);
    for (const step of ["Presses", "Priority", "Topic", "Open for the team"]) {
      const before = {
        Presses: "Note for the team",
        Priority: "Presses",
        Topic: "Priority",
        "Open for the team": "Topic",
      };
      expect(leadsTo(main, before[step as keyof typeof before])).to.include(step);
    }
    for (const provider of starterProviders) {
      for (const [options, chains] of [[{}, ["Write"]] as const, [searching, ["Write", "Phrases"]] as const]) {
        const models = links(flowOf("assistant-answer", provider, options)).filter(
          (l) => l.kind === "ai_languageModel",
        );
        expect(models.map((link) => link.to)).to.deep.equal(chains);
      }
    }
  });

  it("ask nobody without a key", () => {
    const flow = flowOf("assistant-answer");
    expect(leadsTo(flow, "Asked")).to.deep.equal(["Say"]);
    expect(flow.nodes.some((node) => node.type.includes("langchain"))).to.equal(false);
  });

  it("have the limits of the stack in them", () => {
    const limits = { dailyAnswers: 1234, contactAnswersPerHour: 567, conversationAnswers: 42 };
    const text = JSON.stringify(flowOf("chatwoot-assistant", "openai", { limits }));
    for (const limit of Object.values(limits)) expect(text).to.contain(`Math.min(${limit}, `);
  });

  it("call Chatwoot where it is, and refuse an address that is none", () => {
    const flow = JSON.stringify(flowOf("chatwoot-assistant", "openai", { chatwootUrl: "https://desk.example.com" }));
    expect(flow).to.contain("=https://desk.example.com/api/v1/accounts/").and.not.to.contain("chatwoot-web");
    for (const chatwootUrl of ["desk.example.com", "https://desk.example.com/", "http://x', \"", "http://{{ 1 }}"]) {
      expect(() => renderWorkflows("openai", { chatwootUrl }), chatwootUrl).to.throw("is not a base URL");
    }
  });

  it("have expressions that are code, whatever may be in an address", () => {
    const mail = { from: '"Acme: (desk)" <desk@acme.example>', to: "o'brien@acme.example" };
    const texts = JSON.stringify(Object.values(renderWorkflows("openai", { mail })).map((flow) => flow.nodes));
    const codes = [...texts.matchAll(/"=(?:[^"\\]|\\.)*"/g)].flatMap(([text]) =>
      [...(JSON.parse(text) as string).matchAll(/\{\{(.*?)\}\}/gs)].map(([, code = ""]) => code),
    );
    expect(codes.filter((code) => code.includes(mail.to))).to.have.lengthOf(1);
    for (const code of codes) expect(() => new Script(`(${code}\n)`), code).not.to.throw();
  });

  it("are files of the release that replace the templates of the same name", () => {
    const rendered = renderWorkflowFiles("google");
    const templates = readdirSync(join(folder, "workflows")).filter((name) => name.endsWith(".json"));
    expect(Object.keys(rendered)).to.have.members(templates.map((name) => `n8n/workflows/${name}`));
    expect(renderWorkflowFiles("google")).to.deep.equal(rendered);
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
