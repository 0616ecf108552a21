import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { need } from "../support/need";
import { root } from "../support/root";

interface Resource {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

describe("a user's own service in services.local/", function () {
  const folder = mkdtempSync(join(tmpdir(), "own-service-"));
  const read = (path: string) => readFileSync(join(folder, "out", path), "utf8");
  const preview = (stack: string) =>
    spawnSync(process.execPath, ["--require", "tsx/cjs", "tools/preview.ts", "--stack", stack], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, SERVICES_LOCAL: undefined },
    });

  before(function () {
    need(this, "git");
    const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
    for (const file of files.toString().split("\0")) {
      if (file === "" || file.startsWith("tests/")) continue;
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "services.local"));
    // with a file of its own beside it
    mkdirSync(join(folder, "services.local/metabase/files"), { recursive: true });
    writeFileSync(join(folder, "services.local/metabase/files/style.css"), "own");
    const example = readFileSync(join(folder, "examples/own-service/metabase.ts"), "utf8");
    const mounts = '[...caMounts(postgres), { source: "metabase/style.css", target: "/style.css" }]';
    writeFileSync(join(folder, "services.local/metabase.ts"), example.replace("caMounts(postgres),", `${mounts},`));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs on the host: in Compose, behind nginx, with secrets, memory and backup", () => {
    const { status, stdout, stderr } = preview("sandbox");
    expect(status, stdout + stderr).to.equal(0);
    const facts = JSON.parse(read("sandbox/release.json")) as { databases: string[]; services: { name: string }[] };
    expect(facts.databases).to.include("metabase");
    expect(facts.services.map((s) => s.name)).to.include("metabase");
    expect(read("sandbox/compose.yaml")).to.match(/^ {2}"?metabase"?:/m);
    expect(read("sandbox/nginx/conf.d/metabase.conf")).to.contain("charts.");
    expect(read("sandbox/env")).to.contain("METABASE_DB_PASSWORD=").and.contain("METABASE_ENCRYPTION_KEY=");
    expect(JSON.stringify(JSON.parse(read("sandbox/memory.json")))).to.contain("metabase");
    expect(read("sandbox/metabase/style.css")).to.equal("own");
  });

  it("runs on Fargate: with a rotated login, alarms, a price and a route", () => {
    const { status, stdout, stderr } = preview("prod");
    expect(status, stdout + stderr).to.equal(0);
    const resources = JSON.parse(read("prod/resources.json")) as Resource[];
    const names = resources.map((r) => r.name.replace("ai-ecosystem-prod-", ""));
    expect(names).to.include.members([
      "database-users-metabase-secret",
      "database-users-metabase-version",
      "rotation-metabase-schedule",
      "data-postgres-from-metabase",
      "services-metabase-task",
      "services-metabase",
    ]);
    expect(names.filter((name) => /^observability-alarm-.*metabase/.test(name))).not.to.deep.equal([]);
    expect(names.filter((name) => /^edge-.*metabase/.test(name))).not.to.deep.equal([]);
    expect(read("prod/cost.json")).to.contain("Metabase");
  });

  it("can be switched off, and keeps its database", () => {
    const config = join(folder, "Pulumi.sandbox.yaml");
    const given = readFileSync(join(folder, "examples/Pulumi.sandbox.yaml"), "utf8");
    writeFileSync(config, `${given}  ai-ecosystem:services:\n    metabase:\n      enabled: false\n`);
    const { status, stdout, stderr } = preview("sandbox");
    rmSync(config);
    expect(status, stdout + stderr).to.equal(0);
    const facts = JSON.parse(read("sandbox/release.json")) as { databases: string[]; services: { name: string }[] };
    expect(facts.databases).to.include("metabase");
    expect(facts.services.map((s) => s.name)).not.to.include("metabase");
  });

  it("is named with its file, where it cannot be read", () => {
    writeFileSync(join(folder, "services.local/empty.ts"), "export const nothing = 1;\n");
    writeFileSync(join(folder, "services.local/broken.ts"), 'import "./not-there";\n');
    const { status, stdout, stderr } = preview("prod");
    expect(status).not.to.equal(0);
    expect(stdout + stderr)
      .to.contain("- services.local/broken.ts: cannot be read: Cannot find module './not-there'")
      .and.contain("- services.local/empty.ts: exports no service")
      .and.not.contain("at localServices");
    for (const file of ["empty.ts", "broken.ts"]) rmSync(join(folder, "services.local", file));
  });
});
