import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describeProblems } from "../settings/problems";
import { rawSettings, type ParsedSettings } from "../settings/settings";
import { parseStack } from "../stacks/read";
import { checkExamples } from "./examples";
import { CliError } from "./cli-error";
import { loginHints, noCli } from "./stack/cli";
import { readStackConfig } from "./stack/offline-config";
import { afterUp } from "./after-up";
import { lookAt } from "./preflight/checks/deployment";
import { pushAgain } from "./stack/live-release";
import { missingRepositories } from "./stack/repositories";

const root = join(__dirname, "..");

function pulumi(...args: readonly string[]): { ok: boolean; text: string } {
  const { status, stdout, stderr } = spawnSync("pulumi", [...args, "--non-interactive"], {
    cwd: root,
    encoding: "utf8",
  });
  return { ok: status === 0, text: `${stdout}${stderr}` };
}

function checkCli() {
  const { error } = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  if (error !== undefined) throw noCli();
}

function checkLogin() {
  const who = pulumi("whoami");
  if (!who.ok) {
    throw new CliError("Pulumi has no place to keep its state yet: you are not logged in.", [
      "pulumi login                      # Pulumi Cloud, free for one person",
      "pulumi login s3://your-bucket     # your own, versioned",
      "pulumi login --local              # this machine only",
    ]);
  }
}

function checkStack(stack: string) {
  // only asked for: the stack that is selected stays selected
  if (pulumi("stack", "--stack", stack).ok) return;
  throw new CliError(`The stack ${stack} does not exist in this backend.`, [
    `pulumi stack init ${stack}`,
    "or choose another: make up STACK=name",
  ]);
}

function checkSettings(stack: string, changes: boolean): { parsed: ParsedSettings; opened: boolean } {
  const config = readStackConfig(root, stack);
  const result = parseStack(rawSettings(config.values, config.secretKeys), stack);
  if ("problems" in result) throw new CliError(describeProblems(result.problems, stack), []);
  if (changes) checkExamples(result.parsed, stack);
  return { parsed: result.parsed, opened: config.environments !== undefined };
}

/** What the stack's file says of its account; empty when the shell decides. */
function accountOf({ aws: { value } }: ParsedSettings): readonly string[] {
  const of = (what: string, given: string | undefined) => (given === undefined ? [] : [`${what} ${given}`]);
  return [
    ...of("account", value.allowedAccountIds?.join(" or ")),
    ...of("profile", value.profile),
    ...of("access key", value.accessKey),
    ...of("role", (value.assumeRoles?.at(-1) ?? value.assumeRoleWithWebIdentity)?.roleArn),
  ];
}

function checkCredentials({ aws: { value } }: ParsedSettings) {
  if (value.accessKey !== undefined || value.sharedConfigFiles !== undefined || value.profile !== undefined) return;
  if (value.sharedCredentialsFiles !== undefined || value.assumeRoleWithWebIdentity !== undefined) return;
  const variables = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ];
  if (variables.some((name) => process.env[name] !== undefined)) return;
  if (["credentials", "config"].some((file) => existsSync(join(homedir(), ".aws", file)))) return;
  throw new CliError("There are no AWS credentials.", loginHints);
}

async function main(): Promise<number> {
  const [stack = "sandbox", ...given] = process.argv.slice(2);
  let command = given;
  let env: NodeJS.ProcessEnv = {};
  const changes = given[0] === "up" || given[0] === "repositories";
  try {
    checkCli();
    const { parsed: settings, opened } = checkSettings(stack, changes);
    checkLogin();
    checkStack(stack);
    // an environment of Pulumi ESC may hold them, and only the CLI then has them
    if (given[0] !== "stack" && !opened) checkCredentials(settings);
    if (changes) console.log([`${stack}: region ${settings.aws.value.region}`, ...accountOf(settings)].join(", "));
    if (given[0] === "up" || given[0] === "doctor") {
      const well = await lookAt(stack, given[0] === "up");
      if (!well || given[0] === "doctor") return well ? 0 : 1;
    }
    if (given[0] === "up" || given[0] === "preview") command = [...given, ...(await pushAgain(stack))];
    if (given[0] === "repositories") {
      const missing = await missingRepositories(stack);
      if (missing.length === 0) {
        console.log(`The stack ${stack} has a repository for every image.`);
        return 0;
      }
      command = ["up", ...missing.flatMap((urn) => ["--target", urn]), ...given.slice(1)];
      env = { AI_ECOSYSTEM_ONLY: "repositories" };
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    if (error instanceof CliError) for (const line of error.hint) console.error(`    ${line}`);
    return 1;
  }
  const { status } = spawnSync("pulumi", [...command, "--stack", stack], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (status === 0 && given[0] === "up") for (const line of await afterUp(stack)) console.log(line);
  return status ?? 1;
}

void main().then((code) => {
  process.exitCode = code;
});
