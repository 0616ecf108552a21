import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { need } from "../support/need";
import { projectWith } from "../support/recorded/preview";
import { root } from "../support/root";
import { key, Terminal } from "../support/terminal";

const tsx = join(root, "node_modules/.bin/tsx");
const apiKey = "sk-only-of-this-test";

describe("make init with the real pulumi", function () {
  let folder: string;
  let terminal: Terminal | undefined;
  let env: Record<string, string>;
  const pulumi = (...args: string[]) =>
    execFileSync("pulumi", [...args, "--non-interactive"], {
      cwd: folder,
      env: { ...process.env, ...env },
      encoding: "utf8",
      stdio: "pipe",
    });

  before(function () {
    need(this, "pulumi");
    need(this, "script");
  });
  beforeEach(() => {
    folder = projectWith([]);
    rmSync(join(folder, "Pulumi.sandbox.yaml"));
    mkdirSync(join(folder, "state"));
    env = {
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "only-for-this-test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
  });
  afterEach(() => {
    terminal?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("makes the stack, and keeps key and password encrypted", async () => {
    const flags = [
      ...["--topology", "host", "--region", "eu-central-1", "--size", "t3.medium", "--domain", "none"],
      ...["--admin-email", "ana@acme.io", "--ssh", "198.51.101.7/32", "--alert-email", "none", "--model", "openai"],
      ...["--smtp-host", "smtp.acme.io", "--smtp-port", "587", "--smtp-from", "desk@acme.io", "--smtp-user", "desk"],
    ];
    terminal = new Terminal([tsx, join(root, "tools/init.ts"), "sandbox", ...flags], folder, env);
    await terminal.answer("Make the stack sandbox", key.enter);
    await terminal.answer("API key of openai", "short", key.enter);
    await terminal.sees("8");
    terminal.type(key.erase.repeat(5), apiKey, key.enter);
    await terminal.answer("Password at the mail server", "it's \\secret\\", key.enter);
    await terminal.answer("Write Pulumi.sandbox.yaml?", key.enter);
    await terminal.sees("Next: make preview STACK=sandbox");
    expect(await terminal.ended()).to.equal(0);
    expect(terminal.shown).not.to.contain(apiKey).and.not.to.contain("secret\\");

    const text = readFileSync(join(folder, "Pulumi.sandbox.yaml"), "utf8");
    expect(text).not.to.contain(apiKey);
    const { config } = load(text) as { config: Record<string, Record<string, object>> };
    expect(config["ai-ecosystem:openaiApiKey"]).to.have.all.keys("secure");
    expect(config["ai-ecosystem:smtp"]?.["password"]).to.have.all.keys("secure");
    expect(pulumi("config", "get", "ai-ecosystem:openaiApiKey", "-s", "sandbox").trim()).to.equal(apiKey);
    const smtp = JSON.parse(pulumi("config", "get", "ai-ecosystem:smtp", "-s", "sandbox")) as object;
    expect(smtp).to.deep.equal({
      host: "smtp.acme.io",
      port: 587,
      from: "desk@acme.io",
      user: "desk",
      password: "it's \\secret\\",
    });
    // no other stack than the user's is selected
    expect(() => pulumi("stack")).to.throw();
  });

  it("is what `pulumi new` of the repository asks for the least of", () => {
    const template = join(folder, "template");
    mkdirSync(template);
    for (const file of ["Pulumi.yaml", "package.json", "index.ts", ".gitignore", "examples"]) {
      cpSync(join(root, file), join(template, file), { recursive: true });
    }
    const made = join(folder, "made");
    mkdirSync(made);
    const config = ["aws:region=eu-west-1", "ai-ecosystem:topology=host", "ai-ecosystem:adminEmail=ana@acme.io"];
    const words = ["new", template, "--yes", "--generate-only", "--force", "--dir", made, "--name", "desk"];
    pulumi(...words, ...config.flatMap((c) => ["--config", c]));
    const project = load(readFileSync(join(made, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
    expect(project["name"]).to.equal("desk");
    expect(project).not.to.have.property("template");
    const defaults = project["config"] as Record<string, unknown>;
    expect(defaults["pulumi:disable-default-providers"]).to.deep.equal({ value: ["aws"] });
  });
});
