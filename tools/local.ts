import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { hashSync } from "bcryptjs";
import { buildCatalogue, catalogue as factories, secretsOf, type Catalogue } from "../services/catalogue";
import { configuredSecrets, type Context, type LlmProvider } from "../services/model/context";
import { settingKeys } from "../settings/keys";
import { renderEnv } from "../templates/release/env";
import { onHost } from "../stacks/contexts";
import { originOf, type Hosts } from "../templates/hosts";
import { renderRelease, type RenderedRelease } from "../templates/release/release";
import { watchHealth, writeHealth } from "./local/health";
import { folderId, localSecrets } from "./local/secrets";

const port = Number(process.env["LOCAL_PORT"] ?? "8080");
const home = resolve(process.env["LOCAL_HOME"] ?? join(__dirname, "..", "out", "local"));
const id = folderId(home);
const project = `ai-ecosystem-local-${id}`;
const volumes = `local-${id}-`;
const hosts: Hosts = { apex: "localhost", scheme: "http", port };
const adminEmail = "admin@example.com";

/** Keys of model providers, from the environment. */
const providers: readonly LlmProvider[] = ["openai", "anthropic", "google", "openrouter"];
const apiKeys = Object.fromEntries(
  providers.flatMap((p) => {
    const key = process.env[`${p.toUpperCase()}_API_KEY`];
    return key === undefined || key === "" ? [] : [[p, key] as const];
  }),
);

const context: Context = {
  ...onHost,
  scheme: hosts.scheme,
  stack: "local",
  plan: "standard",
  adminEmail,
  timezone: "UTC",
  pushRelay: false,
  assistant: settingKeys.assistant.schema.parse({}),
  llm: providers.filter((p) => p in apiKeys),
};

function docker(args: readonly string[], quiet = false): boolean {
  const { error, status } = spawnSync("docker", args, { stdio: quiet ? "ignore" : "inherit" });
  if (error !== undefined) throw new Error("docker is not installed: https://docs.docker.com/get-docker/");
  return status === 0;
}

const compose = (...args: readonly string[]): boolean => {
  const current = join(home, "current");
  const files = [
    "--project-directory",
    current,
    "-f",
    join(current, "compose.yaml"),
    "--env-file",
    join(current, ".env"),
  ];
  return docker(["compose", "-p", project, ...files, ...args]);
};

/** The folders that the host has, so that the same compose file works. */
function writeRelease(release: RenderedRelease) {
  const folder = join(home, "releases", release.id);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, { text, mode }] of Object.entries(release.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
  }
  for (const data of ["tls", "acme", "status"]) mkdirSync(join(home, "data", data), { recursive: true });
  // written by nginx, which is another user here
  mkdirSync(join(home, "spool"), { recursive: true });
  chmodSync(join(home, "spool"), 0o777);
  const link = (target: string, path: string) => {
    rmSync(`${path}.new`, { force: true });
    symlinkSync(target, `${path}.new`);
    renameSync(`${path}.new`, path);
  };
  link(release.id, join(home, "releases", "current"));
  link(join("releases", "current"), join(home, "current"));
}

/** Docker gives a new volume to root; the containers run as others. */
function ownVolumes(catalogue: Catalogue) {
  const proxy = catalogue.services.find((s) => s.role === "proxy");
  if (proxy === undefined) return;
  const all = [...catalogue.services, ...catalogue.jobs].flatMap((c) => c.volumes ?? []);
  const owners = new Map(all.map((v) => [v.name, `${v.uid}:${v.gid}`]));
  const mounts = [...owners.keys()].flatMap((name) => ["-v", `${volumes}${name}:/v/${name}`]);
  const script = [...owners].map(([name, owner]) => `chown ${owner} /v/${name}`).join(" && ");
  const run = [
    "run",
    "--rm",
    "--network",
    "none",
    "--user",
    "0",
    ...mounts,
    "--entrypoint",
    "sh",
    proxy.image,
    "-c",
    script,
  ];
  if (!docker(run)) throw new Error("the volumes could not be prepared");
}

/** The host has a service of its own for it; here a process that ends with the containers. */
function watchFromNowOn() {
  const words = [...process.execArgv, __filename, "watch"];
  spawn(process.execPath, words, { detached: true, stdio: "ignore" }).unref();
}

function up() {
  if (!(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw new Error(`LOCAL_PORT is ${process.env["LOCAL_PORT"] ?? ""}: it must be a port, e.g. 8080`);
  }
  if (!docker(["info"], true)) throw new Error("Docker does not answer: start Docker, or set DOCKER_HOST");
  const catalogue = buildCatalogue(factories, context, {});
  mkdirSync(home, { recursive: true });
  const secrets = localSecrets(join(home, "secrets.json"), catalogue.secrets, (password) => hashSync(password, 10));
  const used = new Set([...catalogue.services, ...catalogue.jobs].flatMap(secretsOf));
  const known = Object.entries(secrets).filter(([name]) => used.has(name));
  const keys = Object.entries(apiKeys).map(([p, key]) => [configuredSecrets[p as LlmProvider], key] as const);
  const env = renderEnv({ ...Object.fromEntries([...known, ...keys]), "ecosystem-home": home });
  const release = renderRelease(
    {
      context,
      catalogue,
      hosts,
      address: "127.0.0.1",
      plan: context.plan,
      tls: "self-signed",
      email: adminEmail,
      swapGb: 0,
      backupRetentionDays: 7,
      ports: { 80: port },
      dockerVolumes: volumes,
    },
    env,
  );
  writeRelease(release);
  console.log(`starting ${catalogue.services.length} services; the first time their images (several GB) are fetched`);
  ownVolumes(catalogue);
  if (!compose("up", "-d", "--wait", "--remove-orphans")) {
    throw new Error(`not everything came up; see: docker compose -p ${project} ps --all`);
  }
  // the page asks for it at once
  const names = catalogue.services.map((s) => s.name);
  if (writeHealth(project, home, names) !== "written") throw new Error("Docker does not say how the containers are");
  watchFromNowOn();
  console.log(`\nready: ${originOf(hosts, "")}/`);
  for (const s of catalogue.services) {
    if (s.route !== undefined) {
      console.log(`  ${s.title.en.padEnd(12)} ${originOf(hosts, s.route.host)}${s.route.home ?? "/"}`);
    }
  }
  console.log(`login ${adminEmail}; passwords and tokens are in ${join(home, "secrets.json")}`);
  if (context.llm.length === 0) {
    console.log(
      "without a key of a model the assistant hands over: OPENAI_API_KEY in the environment, and make local again",
    );
  }
  console.log("make local-down stops it and keeps its data");
}

function down() {
  if (!existsSync(join(home, "current", "compose.yaml"))) {
    console.log(`nothing was started from ${home}`);
    return;
  }
  if (!compose("down", "--remove-orphans")) throw new Error("not everything was stopped");
  // old news, and whoever wrote it
  for (const file of ["health.pid", join("data", "status", "health.json")]) rmSync(join(home, file), { force: true });
}

async function main() {
  const [command] = process.argv.slice(2);
  if (command === "up") up();
  else if (command === "down") down();
  else if (command === "watch") await watchHealth(project, home);
  else throw new Error("usage: tools/local.ts up | down");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
