import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { textOf } from "../components/fargate/diagnosis";
import { CliError } from "./cli-error";
import { readStackConfig } from "./offline-config";
import { planOf } from "./preflight/plan";
import { restoreOn } from "./restore/host";
import { takenOver } from "./restore/secrets";
import { sourceOf, type Source } from "./restore/source";
import { loginOf, type Login } from "./ssh";
import { outputsOf } from "./stack-outputs";

const usage = `usage: make restore STACK=name FROM=file|stack [ARCHIVE=name] [FROM_PROFILE=profile] [ARGS=--yes]

FROM is an archive of \`ecosystem backup\`, the file of \`make backup-key\`, or the name of the stack that made the backups.
ARCHIVE is one of those in S3, the last that arrived without it. FROM_PROFILE is the AWS profile of their account.

A stack that has no host yet takes the secrets of the archive over and is made (make up); then its host fetches the archive
and restores it. What was interrupted goes on with the same command.`;

const root = join(__dirname, "..");
const setting = "ai-ecosystem:secretOverrides";

function pulumi(words: readonly string[], input?: string): { ok: boolean; said: string } {
  const { status, stderr } = spawnSync("pulumi", [...words, "--non-interactive"], {
    cwd: root,
    encoding: "utf8",
    input,
  });
  return { ok: status === 0, said: stderr };
}

/** What the stack is to have before its first release: with other keys the data could not be read. */
async function takeSecretsOver(stack: string, source: Source): Promise<void> {
  const config = readStackConfig(root, stack);
  const { settings, catalogue } = await planOf(config, []);
  if (settings.topology !== "host") {
    throw new CliError(`The stack ${stack} has the topology ${settings.topology}: a backup is restored to a host.`, [
      `pulumi config set -s ${stack} ai-ecosystem:topology host`,
    ]);
  }
  const values = takenOver(source, catalogue.secrets);
  if (Object.keys(values).length === 0) throw new CliError(`${source.told} brings no secrets of this project.`, []);
  const set = pulumi(["config", "set", "--secret", "--stack", stack, setting], JSON.stringify(values));
  if (!set.ok) throw new CliError(`The secrets could not be set: ${set.said}`, [`pulumi stack init ${stack}`]);
  console.log(`${stack} takes over ${Object.keys(values).length} secrets of the archive (${setting}).`);
}

const hostOf = (stack: string): Login | undefined => loginOf(outputsOf<Login>(stack, "secrets"));

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
  if (values.help || from === "") {
    console.error(usage);
    return values.help ? 0 : 2;
  }
  let login = hostOf(stack);
  const source = sourceOf({ from, archive, profile });
  console.log(`${source.told} (${(source.bytes / 1e6).toFixed(1)} MB)`);
  const made = login === undefined;
  if (login === undefined) {
    await takeSecretsOver(stack, source);
    const up = ["--import", "tsx", join(root, "tools/pulumi.ts"), stack, "up", ...(yes ? ["--yes"] : [])];
    const { status } = spawnSync(process.execPath, up, { cwd: root, stdio: "inherit" });
    login = hostOf(stack);
    if (status !== 0 || login === undefined) {
      throw new CliError(`The stack ${stack} was not made; nothing was restored yet.`, ["the same command goes on"]);
    }
  }
  await restoreOn(login, source, !made && !yes);
  console.log(`${stack} has the data of ${source.name}. Logins and passwords are those of the archive:`);
  console.log(`    pulumi stack output credentials --show-secrets --stack ${stack}`);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(textOf(error));
    if (error instanceof CliError) for (const line of error.hint) console.error(`    ${line}`);
    process.exitCode = 1;
  },
);
