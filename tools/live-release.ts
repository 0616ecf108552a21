import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resourcesIn, type StateResource } from "./state";

/** How to log in to a host, as the stack's outputs have it. */
export interface Login {
  readonly publicIp: string;
  /** A line of `known_hosts`. */
  readonly sshHostKey: string;
  /** PEM. */
  readonly sshPrivateKey: string;
}

/** The release that the state believes to be live, and the resource that pushed it. */
export function pushedRelease(resources: readonly StateResource[]): { urn: string; id: string } | undefined {
  const push = resources.find((r) => r.type === "command:remote:Command" && r.urn.endsWith("-host-push"));
  // the second form is of programs before 2026-12
  const id = / (?:--|"\$incoming") ([0-9a-f]{16})\b/.exec(String(push?.outputs?.["create"]))?.[1];
  return push === undefined || id === undefined ? undefined : { urn: push.urn, id };
}

/** The release that is live on the host; undefined when it does not answer. */
export function liveRelease(login: Login): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-ssh-"));
  try {
    const [key, known] = [join(folder, "key"), join(folder, "known_hosts")];
    writeFileSync(key, `${login.sshPrivateKey.trim()}\n`, { mode: 0o600 });
    writeFileSync(known, `${login.sshHostKey}\n`);
    const options = ["BatchMode=yes", "ConnectTimeout=10", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes"];
    const { stdout } = spawnSync(
      "ssh",
      [
        ...["-i", key, "-F", "none", ...options.flatMap((o) => ["-o", o]), "-o", `UserKnownHostsFile=${known}`],
        ...[`ec2-user@${login.publicIp}`, "readlink /opt/ai-ecosystem/releases/current"],
      ],
      { encoding: "utf8", timeout: 30_000, stdio: ["ignore", "pipe", "ignore"] },
    );
    return /^[0-9a-f]{16}$/m.exec(stdout)?.[0];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function loginOf(stack: string): Login | undefined {
  const { status, stdout } = spawnSync("pulumi", ["stack", "output", "--json", "--show-secrets", "--stack", stack], {
    cwd: join(__dirname, ".."),
    encoding: "utf8",
  });
  const outputs = status === 0 ? (JSON.parse(stdout) as Partial<Login>) : {};
  const { publicIp, sshHostKey, sshPrivateKey } = outputs;
  return publicIp === undefined || sshHostKey === undefined || sshPrivateKey === undefined
    ? undefined
    : { publicIp, sshHostKey, sshPrivateKey };
}

/**
 * Arguments for `pulumi up` when the host runs another release than the state believes, as after a push whose connection
 * was cut, or by somebody else: the engine compares with its state only, and would say that there is nothing to do.
 */
export function pushAgain(stack: string): readonly string[] {
  const believed = pushedRelease(resourcesIn(stack));
  const login = believed && loginOf(stack);
  if (believed === undefined || login === undefined) return [];
  const live = liveRelease(login);
  if (live === undefined) {
    console.log(`The host ${login.publicIp} does not say which release is live; the state says ${believed.id}.`);
    return [];
  }
  if (live === believed.id) return [];
  console.log(`The host runs release ${live}, the state says ${believed.id}: the release is pushed again.`);
  return ["--replace", believed.urn];
}
