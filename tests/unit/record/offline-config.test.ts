import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../../../stacks/read";
import { collect } from "../../../tools/preview/collect";
import { readStackConfig, readStackOrExample, useConfig } from "../../../tools/stack/offline-config";
import { valueOf } from "../../../record/record";

describe("configuration without an engine", () => {
  let folder: string;
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "config-"));
    write("Pulumi.yaml", "name: ai-ecosystem\nconfig:\n  aws:region: us-east-1\n  tls: self-signed\n");
    write("Pulumi.sandbox.yaml", "config:\n  ai-ecosystem:topology: host\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("hands every value over as text, the project's defaults below the stack's own", () => {
    write(
      "Pulumi.dev.yaml",
      'config:\n  aws:region: eu-west-1\n  ai-ecosystem:azCount: 3\n  ai-ecosystem:allowPublicSsh: true\n  ai-ecosystem:sshAllowedCidrs: ["10.0.0.0/8"]\n',
    );
    expect(readStackConfig(folder, "dev")).to.deep.include({
      project: "ai-ecosystem",
      values: {
        "aws:region": "eu-west-1",
        "ai-ecosystem:tls": "self-signed",
        "ai-ecosystem:azCount": "3",
        "ai-ecosystem:allowPublicSsh": "true",
        "ai-ecosystem:sshAllowedCidrs": '["10.0.0.0/8"]',
      },
      secretKeys: [],
      placeholders: [],
    });
  });

  it("puts valid placeholders in place of encrypted values, nested ones too, and keeps them secret", async () => {
    write(
      "Pulumi.dev.yaml",
      [
        "encryptionsalt: v1:abc",
        "config:",
        "  ai-ecosystem:topology: host",
        '  ai-ecosystem:sshAllowedCidrs: ["10.0.0.0/8"]',
        "  ai-ecosystem:sshPublicKey: ssh-ed25519 AAAA me",
        "  ai-ecosystem:sshPrivateKey: { secure: v1:aaa }",
        "  ai-ecosystem:openaiApiKey: { secure: v1:bbb }",
        "  ai-ecosystem:slackWebhookUrl: { secure: v1:ccc }",
        "  ai-ecosystem:smtp: { host: smtp.example.com, from: a@example.com, user: me, password: { secure: v1:ddd } }",
      ].join("\n"),
    );
    const config = readStackConfig(folder, "dev");
    expect(config.placeholders).to.have.members([
      "ai-ecosystem:sshPrivateKey",
      "ai-ecosystem:openaiApiKey",
      "ai-ecosystem:slackWebhookUrl",
      "ai-ecosystem:smtp.password",
    ]);
    expect(config.secretKeys).to.include("ai-ecosystem:smtp").and.not.include("ai-ecosystem:topology");
    expect(JSON.stringify(config)).not.to.contain("v1:");
    useConfig(config);
    const { secrets, smtp } = readSettings();
    expect(await valueOf(secrets.smtpPassword)).to.equal("encrypted-placeholder");
    expect(await valueOf(secrets.sshPrivateKey)).to.match(/^-----BEGIN/);
    expect(smtp).to.deep.equal({ host: "smtp.example.com", port: 587, user: "me", from: "a@example.com" });
  });

  it("stands in for encrypted keys of the provider, too", () => {
    write(
      "Pulumi.dev.yaml",
      [
        "config:",
        "  ai-ecosystem:topology: host",
        '  ai-ecosystem:sshAllowedCidrs: ["10.0.0.0/8"]',
        "  aws:allowedAccountIds: [{ secure: v1:aaa }]",
        "  aws:accessKey: { secure: v1:bbb }",
        "  aws:secretKey: { secure: v1:ccc }",
        "  aws:assumeRoles: [{ roleArn: { secure: v1:ddd }, externalId: { secure: v1:eee } }]",
      ].join("\n"),
    );
    useConfig(readStackConfig(folder, "dev"));
    expect(readSettings().region).to.equal("us-east-1");
  });

  it("leaves a secret in plain text to the settings, which refuse it", () => {
    write("Pulumi.dev.yaml", "config:\n  ai-ecosystem:topology: host\n  ai-ecosystem:openaiApiKey: sk-1234567890\n");
    useConfig(readStackConfig(folder, "dev"));
    expect(() => readSettings())
      .to.throw("stands in plain text")
      .and.not.match(/sk-1234567890/);
  });

  it("names the stacks that exist, and the nearest", () => {
    write("Pulumi.prod.yaml", "config: {}\n");
    expect(() => readStackConfig(folder, "sandbux")).to.throw(
      /no stack "sandbux".*There are: prod, sandbox\.[\s\S]*STACK=sandbox/,
    );
    for (const name of ["../secret", "a/b/c/d", "/sandbox", "acme//sandbox", "a b"]) {
      expect(() => readStackConfig(folder, name), name).to.throw("cannot be the name of a stack");
    }
  });

  it("takes names as Pulumi Cloud has them, and files by the last part (NEW-17)", () => {
    for (const name of ["acme/sandbox", "acme/ai-ecosystem/sandbox"]) {
      expect(readStackConfig(folder, name)).to.deep.equal(readStackConfig(folder, "sandbox"));
    }
  });

  it("shows the example of a stack that nobody has made, and deploys none", () => {
    mkdirSync(join(folder, "examples"));
    write("examples/Pulumi.prod.yaml", "config:\n  ai-ecosystem:topology: fargate\n");
    const shown = readStackOrExample(folder, "prod");
    expect(shown.values["ai-ecosystem:topology"]).to.equal("fargate");
    expect(shown.example).to.equal("examples/Pulumi.prod.yaml");
    expect(() => readStackConfig(folder, "prod")).to.throw(
      /no file Pulumi\.prod\.yaml.*There is: sandbox\.[\s\S]*make init STACK=prod/,
    );
    expect(() => readStackOrExample(folder, "dev")).to.throw("There are: prod, sandbox.");
    write("Pulumi.prod.yaml", "config:\n  ai-ecosystem:topology: host\n");
    const own = readStackOrExample(folder, "prod");
    expect(own).to.deep.include({ stack: "prod", project: "ai-ecosystem" }).and.not.to.have.property("example");
    expect(own.values["ai-ecosystem:topology"]).to.equal("host");
  });

  it("says what is wrong with a file", () => {
    write("Pulumi.dev.yaml", "config:\n  a: [1\n");
    expect(() => readStackConfig(folder, "dev")).to.throw(/Pulumi\.dev\.yaml is not valid YAML: .+/);
    write("Pulumi.dev.yaml", "- a\n");
    expect(() => readStackConfig(folder, "dev")).to.throw("must hold keys and values");
    rmSync(join(folder, "Pulumi.yaml"));
    expect(() => readStackConfig(folder, "dev")).to.throw("has no Pulumi.yaml");
  });

  describe("with environments of Pulumi ESC", () => {
    it("knows them in every form that a file has", () => {
      const names = (text: string) => {
        write("Pulumi.dev.yaml", text);
        return readStackOrExample(folder, "dev").environments;
      };
      expect(names("environment:\n  - acme/base\n  - acme/prod: { merge: false }\nconfig: {}\n")).to.deep.equal([
        "acme/base",
        "acme/prod",
      ]);
      expect(names("environment: { imports: [prod], values: { a: 1 } }\n")).to.deep.equal([
        "prod",
        "the one in the file",
      ]);
      expect(names("config: {}\n")).to.equal(undefined);
    });

    it("takes nothing for missing that one of them must hold, and says what stands in its place", async () => {
      write("Pulumi.yaml", "name: ai-ecosystem\n");
      mkdirSync(join(folder, "examples"));
      write("examples/Pulumi.dev.yaml", "config:\n  ai-ecosystem:topology: fargate\n  aws:region: eu-west-1\n");
      write("Pulumi.dev.yaml", "environment: [acme/prod]\nconfig:\n  ai-ecosystem:domain: acme.test\n");
      const config = readStackOrExample(folder, "dev");
      expect(config.assumed).to.include.members(["ai-ecosystem:topology", "aws:region", "ai-ecosystem:hostedZone"]);
      expect(config.assumed).not.to.include("ai-ecosystem:domain");
      const { facts } = await collect(config, () => undefined);
      expect(facts.notes[0]).to.contain("Pulumi ESC (acme/prod) is not opened here");
      expect(facts.notes[0]).to.contain("ai-ecosystem:topology = fargate");
    });

    it("still says what is wrong with what the file has itself", async () => {
      write("Pulumi.dev.yaml", "environment: [acme/prod]\nconfig:\n  ai-ecosystem:azCount: 9\n");
      const error = await collect(readStackOrExample(folder, "dev"), () => undefined).catch((e: unknown) => e);
      expect(String(error)).to.match(/1 problem:[\s\S]*azCount = 9/);
    });

    it("has them opened by the CLI for a deployment, secrets hidden, or says why they are not", () => {
      write("Pulumi.dev.yaml", "environment: [acme/prod]\nconfig:\n  ai-ecosystem:azCount: 2\n");
      const bin = join(folder, "bin");
      mkdirSync(bin);
      const before = process.env["PATH"];
      const pulumi = (script: string) => {
        writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        process.env["PATH"] = `${bin}:${before ?? ""}`;
      };
      try {
        pulumi(`test "$*" = "config --open --json --stack acme/ai/dev --non-interactive" || exit 9
          echo '{"ai-ecosystem:topology":{"value":"host","secret":false},"ai-ecosystem:openaiApiKey":{"secret":true}}'`);
        const config = readStackConfig(folder, "acme/ai/dev");
        expect(config.values).to.include({ "ai-ecosystem:topology": "host", "ai-ecosystem:azCount": "2" });
        expect(config.secretKeys).to.deep.equal(["ai-ecosystem:openaiApiKey"]);
        expect(config.placeholders).to.deep.equal(["ai-ecosystem:openaiApiKey"]);
        pulumi('echo "error: environments are not supported by the local backend" >&2; exit 255');
        expect(() => readStackConfig(folder, "dev")).to.throw(
          "acme/prod of Pulumi ESC cannot be opened: environments are not supported by the local backend",
        );
      } finally {
        process.env["PATH"] = before;
      }
    });
  });
});
