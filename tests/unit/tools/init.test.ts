import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { need } from "../../support/need";
import { projectWith } from "../../support/recorded/preview";
import { root } from "../../support/root";
import { key, Terminal } from "../../support/terminal";

const tsx = join(root, "node_modules/.bin/tsx");
const command = join(root, "tools/init.ts");
const host = ["--topology", "host", "--region", "eu-central-1", "--admin-email", "ana@acme.io"];
const ssh = ["--ssh", "198.51.101.7/32"];

describe("make init", function () {
  let folder: string;
  const file = (stack: string) => join(folder, `Pulumi.${stack}.yaml`);
  const configOf = (stack: string) => (load(readFileSync(file(stack), "utf8")) as { config: object }).config;
  /** Without a terminal, and without pulumi. */
  const init = (...args: string[]) =>
    spawnSync(tsx, [command, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PATH: `${join(process.execPath, "..")}:/usr/bin:/bin` },
    });

  beforeEach(() => {
    folder = projectWith([]);
    rmSync(file("sandbox"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  describe("without a terminal", () => {
    it("makes the file of what the flags say, tells the price, and what comes next", () => {
      const mail = ["--smtp-host", "smtp.acme.io", "--smtp-port", "465", "--smtp-from", "Acme <desk@acme.io>"];
      const { status, stdout, stderr } = init(
        ...["acme/sandbox", ...host, ...ssh, ...mail, "--smtp-user", "desk"],
        ...["--model", "openai", "--alert-email", "ops@acme.io", "--budget", "60"],
      );
      expect(status, stderr).to.equal(0);
      expect(configOf("sandbox")).to.deep.equal({
        "aws:region": "eu-central-1",
        "ai-ecosystem:topology": "host",
        "ai-ecosystem:adminEmail": "ana@acme.io",
        "ai-ecosystem:sshAllowedCidrs": ["198.51.101.7/32"],
        "ai-ecosystem:smtp": { host: "smtp.acme.io", port: 465, from: "Acme <desk@acme.io>" },
        "ai-ecosystem:alertEmail": "ops@acme.io",
        "ai-ecosystem:monthlyBudgetUsd": 60,
      });
      expect(stdout)
        .to.match(/^\$\d+\.\d\d a month always/m)
        .and.contain("Left to set, as the pulumi CLI is not installed:")
        .and.contain("pulumi config set -s acme/sandbox --secret ai-ecosystem:openaiApiKey\n")
        .and.contain("pulumi config set -s acme/sandbox --path --secret ai-ecosystem:smtp.password\n")
        .and.contain("pulumi config set -s acme/sandbox --path ai-ecosystem:smtp.user desk\n")
        .and.match(/Next: make preview STACK=acme\/sandbox\n$/);
      expect(readdirSync(folder)).to.have.members(["Pulumi.yaml", "Pulumi.sandbox.yaml"]);
    });

    it("makes production's, and its price", () => {
      const { status, stdout, stderr } = init(
        ...["prod", "--topology", "fargate", "--region", "eu-west-1", "--admin-email", "ana@acme.io"],
        ...["--size", "economy", "--domain", "support.acme.io", "--hosted-zone", "acme.io"],
      );
      expect(status, stderr).to.equal(0);
      expect(configOf("prod")).to.deep.equal({
        "aws:region": "eu-west-1",
        "ai-ecosystem:topology": "fargate",
        "ai-ecosystem:costProfile": "economy",
        "ai-ecosystem:domain": "support.acme.io",
        "ai-ecosystem:hostedZone": "acme.io",
        "ai-ecosystem:adminEmail": "ana@acme.io",
      });
      expect(stdout).to.match(/^\$[1-9]\d\d\.\d\d a month always/m);
    });

    it("tells all that is wrong or missing at once, in the settings' own words, and writes nothing", () => {
      const { status, stderr } = init(
        ...["--topology", "host", "--region", "Frankfurt", "--size", "m5.large", "--ssh", "198.51.100.7"],
        ...["--domain", "example.com", "--smtp-host", "smtp.acme.io", "--model", "skynet", "--budget", "much"],
        ...["--alert-email", "ops@example.com"],
      );
      expect(status).to.equal(1);
      for (const line of [
        "--region Frankfurt: is not the name of a region; did you mean eu-central-1?",
        "--size m5.large: ",
        "--domain example.com: is the example",
        "--admin-email: is required",
        "--ssh 198.51.100.7: is an address without a mask; this one alone is 198.51.100.7/32",
        "--smtp-from: is required",
        "--model skynet: is none of none, openai, ",
        "--alert-email ops@example.com: is the example",
        "--budget much: ",
      ]) {
        expect(stderr).to.contain(`- ${line}`);
      }
      expect(readdirSync(folder)).to.have.members(["Pulumi.yaml"]);
      expect(init("--regin", "x").status).to.equal(2);
      expect(init("--help").stdout).to.contain("--hosted-zone");
    });

    it("overwrites nothing, and with --force nothing but what it asks", () => {
      const before =
        "encryptionsalt: v1:abc\nconfig:\n  aws:region: us-east-1\n  ai-ecosystem:domain: old.acme.io\n" +
        "  ai-ecosystem:timezone: Europe/Madrid\n  ai-ecosystem:openaiApiKey:\n    secure: v1:xyz\n";
      writeFileSync(file("sandbox"), before);
      const refused = init(...host, ...ssh);
      expect(refused.status).to.equal(1);
      expect(refused.stderr).to.contain("is there already").and.contain("--force");
      expect(readFileSync(file("sandbox"), "utf8")).to.equal(before);
      const { status, stderr } = init(...host, ...ssh, "--force");
      expect(status, stderr).to.equal(0);
      expect(load(readFileSync(file("sandbox"), "utf8"))).to.deep.equal({
        encryptionsalt: "v1:abc",
        config: {
          "aws:region": "eu-central-1",
          "ai-ecosystem:topology": "host",
          "ai-ecosystem:adminEmail": "ana@acme.io",
          "ai-ecosystem:sshAllowedCidrs": ["198.51.101.7/32"],
          "ai-ecosystem:timezone": "Europe/Madrid",
          "ai-ecosystem:openaiApiKey": { secure: "v1:xyz" },
        },
      });
    });
  });

  describe("on a terminal", () => {
    let terminal: Terminal;
    const service = createServer((_, answer) => answer.end("198.51.101.7\n"));
    before(async function () {
      need(this, "script");
      await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    });
    after(() => {
      service.close();
    });
    afterEach(() => {
      terminal.close();
    });
    const open = (...args: string[]) => {
      const env = { CHECKIP_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}/`, NO_COLOR: "1" };
      return (terminal = new Terminal([tsx, command, ...args], folder, env));
    };

    it("asks for everything, once more where an answer will not do, and shows what each size costs", async () => {
      open();
      await terminal.answer("What shall it be?", key.enter);
      await terminal.answer("AWS region", "Frankfurt", key.enter);
      await terminal.sees("did you mean eu-central-1?");
      terminal.type(key.erase.repeat(9), "eu-central-1", key.enter);
      await terminal.answer("Size of the host", key.down, key.enter);
      await terminal.answer("Domain", "support.acme.io", key.enter);
      await terminal.answer("Hosted zone", "acme.io", key.enter);
      await terminal.answer("Address of the administrator", key.enter);
      await terminal.answer("is required", "ana@acme.io", key.enter);
      await terminal.answer("May 127.0.0.1", key.enter);
      await terminal.answer("198.51.101.7/32: is that the network", key.enter);
      await terminal.answer("Mail server", key.enter);
      await terminal.answer("Language model", key.enter);
      await terminal.answer("Address for alarms", key.enter);
      await terminal.answer("Monthly budget", key.enter);
      await terminal.answer("Write Pulumi.sandbox.yaml?", key.enter);
      await terminal.sees("Next: make preview STACK=sandbox");
      expect(await terminal.ended()).to.equal(0);
      const config = configOf("sandbox") as Record<string, unknown>;
      expect(config).to.deep.include({
        "aws:region": "eu-central-1",
        "ai-ecosystem:topology": "host",
        "ai-ecosystem:instanceType": "t3.large",
        "ai-ecosystem:domain": "support.acme.io",
        "ai-ecosystem:hostedZone": "acme.io",
        "ai-ecosystem:adminEmail": "ana@acme.io",
        "ai-ecosystem:sshAllowedCidrs": ["198.51.101.7/32"],
        "ai-ecosystem:alertEmail": "ana@acme.io",
      });
      // a budget with some room above what is always paid
      const floors = [...terminal.shown.matchAll(/\$(\d+\.\d\d) a month always/g)].map((m) => Number(m[1]));
      expect(config["ai-ecosystem:monthlyBudgetUsd"]).to.be.above(floors.at(-1) ?? Infinity);
      // each size with its price, on top the zone's, and the key of the alarms' topic
      expect(terminal.shown.match(/t3\.small +\$\d+\.\d\d a month/)).not.to.equal(null);
      const [size = 0, zone = 0, topic = 0] = floors;
      expect(zone - size).to.be.closeTo(0.5, 0.001);
      expect(topic - zone).to.be.closeTo(1, 0.001);
    });

    it("asks for what the flags leave out, and nobody's address without consent", async () => {
      let asked = 0;
      service.on("request", () => asked++);
      open(...host, "--size", "t3.medium", "--domain", "none", "--smtp-host", "none", "--alert-email", "none");
      await terminal.answer("May 127.0.0.1", "n");
      await terminal.answer("Networks that may log in", "198.51.101.0/24", key.enter);
      await terminal.answer("Language model", key.enter);
      await terminal.answer("Write Pulumi.sandbox.yaml?", key.enter);
      expect(await terminal.ended()).to.equal(0);
      expect(asked).to.equal(0);
      expect(terminal.shown).not.to.contain("AWS region");
      expect(configOf("sandbox")).to.deep.include({ "ai-ecosystem:sshAllowedCidrs": ["198.51.101.0/24"] });
    });

    it("writes nothing when it is stopped", async () => {
      open();
      await terminal.answer("What shall it be?", key.enter);
      await terminal.answer("AWS region", "eu-cen", key.interrupt);
      await terminal.sees("Stopped; nothing was written.");
      expect(await terminal.ended()).to.equal(130);
      expect(readdirSync(folder)).to.have.members(["Pulumi.yaml"]);
    });
  });
});
