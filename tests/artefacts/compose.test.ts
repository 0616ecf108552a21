import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { secretsOf } from "../../services/catalogue";
import { renderEnv } from "../../templates/release/env";
import { required } from "../../settings/required";
import { hosts, sandboxCatalogue, sandboxRelease } from "../support/fixtures";
import { variableText } from "../support/values";
import { need } from "../support/need";

interface Resolved {
  readonly services: Record<
    string,
    { environment?: Record<string, string>; deploy: { resources: { limits: { memory: string } } } }
  >;
}

/** Values that break a file which is quoted by halves. */
const odd = [
  "plain",
  "$HOME ${PATH} $$",
  "it's",
  'a "quoted" # text',
  "back\\slash\\n",
  " blanks ",
  "$2a$10$abc/def.ghi",
  ..."abc\\ a\\'b x'\\ \\ C:\\dir\\ x\\\\\\ x\\\\\\'y q\"\\$HOME \\$ \\n\\t\\0101 \\\" a\\\\b".split(" "),
];

describe("compose.yaml in the real docker compose", function () {
  let folder = "";
  let docker: string;
  const { services, jobs } = sandboxCatalogue();
  const ids = [...new Set([...services, ...jobs].flatMap(secretsOf))].sort();
  const values = Object.fromEntries(ids.map((id, i) => [id, odd[i % odd.length] ?? ""]));

  before(function () {
    docker = need(this, "docker");
    const version = spawnSync(docker, ["compose", "version"], { encoding: "utf8" });
    if (version.status !== 0) need(this, "docker-compose");
    folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-compose-"));
    for (const [path, { text }] of Object.entries(sandboxRelease({}, renderEnv(values)).files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  const config = (...args: readonly string[]) =>
    spawnSync(
      docker,
      ["compose", "--project-directory", folder, "-f", join(folder, "compose.yaml"), "config", ...args],
      {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], DOCKER_CONFIG: process.env["DOCKER_CONFIG"] },
      },
    );

  it("is valid, without a warning", () => {
    const { status, stderr } = config("--quiet");
    expect(stderr).to.equal("");
    expect(status).to.equal(0);
  });

  it("has every service and job", () => {
    const listed = config("--services").stdout.trim().split("\n").sort();
    expect(listed).to.deep.equal([...services, ...jobs].map((c) => c.name).sort());
  });

  it("hands every secret to its containers as it is, whatever is in it (NEW-10)", () => {
    const resolved = JSON.parse(config("--format", "json").stdout) as Resolved;
    let checked = 0;
    for (const container of [...services, ...jobs]) {
      for (const [name, value] of Object.entries(container.environment)) {
        if (typeof value === "string") continue;
        const expected = variableText(value, (id) => required(values, id, "secret"), hosts);
        // the JSON that compose prints doubles every $, so that it could be read again
        expect(resolved.services[container.name]?.environment?.[name], `${container.name} ${name}`).to.equal(
          expected.replaceAll("$", "$$$$"),
        );
        checked++;
      }
    }
    expect(checked).to.be.greaterThan(30);
    expect(ids.length).to.be.greaterThan(odd.length);
  });

  it("fails when a secret is missing, and names it", () => {
    writeFileSync(join(folder, ".env"), "");
    const { status, stderr } = config("--quiet");
    expect(status).not.to.equal(0);
    expect(stderr).to.match(/required variable [A-Z][A-Z0-9_]* is missing/);
  });
});
