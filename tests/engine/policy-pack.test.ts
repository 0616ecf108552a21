import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

const pack = join(root, "policies");

const heading = `
const aws = require("@pulumi/aws");
const command = require("@pulumi/command");
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
const tls = require("@pulumi/tls");
`;

/** Everything about these is wrong. The marker shows whether the command was run. */
const bad = (marker: string) => `
const key = new tls.PrivateKey("key", { algorithm: "ED25519" });
new random.RandomPassword("password", { length: 20 });
new command.local.Command("leaky", {
  create: pulumi.secret("touch ${marker}; echo correct-horse-battery"),
  environment: { POSTGRES_PASSWORD: "hunter2-in-plain", KEY: key.privateKeyPem },
});
`;

const good = `
const password = new random.RandomPassword("password", { length: 20 });
new command.local.Command("tight", { create: "cat >/dev/null", stdin: password.result, logging: "none" });
`;

const network = (name: string, port: number) => `
const vpc = new aws.ec2.Vpc("network-vpc", { cidrBlock: "10.0.0.0/16" });
new aws.ec2.DefaultSecurityGroup("network-default", { vpcId: vpc.id });
const group = new aws.ec2.SecurityGroup("demo-host-sg", { vpcId: vpc.id, description: "A host" });
new aws.vpc.SecurityGroupIngressRule("${name}", {
  securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: ${port}, toPort: ${port}, description: "In",
});
`;

describe("policy pack in the real engine", function () {
  let folder = "";

  /** Runs pulumi on a program, with a state backend of this test's own. */
  function pulumi(...args: string[]): { readonly status: number | null; readonly output: string } {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "only-for-this-test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const run = spawnSync("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: join(folder, "program"),
      env,
      encoding: "utf8",
    });
    // lines are broken between the parts of a message, never inside one
    return { status: run.status, output: run.stdout + run.stderr };
  }

  function program(text: string): void {
    writeFileSync(join(folder, "program", "index.js"), heading + text);
  }

  before(function () {
    need(this, "pulumi");
    folder = mkdtempSync(join(tmpdir(), "policy-pack-"));
    for (const dir of ["state", "program"]) mkdirSync(join(folder, dir));
    symlinkSync(join(root, "node_modules"), join(folder, "program", "node_modules"));
    const options = "{ name: nodejs, options: { typescript: false } }";
    writeFileSync(join(folder, "program", "Pulumi.yaml"), `name: policy-pack-test\nruntime: ${options}\n`);
    // the engine finds the plugins by the program's dependencies
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
    const manifest = { name: "policy-pack-test", main: "index.js", dependencies };
    writeFileSync(join(folder, "program", "package.json"), JSON.stringify(manifest));
    expect(pulumi("stack", "init", "test").status).to.equal(0);
  });

  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a bad program with the rule, what is wrong and the remedy, and shows no secret", () => {
    program(bad(join(folder, "ran")));
    const { status, output } = pulumi("preview", "--policy-pack", pack);
    expect(status, output).not.to.equal(0);
    expect(output).to.match(/\[mandatory\].* AIE-SEC-02 /);
    expect(output).to.contain("has the secret environment.POSTGRES_PASSWORD in plain. Remedy: Pass the secret output");
    expect(output).to.contain("has a secret on the command line of create. Remedy: Send the secret over `stdin`");
    for (const secret of ["hunter2", "correct-horse", "PRIVATE KEY"]) expect(output).not.to.contain(secret);
  });

  it("refuses it before anything of it is made, even without a preview", () => {
    const marker = join(folder, "ran");
    program(bad(marker));
    const { status, output } = pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack);
    expect(status, output).not.to.equal(0);
    expect(output).to.contain("AIE-CMD-01");
    expect(existsSync(marker)).to.be.false;
    // now the key is known, and is still nowhere to be seen
    expect(output).not.to.contain("PRIVATE KEY");
  });

  it("lets a good program pass", () => {
    program(good);
    const preview = pulumi("preview", "--policy-pack", pack);
    expect(preview.output).not.to.match(/\[(mandatory|advisory)\]|can't run policy/);
    expect(preview.status, preview.output).to.equal(0);
    const up = pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack);
    expect(up.output).not.to.match(/\[(mandatory|advisory)\]/);
    expect(up.status, up.output).to.equal(0);
  });

  describe("on resources of AWS", () => {
    before(function () {
      if (process.env["AWS_ENDPOINT_URL"] !== undefined) return;
      if (process.env["REQUIRE_ALL"] === "1") throw new Error("needs AWS_ENDPOINT_URL, an emulated AWS");
      console.log("    skipped: policy pack on resources of AWS: needs AWS_ENDPOINT_URL, an emulated AWS");
      this.skip();
    });

    it("shows a waived violation with reason and date, and does not fail", () => {
      program(network("demo-host-in-80", 80));
      const { status, output } = pulumi("preview", "--policy-pack", pack);
      expect(status, output).to.equal(0);
      expect(output).to.match(/\[advisory\] +AIE-WAIVED +\(aws:vpc:SecurityGroupIngressRule: demo-host-in-80\)/);
      expect(output).to.match(
        /AIE-NET-04: opens tcp port 80 to 0\.0\.0\.0\/0\. Waived until 20\d\d-\d\d-\d\d: Port 80/,
      );
      expect(output).not.to.contain("[mandatory]");
    });

    it("fails on the same violation elsewhere, and on SSH", () => {
      program(network("other-in", 80));
      expect(pulumi("preview", "--policy-pack", pack).status).not.to.equal(0);
      program(network("demo-host-in-22", 22));
      const { status, output } = pulumi("preview", "--policy-pack", pack);
      expect(status).not.to.equal(0);
      expect(output).to.match(/\[mandatory\].* AIE-NET-01 +\(aws:vpc:SecurityGroupIngressRule: demo-host-in-22\)/);
      expect(output).to.contain("Remedy: Name your own networks in ai-ecosystem:sshAllowedCidrs");
    });

    it("sees what a component leaves to the account", () => {
      const account = (guardDuty: string) => `
new aws.ecs.Cluster("cluster", { settings: [{ name: "containerInsights", value: "enabled" }] });
class Guardrails extends pulumi.ComponentResource {
  constructor() {
    super("ai-ecosystem:guardrails:Guardrails", "guardrails", { guardDuty: "${guardDuty}", publicAccessBlock: "existing" });
    this.registerOutputs({});
  }
}
new Guardrails();
`;
      const found = (guardDuty: string): string[] => {
        program(account(guardDuty));
        const { status, output } = pulumi("preview", "--policy-pack", pack);
        expect(status, output).to.equal(0);
        return ["AIE-ACCT-01", "AIE-ACCT-03"].filter((rule) => output.includes(rule));
      };
      expect(found("existing")).to.deep.equal([]);
      expect(found("off")).to.deep.equal(["AIE-ACCT-01"]);
    });

    it("judges relations by the engine's dependencies", () => {
      const closed = network("in", 443);
      program(closed);
      const good = pulumi("preview", "--policy-pack", pack);
      expect(good.status, good.output).to.equal(0);
      expect(good.output).not.to.contain("AIE-NET-08");
      program(closed.replace(/^new aws.ec2.DefaultSecurityGroup.*$/m, ""));
      const open = pulumi("preview", "--policy-pack", pack);
      expect(open.status).not.to.equal(0);
      expect(open.output).to.match(/\[mandatory\].* AIE-NET-08 +\(aws:ec2:Vpc: network-vpc\)/);
    });
  });
});
