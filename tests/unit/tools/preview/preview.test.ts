import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxCatalogue } from "../../../support/fixtures";
import { previewOf, prodPreviewOf, projectWith } from "../../../support/recorded/preview";
import { endingOf } from "../../../../tools/preview/ending";
import { outFiles } from "../../../../tools/preview/files";
import { progressOn } from "../../../../tools/preview/progress";
import { swapIn } from "../../../../tools/preview/swap";
import { paintFor, table, visible } from "../../../../tools/preview/table";
import { previewText } from "../../../../tools/preview/text";
import { wrapped } from "../../../../tools/preview/wrap";
import { root } from "../../../support/root";

const tsx = join(root, "node_modules/.bin/tsx");
const command = join(root, "tools/preview.ts");
const valid = ["topology: host", 'sshAllowedCidrs: ["203.0.113.7/32"]'];
const read = (...path: string[]) => readFileSync(join(...path), "utf8");

describe("make preview", function () {
  let folder: string;
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(tsx, [command, ...args], { cwd: folder, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const project = (...lines: string[]) => (folder = projectWith(lines));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows everything, writes everything, and ends well", () => {
    project(...valid);
    const { status, stdout, stderr } = run();
    expect(status, stderr).to.equal(0);
    expect(stdout)
      .to.match(/Resources \(\d+\)/)
      .and.contain("└─ Secrets");
    expect(stdout)
      .to.contain("https://desk.203-0-113-10.sslip.io/")
      .and.contain("$40.21")
      .and.match(/Fits|Demo/);
    expect(stdout)
      .to.match(/^0 errors, 0 warnings, 4 accepted: see --all$/m)
      .and.contain("\nOpen out/sandbox/index.html\n");
    // what matters, below everything else (NEW-27)
    const [cost, fits, found, missing, next] = stdout.trimEnd().split("\n").slice(-5);
    expect(cost).to.match(/^Cost +\$40\.21 a month always, \$0\.00 to \$\d+\.\d\d by use \(us-east-1\)$/);
    expect(fits).to.match(/^Fits +.*limits of .* MiB/);
    expect(found).to.match(/^Findings +0 errors, 0 warnings, 4 accepted$/);
    expect(missing).to.match(/^Not set up +mail \(no replies or invitations by mail\), a model's key \(.*\), .*alarms/);
    expect(next).to.match(/^Next +make diff STACK=sandbox, .*make up STACK=sandbox$/);
    // a pipe gets plain lines
    expect(stderr.trim().split("\n")).to.have.length(3);
    expect(`${stdout}${stderr}`).not.to.contain("\u001B").and.not.to.contain("facade");
    expect(stdout).not.to.contain("accepted AIE-");
    expect(run("--all").stdout.match(/^accepted AIE-/gm)).to.have.length(4);
    const out = join(folder, "out/sandbox");
    expect(readdirSync(out)).to.include.members([
      "compose.yaml",
      "nginx",
      "user-data.sh",
      "librechat.yaml",
      "env",
      "resources.json",
      "cost.json",
      "findings.json",
      "memory.json",
      "index.html",
      "bin",
      "systemd",
      "dashboard",
    ]);
    expect(readdirSync(join(folder, "out"))).to.deep.equal(["sandbox"]);
    expect(statSync(join(out, "bin/ecosystem")).mode & 0o111).to.equal(0o111);
    const resources = JSON.parse(read(out, "resources.json")) as Record<string, unknown>[];
    expect(Object.keys(resources[1] ?? {})).to.deep.equal(["urn", "type", "name", "parent", "inputs", "dependencies"]);
    expect(JSON.parse(read(out, "cost.json"))).to.include({ floorUsd: 40.21 });
    const env = read(out, "env").trim().split("\n");
    expect(env).to.include("POSTGRES_PASSWORD='********'");
    for (const line of env) expect(line).to.match(/^[A-Z0-9_]+='\*{8}'$/);
  });

  it("lists all problems of the settings at once, writes nothing and keeps what was there", () => {
    project(
      "topology: host",
      "azCount: 9",
      "instanceTyp: t3.medium",
      "openaiApiKey: sk-plain-text-key",
      'sshAllowedCidrs: ["0.0.0.0/0"]',
    );
    mkdirSync(join(folder, "out/sandbox"), { recursive: true });
    writeFileSync(join(folder, "out/sandbox/index.html"), "earlier");
    const { status, stdout, stderr } = run();
    expect(status).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr)
      .to.contain("azCount = 9")
      .and.contain("did you mean instanceType?")
      .and.contain("stands in plain text")
      .and.contain("opens SSH to the whole internet");
    expect(stderr)
      .to.contain("4 problems")
      .and.not.match(/\n\s+at /)
      .and.not.contain("sk-plain");
    expect(read(folder, "out/sandbox/index.html")).to.equal("earlier");
    expect(readdirSync(join(folder, "out"))).to.deep.equal(["sandbox"]);
  });

  it("names the stacks that exist when there is no such one", () => {
    project(...valid);
    const { status, stderr } = run("--stack", "sandbux");
    expect(status).to.equal(1);
    expect(stderr)
      .to.contain('no stack "sandbux"')
      .and.contain("STACK=sandbox")
      .and.not.match(/\n\s+at /);
    expect(existsSync(join(folder, "out"))).to.equal(false);
  });

  it("prints a summary for programs, and warns loudly of a compact plan", () => {
    project(...valid, "instanceType: t3.micro");
    const json = run("--json");
    expect(json.status).to.equal(0);
    const limitsMb = sandboxCatalogue({ instanceType: "t3.micro" }).services.reduce(
      (sum, s) => sum + s.memoryMb.compact,
      0,
    );
    expect(JSON.parse(json.stdout)).to.deep.include({
      ok: true,
      stack: "sandbox",
      out: "out/sandbox",
      memory: { verdict: "demo", limitsMb, ramMb: 1024, swapMb: 4096 },
    });
    const words = run().stdout.split("\n");
    expect(words[0]).to.match(/^!{20,}$/);
    expect(words[1]).to.contain("t3.micro WITH THE COMPACT MEMORY PLAN. Demo only");
    expect(words.at(-5)).to.match(/^Fits +Demo only: /);
  });

  it("fails on an error-level finding, and still shows and writes it", () => {
    // accepted for 0.0.0.0/0 only, when it is stated
    project("topology: host", "allowPublicSsh: true", 'sshAllowedCidrs: ["0.0.0.0/1"]');
    const { status, stdout } = run();
    expect(status).to.equal(1);
    expect(stdout)
      .to.match(/error +AIE-/)
      .and.contain("Open out/sandbox/index.html")
      .and.match(/\nFindings +1 error, .*\n.*\nNext +put the errors right, then: make preview STACK=sandbox\n$/);
    const findings = JSON.parse(read(folder, "out/sandbox/findings.json")) as { severity: string; waiver?: object }[];
    expect(findings.some((f) => f.severity === "error" && f.waiver === undefined)).to.equal(true);
  });

  it("says before it runs the program that it cannot write, and the way out (NEW-31)", () => {
    project(...valid);
    writeFileSync(join(folder, "out"), "a file");
    const { status, stderr } = run();
    expect(status).to.equal(1);
    expect(stderr).to.match(/\/out: it is no folder\nSee whose .*away/);
    expect(stderr).not.to.match(/Running|\n\s+at /);
    expect(readdirSync(folder)).to.have.members(["Pulumi.yaml", "Pulumi.sandbox.yaml", "out"]);
  });

  it("refuses options that it does not know", () => {
    project(...valid);
    const { status, stderr } = run("--stakc", "x");
    expect(status).to.equal(2);
    expect(stderr).to.contain("--stakc").and.contain("usage:");
  });

  it("leaves nothing behind when it is stopped", async () => {
    project(...valid);
    const child = spawn(tsx, [command], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.once("data", () => child.kill("SIGINT"));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).to.equal(130);
    expect(readdirSync(folder)).to.have.members(["Pulumi.yaml", "Pulumi.sandbox.yaml"]);
  });
});

