import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

type Connection = command.types.input.remote.ConnectionArgs;

export interface ReadyArgs {
  readonly connection: Connection;
  readonly instanceId: pulumi.Input<string>;
}

/**
 * Waits until the host takes logins and its first boot is done; prints the end of the boot's log when that failed.
 * @returns the host's public key, e.g. `ssh-ed25519 AAAA…`. It is what this first connection met, which sends no secret;
 * a new instance gets a new one. Whoever wants to compare: cloud-init writes the same key on the console.
 */
export function ready(
  name: string,
  args: ReadyArgs,
  opts: pulumi.CustomResourceOptions,
): { readonly hostKey: pulumi.Output<string> } {
  const script = [
    "sudo cloud-init status --wait >/dev/null 2>&1 || true",
    "if sudo grep -q '^=== Setup Complete' /var/log/user-data.log 2>/dev/null; then",
    "  cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub",
    "  exit",
    "fi",
    "echo 'The first boot of the host did not finish. Its log ends:' >&2",
    "sudo tail -n 30 /var/log/user-data.log >&2",
    "exit 1",
  ].join("\n");
  const done = new command.remote.Command(
    `${name}-ready`,
    // replaced with the instance: a new one has to boot first
    {
      connection: args.connection,
      create: script,
      triggers: [args.instanceId],
      addPreviousOutputInEnv: false,
      logging: command.remote.Logging.Stderr,
    },
    { ...opts, customTimeouts: { create: "20m", update: "20m" } },
  );
  return { hostKey: done.stdout.apply((text) => text.trim()) };
}

export interface PushArgs {
  /** With the host's key: every secret goes this way. */
  readonly connection: Connection & { readonly hostKey: pulumi.Input<string> };
  readonly instanceId: pulumi.Input<string>;
  /** Content hash of the release; the command runs again when it changes. */
  readonly releaseId: pulumi.Input<string>;
  /** The release with its `.env`, base64 of a tar. Secret. */
  readonly archive: pulumi.Input<string>;
}

/**
 * What the host does with an upload: the first part of the command's standard input, read by bash; the rest is the archive.
 * A part that was cut is no whole function, and does nothing. The folder has the number of the process that fills it: when
 * that is gone, so may the folder be.
 */
export const uploadScript = (home = "/opt/ai-ecosystem"): string => `upload() {
  set -euo pipefail
  umask 077
  home=${home}
  mkdir -p "$home/state"
  incoming=$(mktemp -d "$home/state/incoming.$$.XXXXXXXX")
  trap 'rm -rf "$incoming"' EXIT
  { base64 -d | tar -xpf - -C "$incoming" && cd "$incoming" && grep "  bin/" MANIFEST.sha256 | sha256sum -c --quiet --strict; } >&2 ||
    { echo "error: the upload was cut: nothing was changed. Next: push again" >&2; exit 1; }
  cd /
  exec bash "$incoming/bin/push" "$incoming" "$1"
}
upload "$@"; exit
`;

/**
 * The command on the host: short, as Pulumi repeats it in front of what a failed push said. The request comes last: it is
 * there to be another one, and the host does nothing with it.
 */
export const pushCommand = (releaseId: string, request: string): string => `sudo bash -s -- ${releaseId} ${request}`;

/**
 * Sends a release to the host and makes it live; on failure the host is back on the previous release and `pulumi up` fails.
 * The release goes through standard input: arguments would stand in the state and in the host's process list.
 */
export function push(name: string, args: PushArgs, opts: pulumi.CustomResourceOptions): command.remote.Command {
  // Made before the push, anew for each release that is wanted. A push that failed leaves the state with the release before,
  // while the host may have gone on (the connection was cut): the engine would take the way back to it for no change.
  const request = new random.RandomId(
    `${name}-push-request`,
    { byteLength: 4, keepers: { release: args.releaseId } },
    opts,
  );
  return new command.remote.Command(
    `${name}-push`,
    {
      connection: args.connection,
      create: pulumi.all([args.releaseId, request.hex]).apply(([id, hex]) => pushCommand(id, hex)),
      stdin: pulumi.interpolate`${uploadScript()}${args.archive}`,
      triggers: [args.instanceId],
      // sshd accepts no such variable, and a secret could be in it
      addPreviousOutputInEnv: false,
      // progress, and a failing service's last lines with every secret struck out
      logging: command.remote.Logging.StdoutAndStderr,
    },
    {
      ...opts,
      additionalSecretOutputs: ["stdout", "stderr"],
      customTimeouts: { create: "45m", update: "45m" },
    },
  );
}
