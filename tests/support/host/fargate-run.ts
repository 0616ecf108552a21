import { createHash } from "node:crypto";
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Container, GeneratedSecret, Service } from "../../../services/model/types";
import { filesImage, renderTask, secretVariables, taskVolumes } from "../../../templates/ecs";
import { secretsIn } from "../../../services/model/values";
import { addressText, variableText } from "../values";

/** What this file reads of a container definition. */
interface Definition {
  readonly name: string;
  readonly image: string;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly mountPoints: readonly {
    readonly containerPath: string;
    readonly sourceVolume: string;
    readonly readOnly: boolean;
  }[];
  readonly readonlyRootFilesystem: boolean;
  readonly linuxParameters: {
    readonly capabilities: { readonly drop: readonly string[] };
    readonly initProcessEnabled?: boolean;
  };
  readonly memory?: number;
  readonly healthCheck?: { readonly command: readonly string[] };
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
}

/** The copy that the AWS CLI would make: `aws s3 cp --only-show-errors FROM TO`. */
const fakeAws = '#!/bin/sh\nexec cp /source/files.sh "$5"\n';

const run = promisify(execFile);
const quiet = { encoding: "utf8", maxBuffer: 1 << 26, stdio: "pipe" } as const;
const docker = (...args: readonly string[]): string => execFileSync("docker", args, quiet);