describe("the swap of a folder", () => {
  let folder: string;
  beforeEach(() => (folder = projectWith([])));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const target = () => join(folder, "out/sandbox");

  it("replaces the folder as a whole", () => {
    swapIn(target(), [
      { path: "a/b", text: "1" },
      { path: "c", text: "1" },
    ]);
    swapIn(target(), [{ path: "a/b", text: "2", executable: true }]);
    expect(readdirSync(target(), { recursive: true })).to.have.members(["a", "a/b"]);
    expect(read(target(), "a/b")).to.equal("2");
    expect(readdirSync(join(folder, "out"))).to.deep.equal(["sandbox"]);
  });

  it("keeps the old one when writing fails halfway", () => {
    swapIn(target(), [{ path: "a", text: "old" }]);
    const impossible = [
      { path: "a", text: "new" },
      { path: "a/b", text: "under a file" },
    ];
    expect(() => {
      swapIn(target(), impossible);
    }).to.throw("Could not write");
    expect(read(target(), "a")).to.equal("old");
    expect(readdirSync(join(folder, "out"))).to.deep.equal(["sandbox"]);
  });
});

describe("what a preview prints", () => {
  it("changes one line on a terminal, and adds lines anywhere else", () => {
    const written: string[] = [];
    const stream = (isTTY: boolean) =>
      ({ isTTY, columns: 30, write: (text: string) => written.push(text) }) as unknown as NodeJS.WriteStream & {
        fd: 2;
      };
    const show = (isTTY: boolean) => {
      written.length = 0;
      const progress = progressOn(stream(isTTY));
      progress.step("one");
      progress.detail("a detail that is far too long for the line");
      progress.done();
      return written.join("");
    };
    expect(show(false)).to.equal("one\n");
    expect(show(true)).to.equal("\r\u001B[2Kone\r\u001B[2Kone a detail that is far too \r\u001B[2K");
  });

  it("aligns columns, whatever the colours", () => {
    const paint = paintFor(true);
    expect(
      table(
        [
          ["a", paint.red("1")],
          ["long", "22"],
        ],
        [1],
      ).map((l) => l.length - (l.includes("\u001B") ? 9 : 0)),
    ).to.deep.equal([8, 8]);
    expect(
      table(
        [
          ["a", "1"],
          ["long", "22"],
        ],
        [1],
      ),
    ).to.deep.equal(["a      1", "long  22"]);
  });

  it("keeps within a narrow terminal, and cuts no word", async () => {
    const data = await prodPreviewOf();
    for (const paint of [paintFor(false), paintFor(true)]) {
      const text = [...previewText(data, paint, true).split("\n"), ...endingOf(data, "prod", paint)];
      expect(wrapped(text, undefined)).to.deep.equal(text);
      const words = (lines: readonly string[]) =>
        lines
          .join(" ")
          .split(/[\s│├└─]+/)
          .join(" ");
      for (const columns of [60, 80]) {
        const narrow = wrapped(text, columns);
        // one word alone may be longer than the line
        const wide = narrow.filter((line) => visible(line) > columns && /\S\s+\S/.test(line.replace(/^[\s│├└─]+/, "")));
        expect(wide).to.deep.equal([]);
        expect(words(narrow)).to.equal(words(text));
      }
    }
  });

  it("says what is not set up while it is not, and where an example's stack begins", async () => {
    const set = await previewOf({
      smtp: JSON.stringify({ host: "smtp.acme.io", from: "a@acme.io" }),
      openaiApiKey: "sk-0123456789",
      domain: "support.acme.io",
      adminEmail: "ana@acme.io",
      alertEmail: "ops@acme.io",
      monthlyBudgetUsd: "60",
    });
    expect(endingOf(set, "sandbox", paintFor(false))[3]).to.match(/^Not set up +nothing$/);
    const example = { ...set, facts: { ...set.facts, example: "examples/Pulumi.sandbox.yaml" } };
    expect(endingOf(example, "acme/sandbox", paintFor(false))[4]).to.match(/^Next +make init STACK=acme\/sandbox$/);
    expect(previewText(example, paintFor(false))).to.match(/^This is the example examples\/Pulumi\.sandbox\.yaml/);
  });

  it("names encrypted settings that a placeholder stands for", async () => {
    const data = await previewOf();
    const facts = { ...data.facts, placeholders: ["ai-ecosystem:openaiApiKey"] };
    expect(previewText({ ...data, facts }, paintFor(false))).to.contain("placeholders here: ai-ecosystem:openaiApiKey");
  });

  it("writes the same bytes each time", async () => {
    expect(outFiles(await previewOf())).to.deep.equal(outFiles(await previewOf()));
  });
});
