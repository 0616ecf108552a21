import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alsoWhenInterrupted } from "./left-behind";

/** How to log in to a host, as the stack's outputs have it. */
export interface Login {
  readonly publicIp: string;
  /** A line of `known_hosts`. */
  readonly sshHostKey: string;
  /** PEM. */
  readonly sshPrivateKey: string;
}

/** What the outputs of a stack with a host have of it; undefined when there is none. */
export const loginOf = ({ publicIp, sshHostKey, sshPrivateKey }: Partial<Login>): Login | undefined =>
  publicIp === undefined || sshHostKey === undefined || sshPrivateKey === undefined
    ? undefined
    : { publicIp, sshHostKey, sshPrivateKey };

/** Calls with the arguments of `ssh` that reach the host, up to the command; what it needs of files is gone afterwards. */
export async function withLogin<T>(login: Login, use: (words: readonly string[]) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-ssh-"));
  const end = alsoWhenInterrupted(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    const [key, known] = [join(folder, "key"), join(folder, "known_hosts")];
    writeFileSync(key, `${login.sshPrivateKey.trim()}\n`, { mode: 0o600 });
    writeFileSync(known, `${login.sshHostKey}\n`);
    const options = ["BatchMode=yes", "ConnectTimeout=10", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes"];
    const alive = ["ServerAliveInterval=15", "ServerAliveCountMax=8", `UserKnownHostsFile=${known}`];
    return await use([
      ...["-i", key, "-F", "none", ...[...options, ...alive].flatMap((o) => ["-o", o])],
      `ec2-user@${login.publicIp}`,
    ]);
  } finally {
    end();
  }
}
