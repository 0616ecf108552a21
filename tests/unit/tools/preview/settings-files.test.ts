import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "../../../../tools/preview/collect";
import { describeError } from "../../../../tools/preview/failure";
import { paintFor } from "../../../../tools/preview/table";
import { previewText } from "../../../../tools/preview/text";
import { readStackOrExample } from "../../../../tools/stack/offline-config";

const host = [
  "aws:region: us-east-1",
  "ai-ecosystem:topology: host",
  "ai-ecosystem:sshAllowedCidrs: [198.51.100.7/32]",
];
const fargate = [
  "aws:region: us-east-1",
  "ai-ecosystem:topology: fargate",
  "ai-ecosystem:domain: desk.acme.test",
  "ai-ecosystem:hostedZone: acme.test",
  "ai-ecosystem:adminEmail: ops@acme.test",
];

/** Settings below `config:`, later ones in place of earlier ones. */
function file(base: readonly string[], ...more: readonly string[]): string {
  const keyOf = (line: string) => line.slice(0, line.indexOf(": "));
  const lines = new Map(
    [...base, ...more.map((l) => (l.startsWith("aws:") ? l : `ai-ecosystem:${l}`))].map((l) => [keyOf(l), l]),
  );
  return ["config:", ...[...lines.values()].map((line) => `  ${line}`), ""].join("\n");
}

/** A file as people write it, and what `make preview` says of it: each of these, and as many problems. */
type Case = readonly [what: string, text: string, problems: number, ...says: readonly (string | RegExp)[]];

const refused: readonly Case[] = [
  ["a misspelt key", file(host, "alertEmial: a@acme.test"), 1, "alertEmial: is not known; did you mean alertEmail?"],
  ["a key like no other (NEW-24)", file(host, "foo: 1"), 1, /foo: is not known$/m],
  [
    "mail as a text",
    file(host, "smtp: mail.acme.test"),
    1,
    "smtp: must be an object",
    "--path 'ai-ecosystem:smtp.host'",
  ],
  [
    "an image that is not pinned (NEW-21)",
    file(host, "services: {n8n: {image: 'n8nio/n8n:latest'}}"),
    1,
    "services.n8n.image = n8nio/n8n:latest: must be an image with a tag",
  ],
  ["a misspelt service", file(host, "services: {libreschat: {enabled: false}}"), 1, "did you mean librechat?"],
  [
    "a misspelt part of a service",
    file(host, "services: {n8n: {memory: 700}}"),
    1,
    "services.n8n.memory: is not known; did you mean memoryMb?",
  ],
  [
    "a size that there is not (NEW-23)",
    file(host, "instanceType: t3.humongous"),
    1,
    "instanceType = t3.humongous: is none of",
    "t3, t3a, t4g",
  ],
  ["a family that is not taken", file(host, "instanceType: m5.large"), 1, "instanceType = m5.large"],
  ["a topology that there is not", file(host, "topology: ec2"), 1, "topology = ec2", "allowed: host or fargate"],
  ["a word in another case", file(fargate, "deployment: bluegreen"), 1, "allowed: rolling or blueGreen"],
  ["a word for a number (NEW-23)", file(fargate, "azCount: two"), 1, "azCount = two: must be a number"],
  [
    "a number that is not among few (NEW-23)",
    file(fargate, "logRetentionDays: 31"),
    1,
    "logRetentionDays = 31",
    "7, 14, 30",
  ],
  ["a network that is too small", file(host, "vpcCidr: 10.0.0.0/33"), 1, "vpcCidr = 10.0.0.0/33"],
  ["no way out", file(fargate, "natGateways: 0"), 1, "must be at least 1 when topology is fargate"],
  ["a class without a price", file(fargate, "postgresClass: db.t9.huge"), 1, "is no class of AWS"],
  ["another's zone", file(fargate, "hostedZone: other.test"), 1, "is not the domain's zone"],
  [
    "a time zone that is a city",
    file(host, "timezone: Madrid"),
    1,
    "example: pulumi config set -s kind ai-ecosystem:timezone Europe/Madrid",
  ],
  ["SSH for everybody", file(host, "sshAllowedCidrs: [0.0.0.0/0]"), 1, "allowPublicSsh: true if you mean it"],
  [
    "an address without its mask (NEW-22)",
    file(host, "sshAllowedCidrs: [198.51.100.7]"),
    1,
    "sshAllowedCidrs.0 = 198.51.100.7: ",
    "198.51.100.7/32",
  ],
  ["no address (NEW-21)", file(host, "sshAllowedCidrs: [300.1.1.1/32]"), 1, "sshAllowedCidrs.0 = 300.1.1.1/32"],
  [
    "what production needs",
    file([], "aws:region: us-east-1", "topology: fargate"),
    3,
    "domain: is required",
    "hostedZone: is required",
    "adminEmail: is required",
  ],
  ["nothing", "config: {}\n", 2, "aws:region: is required", "topology: is required"],
  ["an empty file", "", 2, "topology: is required"],
  [
    "configs in place of config (NEW-25)",
    file(host).replace("config:", "configs:"),
    1,
    "configs: is read by nobody; did you mean config?",
  ],
  [
    "a word beside config (NEW-25)",
    `${file(host)}enviroment: [acme/prod]\n`,
    1,
    "enviroment: is read by nobody; did you mean environment?",
  ],
  [
    "a misspelt key of the provider (NEW-25)",
    file(host, "aws:regin: us-east-1"),
    1,
    "aws:regin: is not known; did you mean aws:region?",
  ],
  [
    "a region by its town (NEW-7)",
    file(host, "aws:region: Frankfurt"),
    1,
    "aws:region = Frankfurt",
    "did you mean eu-central-1?",
  ],
  ["a region that there is not (NEW-7)", file(host, "aws:region: eu-central-9"), 1, "aws:region = eu-central-9"],
  ["the region as a setting of ours (NEW-24)", file(host, "region: eu-central-1"), 1, "did you mean aws:region?"],
  [
    "a key of a model in plain text",
    file(host, "openaiApiKey: sk-verysecret"),
    1,
    "openaiApiKey: is a secret and stands in plain text",
  ],
  [
    "a password in plain text",
    file(host, "smtp: {host: mail.acme.test, from: a@acme.test, user: me, password: verysecret}"),
    1,
    "smtp.password: is a secret and stands in plain text",
  ],
  [
    "an address with a password in plain text",
    file(fargate, "mongoUri: 'mongodb+srv://me:verysecret@x.test/'"),
    1,
    "mongoUri: is a secret",
  ],
  [
    "a host without its entrance (NEW-18)",
    file(host, "services: {nginx: {enabled: false}}"),
    1,
    "services.nginx.enabled: cannot be false",
  ],
  [
    "a desk that never sends (NEW-18)",
    file(host, "services: {chatwoot-sidekiq: {enabled: false}}"),
    1,
    "services.chatwoot-sidekiq.enabled: cannot be false",
  ],
  [
    "all that is wrong with a service, at once (NEW-20)",
    file(fargate, "services: {librechat: {memoryMb: 700, minTasks: 5, maxTasks: 2}}"),
    2,
    "services.librechat.memoryMb: ",
    "services.librechat.minTasks: is 5, above maxTasks, which is 2",
  ],
  ["a tab", "config:\n\tai-ecosystem:topology: host\n", 0, "Pulumi.kind.yaml is not valid YAML: tab", "(2:1)"],
  ["a colon that is missing", "config:\n  ai-ecosystem:topology host\n  a: b\n", 0, "is not valid YAML", "(3:4)"],
  [
    "a line that is moved",
    "config:\n  aws:region: us-east-1\n ai-ecosystem:topology: host\n",
    0,
    "is not valid YAML",
    "(3:2)",
  ],
  ["a key twice", `${file(host)}  ai-ecosystem:topology: host\n`, 0, "duplicated mapping key"],
];

