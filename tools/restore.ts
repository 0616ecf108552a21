import { join } from "node:path";
import { parseArgs } from "node:util";
import { textOf } from "../components/fargate/diagnosis";
import { CliError } from "./cli-error";
import { hintFor, ProgramError } from "./mirror/programs";
import { readStackConfig } from "./stack/offline-config";
import { planOf } from "./preflight/plan";
import { restoreOn } from "./restore/host";
import { chosen, snapshotNamed, snapshotsOf, told } from "./restore/managed";
import { sourceOf, type Wish } from "./restore/source";
import { makeUp, pulumi, takeSecretsOver } from "./restore/target";
import type { Settings } from "../settings/settings";
import { resourcesIn } from "./stack/state";
import { loginOf, type Login } from "./stack/ssh";
import { outputsOf } from "./stack/outputs";

const usage = `usage: make restore STACK=name FROM=file|stack [ARCHIVE=name] [FROM_PROFILE=profile] [ARGS=--yes]     topology host
       make restore STACK=name [FROM=time|snapshot] [ARGS=--yes]                                 topology fargate

host: FROM is an archive of \`ecosystem backup\`, the file of \`make backup-key\`, or the name of the stack that made the backups.
ARCHIVE is one of those in S3, the last that arrived without it. FROM_PROFILE is the AWS profile of their account.
A stack that has no host yet takes the secrets of the archive over and is made (make up); then its host fetches the archive
and restores it.

fargate: without FROM the snapshots of the databases are listed. FROM is one of them or another's name, or a moment (2026-01-31T02:00Z): then of
each database the newest up to it. A database of it is made and takes the place of the present one, which stays.

What was interrupted goes on with the same command.`;

const root = join(__dirname, "..");

/** A database for each snapshot, in place of the present ones. */
async function restoreManaged(
  stack: string,
  { region, restoredFrom }: Settings,
  wish: Wish & { readonly yes: boolean },
): Promise<number> {
  const all = await snapshotsOf(resourcesIn(stack), region, wish.profile);
  if (wish.from === "") {
    console.log(told(all).join("\n") || `The databases of the stack ${stack} have no snapshots.`);
    return 0;
  }
  const known = all.some(({ id }) => id === wish.from);
  const named = known ? [] : await snapshotNamed(wish.from, region, wish.profile);
  for (const { database, id, time } of chosen([...all, ...named], wish.from)) {
    console.log(`${database}: ${id}, of ${time}`);
    const before = restoredFrom?.[database] ?? [];
    if (before.at(-1) === id) continue;
    const path = `ai-ecosystem:restoredFrom.${database}[${before.length}]`;
    const set = pulumi(["config", "set", "--stack", stack, "--path", path, id]);
    if (!set.ok) throw new CliError(`${path} could not be set: ${set.said}`, []);
  }
  if (!makeUp(stack, wish.yes)) {
    throw new CliError(`The update did not end well; the databases of before are there.`, [
      "the same command goes on",
      `or the settings back: pulumi config get -s ${stack} ai-ecosystem:restoredFrom; docs/restore.md`,
    ]);
  }
  console.log(
    `${stack} works with the restored databases. Those of before stay, and are paid, until you let them go: docs/restore.md`,
  );
  return 0;
}

/** AWS refuses mostly because another account is asked. */
function hintOf(error: unknown): readonly string[] {
  if (error instanceof CliError) return error.hint;
  if (!(error instanceof ProgramError)) return [];
  return [
    ...hintFor(error.output),
    "FROM_PROFILE=NAME is the AWS profile of the account that has what is to be restored",
  ];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "sandbox" },
      from: { type: "string", default: "" },
      archive: { type: "string" },
      profile: { type: "string" },
      yes: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { stack, from, archive, profile, yes } = values;
  if (values.help) {
    console.error(usage);
    return 0;
  }
  const outputs = outputsOf<Login & { readonly clusterName: string }>(stack, "secrets");
  if (outputs.clusterName !== undefined) {
    const { settings } = await planOf(readStackConfig(root, stack), []);
    return restoreManaged(stack, settings, { from, profile, yes });
  }
  if (from === "") {
    console.error(usage);
    return 2;
  }
  let login = loginOf(outputs);
  const source = await sourceOf({ from, archive, profile });
  console.log(`${source.told} (${(source.bytes / 1e6).toFixed(1)} MB)`);
  const made = login === undefined;
  if (login === undefined) {
    const { settings, catalogue } = await planOf(readStackConfig(root, stack), []);
    if (settings.topology !== "host") {
      throw new CliError(`The stack ${stack} has the topology ${settings.topology}: a backup is restored to a host.`, [
        `pulumi config set -s ${stack} ai-ecosystem:topology host`,
      ]);
    }
    takeSecretsOver(stack, source, catalogue.secrets);
    const up = makeUp(stack, yes);
    login = loginOf(outputsOf<Login>(stack, "secrets"));
    if (!up || login === undefined) {
      throw new CliError(`The stack ${stack} was not made; nothing was restored yet.`, ["the same command goes on"]);
    }
  }
  await restoreOn(login, source, !made && !yes);
  console.log(`${stack} has the data of ${source.name}. People log in as before; the first administrators:`);
  console.log(`    pulumi stack output credentials --show-secrets --stack ${stack}`);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(textOf(error));
    for (const line of hintOf(error)) console.error(`    ${line}`);
    process.exitCode = 1;
  },
);
