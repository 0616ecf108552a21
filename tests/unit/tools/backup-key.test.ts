import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../support/root";

const key = "k".repeat(64);
const file = "ai-ecosystem-acme-backup-key.txt";
const outputs = {
  backups: { bucket: "b-1a2b3c4", region: "eu-west-1", key },
  generatedSecrets: { "a-key": "v4lue-of-it" },
  publicIp: "192.0.2.1",
};

describe("make backup-key", function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "backup-key-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** `answer` is what the stack's outputs are; the file lands in the folder. */
  function run(answer: object) {
    writeFileSync(join(folder, "answer"), JSON.stringify(answer));
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\ncat ${folder}/answer\n`);
    chmodSync(join(folder, "pulumi"), 0o755);
    const words = ["--require", require.resolve("tsx/cjs"), join(root, "tools/backup-key.ts"), "acme"];
    const PATH = `${folder}:${process.env["PATH"] ?? ""}`;
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PATH },
    });
    return { status, output: stdout + stderr };
  }

  it("writes a file for its owner alone, with the key, the place, and the program; the key is shown nowhere", () => {
    const { status, output } = run(outputs);
    expect(status, output).to.equal(0);
    expect(statSync(join(folder, file)).mode & 0o777).to.equal(0o600);
    expect(readFileSync(join(folder, file), "utf8"))
      .to.contain(`key: ${key}\n`)
      .and.contain("s3://b-1a2b3c4/archives/");
    expect(output).to.contain("password manager").and.not.contain(key);
  });

  it("has all that opens an archive, by the lines that it says", () => {
    expect(run(outputs).status).to.equal(0);
    const text = readFileSync(join(folder, file), "utf8");
    const [take = "", open = ""] = text.split("\n").filter((line) => /^ {4}(sed|python3) .*seal/.test(line));
    const script = `set -e; head -c 3000000 /dev/urandom >plain
      python3 ${root}/templates/host/bin/lib/seal.py seal 3<<<'${key}' <plain >NAME.sealed
      ${take}\n${open.replace(" && tar -tzf NAME", "")}\ncmp plain NAME && echo same`;
    const done = spawnSync("bash", ["-c", script.replaceAll("KEYFILE", file)], { cwd: folder, encoding: "utf8" });
    expect(done.stdout + done.stderr).to.equal("same\n");
  });

  it("leaves a file alone that is there", () => {
    writeFileSync(join(folder, file), "older");
    const { status, output } = run(outputs);
    expect(status).to.equal(1);
    expect(output).to.contain(`${file} is there already`);
    expect(readFileSync(join(folder, file), "utf8")).to.equal("older");
  });

  it("has the keys alone of a stack without archives, production, and says so when there are none yet", () => {
    expect(run({ generatedSecrets: outputs.generatedSecrets }).status).to.equal(0);
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).to.contain('secrets: {"a-key":"v4lue-of-it"}').and.not.contain("s3://");
    rmSync(join(folder, file));
    const { status, output } = run({ publicIp: "192.0.2.1" });
    expect(status).to.equal(1);
    expect(output).to.contain("does not tell its keys yet");
  });
});