/** A value of each generated secret, in its form; the same each time. */
export const secretValues = (secrets: readonly GeneratedSecret[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    secrets.flatMap(({ id, length, bcrypt }): [string, string][] => {
      const hex = createHash("sha512").update(id).digest("hex").slice(0, length);
      // of the password "test"; nobody logs in
      const hash = "$2a$10$NquaIiyrdBOLlfl2DOoy1ebrHv28yyGgHFp75v3KzSOnWXmlBneua";
      return bcrypt === true
        ? [
            [id, hex],
            [`${id}-hash`, hash],
          ]
        : [[id, hex]];
    }),
  );

/**
 * Runs task definitions in Docker the way Fargate does: volumes that are empty and root's, `files` before the container
 * that waits for it, no capability, the root file system as the definition has it. No collector, and a copy in place of
 * the download from S3.
 */
export class FargateRun {
  private readonly id = `fargate-run-${process.pid}`;
  private readonly folder = mkdtempSync(join(tmpdir(), "fargate-run-"));
  private readonly made: string[] = [];
  private readonly volumes: string[] = [];
  private sha256 = "";

  /**
   * @param archive the release, a `shellArchive`
   * @param values id of a secret -> value
   * @param shell an image with a shell and coreutils, in place of the AWS CLI's
   */
  constructor(
    archive: string,
    private readonly values: Readonly<Record<string, string>>,
    private readonly shell: string,
  ) {
    chmodSync(this.folder, 0o755);
    mkdirSync(join(this.folder, "source"));
    this.release(archive);
    writeFileSync(join(this.folder, "aws"), fakeAws, { mode: 0o755 });
    docker("network", "create", this.id);
  }

  /** What tasks that start from now on have. */
  release(archive: string): void {
    this.sha256 = createHash("sha256").update(archive).digest("hex");
    this.upload(archive);
  }

  /** Puts an archive into the place of the release's, as somebody who may write to the bucket could. */
  upload(archive: string): void {
    writeFileSync(join(this.folder, "source", "files.sh"), archive);
  }

  /** A data store under its name in the network. */
  store(name: string, ...args: readonly string[]): void {
    docker("run", "--detach", "--network", this.id, "--network-alias", name, "--name", this.container(name), ...args);
    this.made.push(name);
  }

  /** Runs the task of a job to its end. @throws with what it printed, unless it succeeds */
  async job(container: Container): Promise<string> {
    const args = await this.prepared(container);
    try {
      const { stdout, stderr } = await run("docker", ["run", "--rm", ...args], quiet);
      return stdout + stderr;
    } finally {
      // those of a task go with it
      for (const volume of this.volumesOf(container)) docker("volume", "rm", "--force", volume);
    }
  }

  /**
   * Starts the task of a service. Like Service Connect it is told the addresses of services that are there already, in
   * /etc/hosts, and never learns of later ones.
   * @param names services that are there for certain when it starts
   * @param published a port that this machine reaches, at one that Docker chooses
   */
  async start(service: Service, names: readonly string[] = [], published?: number): Promise<void> {
    const hosts = names.map((name) => ["--add-host", `${name}:${this.address(name)}`]);
    const args = await this.prepared(service);
    const ports = published === undefined ? [] : ["--publish", `127.0.0.1::${published}`];
    docker("run", "--detach", ...hosts.flat(), ...ports, ...this.limit(service), ...args);
    this.made.push(service.name);
    for (const sidecar of service.sidecars ?? []) {
      const definition = this.definition(service, sidecar.name);
      const own = this.args(sidecar, definition, this.secretsOf(sidecar), `container:${this.container(service.name)}`);
      // as `restartPolicy` has it
      docker("run", "--detach", "--restart", "always", `--memory=${definition.memory ?? 0}m`, ...own);
      this.made.push(sidecar.name);
    }
  }

  /** What is left of the task's memory for its main container. */
  private limit({ fargate, sidecars = [] }: Service): string[] {
    if (fargate === undefined || sidecars.length === 0) return [];
    return [`--memory=${fargate.memoryMb - sidecars.reduce((sum, s) => sum + s.memoryMb.standard, 0)}m`];
  }

  private address(name: string): string {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    return docker("inspect", "--format", format, this.container(name)).trim();
  }

  /** Waits for the service's own health check. @throws with its log, when it ends or takes too long */
  async healthy(service: Service, seconds = 120): Promise<void> {
    const [, ...check] = this.definition(service, service.name).healthCheck?.command ?? [];
    await this.succeeds(service.name, check, seconds);
  }

  /** Waits until a command in a container succeeds. */
  async succeeds(name: string, command: readonly string[], seconds = 60): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      try {
        await run("docker", ["exec", this.container(name), ...command], quiet);
        return;
      } catch (error) {
        const running = docker("inspect", "--format", "{{.State.Running}}", this.container(name)).trim() === "true";
        if (!running || Date.now() > end) throw new Error(`${name}\n${this.log(name)}`, { cause: error });
        await sleep(500);
      }
    }
  }

  /** What a command in a container prints. */
  exec(name: string, ...command: readonly string[]): string {
    return docker("exec", this.container(name), ...command);
  }

  /** The same, while others go on. */
  async later(name: string, ...command: readonly string[]): Promise<string> {
    const { stdout } = await run("docker", ["exec", this.container(name), ...command], quiet);
    return stdout;
  }

  restart(name: string): void {
    docker("restart", this.container(name));
  }

  /** What a container has printed. */
  log(name: string): string {
    return execFileSync("sh", ["-c", 'docker logs --tail 300 "$0" 2>&1', this.container(name)], quiet);
  }

  end(): void {
    for (const name of this.made) docker("rm", "--force", "--volumes", this.container(name));
    for (const volume of this.volumes) docker("volume", "rm", "--force", volume);
    docker("network", "rm", this.id);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The container of a store or service, by its name in Docker. */
  container(name: string): string {
    return `${this.id}-${name}`;
  }

  private volumesOf(container: Container): readonly string[] {
    return taskVolumes(container).map((volume) => `${this.container(container.name)}-${volume}`);
  }

  private definitions(container: Container): readonly Definition[] {
    return renderTask(container, {
      region: "us-east-1",
      image: (image) => image,
      address: (address) => addressText(address),
      secrets: Object.fromEntries(secretVariables(container).map(([name]) => [name, `arn:${name}::`])),
      logGroup: "/none",
      release: { uri: "s3://bucket/releases/0.sh", sha256: this.sha256 },
    }) as unknown as Definition[];
  }

  private definition(container: Container, name: string): Definition {
    const found = this.definitions(container).find((d) => d.name === name);
    if (found === undefined) throw new Error(`${container.name} has no container ${name}`);
    return found;
  }

  /** Volumes and files of a task; the result is what `docker run` needs for its main container. */
  private async prepared(container: Container): Promise<readonly string[]> {
    for (const name of this.volumesOf(container)) {
      docker("volume", "create", name);
      this.volumes.push(name);
    }
    const main = this.definition(container, container.name);
    for (const { containerName, condition } of main.dependsOn ?? []) {
      if (condition !== "SUCCESS") continue;
      const first = this.definition(container, containerName);
      const mounts = [
        `type=bind,source=${join(this.folder, "source")},target=/source,readonly`,
        `type=bind,source=${join(this.folder, "aws")},target=/usr/local/bin/aws,readonly`,
      ].flatMap((mount) => ["--mount", mount]);
      await run("docker", ["run", "--rm", ...mounts, ...this.args(container, first, {})], quiet);
    }
    return this.args(container, main, this.secretsOf(container));
  }

  private secretsOf(container: Container): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(container.environment).flatMap(([name, value]) =>
        secretsIn(value).length > 0 ? [[name, variableText(value, (id) => this.values[id] ?? "")]] : [],
      ),
    );
  }

  private args(
    container: Container,
    definition: Definition,
    secrets: Readonly<Record<string, string>>,
    network = this.id,
  ): string[] {
    const [entry, ...rest] = definition.entryPoint ?? [];
    const environment = [...definition.environment.map((e) => [e.name, e.value] as const), ...Object.entries(secrets)];
    const main = definition.name === container.name;
    return [
      ["--network", network],
      ...(main ? [["--name", this.container(container.name)]] : []),
      ...(definition.readonlyRootFilesystem ? [["--read-only"]] : []),
      ...(definition.linuxParameters.initProcessEnabled === true ? [["--init"]] : []),
      ...definition.linuxParameters.capabilities.drop.map((c) => ["--cap-drop", c]),
      ...(definition.user === undefined ? [] : [["--user", definition.user]]),
      ...environment.map(([name, value]) => ["--env", `${name}=${value}`]),
      // a bind mount of Fargate hides what the image has there; a volume of Docker would begin with a copy of it
      ...definition.mountPoints.map((m) => [
        "--mount",
        `type=volume,source=${this.container(container.name)}-${m.sourceVolume},target=${m.containerPath},volume-nocopy${m.readOnly ? ",readonly" : ""}`,
      ]),
      ...(entry === undefined ? [] : [["--entrypoint", entry]]),
      [definition.image === filesImage ? this.shell : definition.image, ...rest, ...(definition.command ?? [])],
    ].flat();
  }
}
