import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RenderedRelease } from "../../../templates/release/release";
import { sandboxRelease } from "../fixtures";

/** What takes the place of the machine: docker answers as if every service were healthy, and nobody needs to be root. */
export const machine = `
id() { echo 0; }
chown() { :; }
timeout() { while [[ $1 == -* ]]; do shift 2; done; shift; "$@"; }
systemctl() { :; }
docker() {
  case "$1 $2" in
    'version --format') ;;
    'ps -aq') jq -r '.services[].name, .jobs[].name' "$RELEASE/release.json" ;;
    'inspect '*) shift; jq -n --argjson jobs "$(jq -c '[.jobs[].name]' "$RELEASE/release.json")" '[$ARGS.positional[] | . as $name | ($jobs | index($name)) as $job
      | {Id: $name, RestartCount: 0, Config: {Image: "", Labels: {"com.docker.compose.service": $name}},
         State: {Status: (if $job then "exited" else "running" end), ExitCode: 0, Health: {Status: "healthy"}, StartedAt: "", OOMKilled: false}}]' --args "$@" ;;
    *) ;;
  esac
}
curl() { echo 200; }
export -f id chown timeout systemctl docker curl
`;

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly output: string;
}

/** A folder in which a host's scripts run with real bash and real tools, a release live in it. */
export class HostFolder {
  readonly home = mkdtempSync(join(tmpdir(), "ai-ecosystem-host-"));

  constructor(readonly release: RenderedRelease = sandboxRelease({}, "N8N_ENCRYPTION_KEY='abcd1234'\n")) {
    this.write(`releases/${this.release.id}`, this.release);
    for (const path of ["state", "data/backups", "data/volumes", "data/tls", "data/acme", "data/status"]) {
      mkdirSync(join(this.home, path), { recursive: true });
    }
    symlinkSync(this.release.id, join(this.home, "releases/current"));
    symlinkSync("releases/current", join(this.home, "current"));
  }

  /** Lays a release out, as an unpacked upload has it. */
  write(folder: string, release: RenderedRelease): void {
    for (const [path, { text, mode }] of Object.entries(release.files)) {
      const target = join(this.home, folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      chmodSync(target, mode);
    }
  }

  state(name: string, text: string): void {
    writeFileSync(join(this.home, "state", name), text);
  }

  read(path: string): string {
    return readFileSync(join(this.home, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.home, path));
  }

  /** A bash script on that machine. */
  bash(script: string, input = ""): Ran {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", `${machine}\n${script}`], {
      input,
      encoding: "utf8",
      env: { ...process.env, ECOSYSTEM_HOME: this.home, RELEASE: join(this.home, "current") },
      maxBuffer: 1 << 26,
    });
    return { status, stdout, output: stdout + stderr };
  }

  /** `ecosystem …`, after `before` has changed the machine. */
  ecosystem(command: string, before = ""): Ran {
    return this.bash(`${before}\nbash "$ECOSYSTEM_HOME/current/bin/ecosystem" ${command}`);
  }

  /** A script that has all functions of the commands. */
  inside(script: string): Ran {
    return this.bash(`set -euo pipefail
      for part in common help release gate tls backups/stores backups/backup backups/prove backups/offsite backups/archives backups/restore backups/move backups/versions backups/maintenance health status doctor users; do . "$RELEASE/bin/lib/$part.sh"; done
      RELEASE=$ECOSYSTEM_HOME/current
      ${script}`);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A folder of its own for each test of the suite that calls this. */
export function hostFolder(): () => HostFolder {
  let folder: HostFolder | undefined;
  beforeEach(() => {
    folder = new HostFolder();
  });
  afterEach(() => {
    folder?.remove();
  });
  return () => {
    if (folder === undefined) throw new Error("no test runs");
    return folder;
  };
}
