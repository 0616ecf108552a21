import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { escrowOf, escrowText } from "../../../../tools/backup-key/escrow";
import { secretsIn, takenOver } from "../../../../tools/restore/secrets";
import { root } from "../../../support/root";

const secrets = { "desk-key": "k3y-Of.Desk_1234", password: "pass~word-1", "password-hash": "$2a$10$abc/DEF" };
const backups = { bucket: "b-1", region: "eu-west-1", key: "k".repeat(64) };
const escrow = { stack: "old", backups, secrets, program: "print()\n" };
const login = { publicIp: "192.0.2.1", sshHostKey: "192.0.2.1 ssh-ed25519 AAAA", sshPrivateKey: "PEM" };
const name = "ai-ecosystem-20260131T020000Z.tar.gz";

describe("make restore", function () {
  let folder: string;
  const at = (file: string) => join(folder, file);
  const program = (file: string, script: string) => {
    writeFileSync(at(file), `#!/bin/bash\n${script}\n`);
    chmodSync(at(file), 0o755);
  };
  /** An archive as hosts make them, without data. */
  const archive = (file: string) => {
    mkdirSync(at("part/keys"), { recursive: true });
    writeFileSync(at("part/manifest.json"), JSON.stringify({ version: 1, created: "2026-01-31T02:00:00Z" }));
    writeFileSync(at("part/keys/env"), "DESK_KEY='k3y-Of.Desk_1234'\nSMTP_PASSWORD='it\\'s'\n");
    spawnSync("tar", ["-czf", at(file), "-C", at("part"), "manifest.json", "keys/env"]);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "restore-"));
    program("pulumi", `cat ${folder}/outputs`);
    program(
      "ssh",
      `printf '%s\\n' "\${!#}" >>${folder}/said; cat >>${folder}/sent; cat ${folder}/refusal >&2 2>/dev/null; [ ! -s ${folder}/refusal ]`,
    );
    program(
      "aws",
      `printf '%s\\n' "$*" >>${folder}/asked
       case $* in
         *list-objects*) echo '{"Contents": [
           {"Key": "archives/${name}.sealed", "Size": 1088, "LastModified": "2026-02-01T00:00:00Z"},
           {"Key": "archives/ai-ecosystem-20991231T000000Z.tar.gz.sealed", "Size": 588, "LastModified": "2026-01-01T00:00:00Z"},
           {"Key": "archives/notes.txt", "Size": 5, "LastModified": "2026-03-01T00:00:00Z"}]}' ;;
         *presign*) echo "https://s3.example/$3?X-Amz-Signature=1" ;;
       esac`,
    );
    writeFileSync(at("outputs"), JSON.stringify(login));
    writeFileSync(at("key.txt"), escrowText(escrow));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(...words: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", require.resolve("tsx/cjs"), join(root, "tools/restore.ts"), "--stack", "sandbox", ...words],
      { encoding: "utf8", env: { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` } },
    );
    return { status, output: stdout + stderr };
  }
  const head = () => JSON.parse(readFileSync(at("sent"), "utf8").split("\n")[0] ?? "") as Record<string, unknown>;

  it("has the host fetch what arrived last, by an address and the key that come on standard input, and restore it", () => {
    const { status, output } = run("--from", at("key.txt"), "--profile", "old-account", "--yes");
    expect(status, output).to.equal(0);
    expect(head()).to.deep.equal({
      name,
      bytes: 1000,
      progress: false,
      url: `https://s3.example/s3://b-1/archives/${name}.sealed?X-Amz-Signature=1`,
      key: backups.key,
    });
    expect(readFileSync(at("said"), "utf8")).to.equal(
      `sudo ecosystem backup receive\nsudo ecosystem restore ${name} --yes\n`,
    );
    expect(readFileSync(at("asked"), "utf8")).to.match(/^s3api list.*eu-west-1.* --profile old-account$/m);
    expect(output)
      .to.contain(`s3://b-1/archives/${name}.sealed`)
      .and.not.contain("Signature")
      .and.not.contain(backups.key);
  });

  it("takes one of the bucket's archives by its name, and names those that are there", () => {
    const { status, output } = run(
      "--from",
      at("key.txt"),
      "--archive",
      "ai-ecosystem-20200101T000000Z.tar.gz",
      "--yes",
    );
    expect(status).to.equal(1);
    expect(output).to.contain(`There is no ai-ecosystem-20200101T000000Z.tar.gz`).and.contain(`ARCHIVE=${name}`);
    expect(run("--from", at("key.txt"), "--archive", "ai-ecosystem-20991231T000000Z.tar.gz", "--yes").status).to.equal(
      0,
    );
    expect(head()).to.include({ bytes: 500 });
  });

  it("sends an archive of this machine, whatever its name, under the name of its time", () => {
    archive("saved.tgz");
    const { status, output } = run("--from", at("saved.tgz"), "--yes");
    expect(status, output).to.equal(0);
    const bytes = readFileSync(at("saved.tgz"));
    expect(head()).to.deep.equal({ name, bytes: bytes.length });
    expect(readFileSync(at("sent")).subarray(-bytes.length).equals(bytes)).to.be.true;
  });

  it("stops when the host does not take the archive, and restores nothing", () => {
    writeFileSync(at("refusal"), "no room\n");
    const { status, output } = run("--from", at("key.txt"), "--yes");
    expect(status).to.equal(1);
    expect(output).to.contain("no room").and.contain("The archive did not arrive on the host.");
    expect(readFileSync(at("said"), "utf8")).to.equal("sudo ecosystem backup receive\n");
  });

  it("says what FROM may be", () => {
    for (const [from, words] of [
      ["", "usage: make restore"],
      ["./gone.tar.gz", "there is no such file"],
      [at("outputs"), "neither an archive"],
      ["another", "keeps no backups in S3"],
      // a folder of the project has that name
      ["docs", "keeps no backups in S3"],
    ] as const) {
      const { status, output } = run("--from", from);
      expect(status, from).to.equal(from === "" ? 2 : 1);
      expect(output).to.contain(words);
      expect(existsSync(at("said"))).to.be.false;
    }
  });

  it("has the secrets that the data goes with, and of a secret with a hash both or neither", () => {
    const generated = [
      { id: "desk-key", length: 20, charset: "alphanumeric", fixed: true },
      { id: "password", length: 20, charset: "password", bcrypt: true },
      { id: "later", length: 20, charset: "password" },
    ] as const;
    expect(takenOver((id) => (secrets as Record<string, string>)[id], generated)).to.deep.equal(secrets);
    const env = "DESK_KEY='k3y-Of.Desk_1234'\nPASSWORD='pass~word-1'\n";
    expect(takenOver(secretsIn(env), generated)).to.deep.equal({ "desk-key": "k3y-Of.Desk_1234" });
  });

  it("reads the file of make backup-key as it was written", () => {
    expect(escrowOf(escrowText(escrow))).to.deep.equal({ stack: "old", backups, secrets });
    // of production there are no archives
    expect(escrowOf(escrowText({ ...escrow, backups: undefined }))).to.deep.equal({ stack: "old", secrets });
    expect(escrowOf("key: 1\n")).to.equal(undefined);
  });
});