const taken: readonly Case[] = [
  [
    "a network by one of its hosts, and again",
    file(host, "sshAllowedCidrs: [198.51.100.7/24, 198.51.100.0/24]"),
    0,
    "198.51.100.7/24 is 198.51.100.0/24",
  ],
  [
    "an image older than the program's (NEW-2)",
    file(host, "services: {n8n: {image: 'docker.n8n.io/n8nio/n8n:1.99.0'}}"),
    0,
    /n8n is held at 1\.99\.0 by services\.n8n\.image, and this program comes with \d(?![\s\S]*is held at)/,
  ],
  ["alarms without anybody (NEW-5)", file(host), 0, "Alarms reach nobody"],
  ["no mail (NEW-8)", file(host), 0, "Without smtp no mail leaves Chatwoot, n8n, LibreChat"],
  [
    "DocumentDB without anybody (NEW-14)",
    file(fargate, "services: {librechat: {enabled: false}, data-bridge: {enabled: false}, mongodb: {enabled: false}}"),
    0,
    /^(?![\s\S]*DocumentDB instance)/,
  ],
  [
    "an environment that nobody can open here (NEW-16)",
    `environment: [acme/prod]\n${file(host).replace(/.*topology.*\n/, "")}`,
    0,
    "Pulumi ESC (acme/prod) is not opened here",
    "topology = host",
  ],
];

describe("make preview, of the settings files that people write", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-files-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ai-ecosystem\n");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What it prints: the details, or the refusal. */
  async function previewed(text: string): Promise<{ readonly refusal?: string; readonly text: string }> {
    writeFileSync(join(folder, "Pulumi.kind.yaml"), text);
    try {
      const data = await collect(readStackOrExample(folder, "kind"), () => undefined);
      return { text: previewText(data, paintFor(false), false) };
    } catch (error) {
      const refusal = describeError(error);
      return { refusal, text: refusal };
    }
  }
  const expectSaid = (text: string, says: readonly (string | RegExp)[]) => {
    for (const words of says)
      if (typeof words === "string") expect(text).to.contain(words);
      else expect(text).to.match(words);
  };

  for (const [what, text, problems, ...says] of refused)
    it(`refuses ${what}`, async () => {
      const { refusal = "" } = await previewed(text);
      expectSaid(refusal, says);
      expect(refusal.match(/^- /gm) ?? [], refusal).to.have.length(problems);
      expect(refusal).not.to.match(/verysecret|undefined|\[object|Invalid|expected (?:string|number|one)/);
    });

  for (const [what, text, , ...says] of taken)
    it(`takes, and tells: ${what}`, async () => {
      const { refusal, text: said } = await previewed(text);
      expect(refusal).to.equal(undefined);
      expectSaid(said, says);
    });
});
