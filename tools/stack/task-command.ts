import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { accountHint, textOf } from "../../components/fargate/diagnosis";
import type { RunOptions } from "../../components/fargate/commands/run-task";
import type { CheckTask, UserTasks } from "../../stacks/outputs/user-commands";
import { rawSettings } from "../../settings/settings";
import { parseStack } from "../../stacks/read";
import { CliError, UsageError } from "../cli-error";
import { useAccount } from "../mirror/account";
import { loginHints, notLoggedIn } from "./cli";
import { readStackConfig } from "./offline-config";
import { outputsOf } from "./outputs";

interface Outputs {
  readonly userTasks: UserTasks;
  readonly assistantCheck: CheckTask;
  readonly sshCommand: string;
}

/**
 * What a stack's outputs say of the tasks that a command runs.
 * @param lacks what a stack without them has not got, for people
 * @param onHost the command of a host that does the same
 */
export function tasksOf<K extends "userTasks" | "assistantCheck">(
  stack: string,
  output: K,
  lacks: string,
  onHost: string,
): Outputs[K] {
  const outputs = outputsOf<Outputs>(stack, "plain");
  const tasks: Partial<Outputs>[K] = outputs[output];
  if (tasks !== undefined) return tasks;
  const { sshCommand } = outputs;
  throw new CliError(
    `The stack ${stack} has no ${lacks}.`,
    sshCommand === undefined ? [`make up STACK=${stack}`] : [`on the host: ${onHost}`, sshCommand],
  );
}

export interface TaskCommand {
  readonly stack: string;
  readonly words: readonly string[];
  /** They tell on standard error, and end when the command is interrupted. */
  readonly options: RunOptions;
  /** For the hint where AWS does not know it: set as soon as it is known. */
  cluster: string;
}

/**
 * The account that the stack's file names, as `make images` has it; where there is no such file, the shell's.
 * @throws CliError when the file has it encrypted
 */
function useAccountOf(stack: string): void {
  try {
    const config = readStackConfig(join(__dirname, "..", ".."), stack);
    const result = parseStack(rawSettings(config.values, config.secretKeys), stack);
    if ("parsed" in result) useAccount(result.parsed.aws.value, config);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
  }
}

/** Who AWS was asked as, and the ways to somebody whom it knows. */
function notKnown(error: Error): string {
  const { AWS_PROFILE: profile, AWS_ACCESS_KEY_ID: key } = process.env;
  const asked = profile
    ? `AWS_PROFILE ${profile}`
    : key
      ? `AWS_ACCESS_KEY_ID ${key}`
      : "no AWS_PROFILE, no AWS_ACCESS_KEY_ID";
  return `AWS does not know you (${asked}): ${error.message}`;
}

/** A command that runs tasks of a stack; `work` gives its exit code. */
export function taskCommand(work: (command: TaskCommand) => Promise<number>): void {
  const [stack = "sandbox", ...words] = process.argv.slice(2);
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      interrupt.abort();
    });
  }
  const say = (line: string): void => {
    console.error(line);
  };
  const command: TaskCommand = { stack, words, options: { say, interrupted: interrupt.signal }, cluster: "" };
  const withAccount = async () => {
    useAccountOf(stack);
    return work(command);
  };
  void withAccount()
    .catch((error: unknown) => {
      const message = notLoggedIn(error) ? notKnown(error) : textOf(error);
      say(message + accountHint(error, command.cluster));
      const hints = error instanceof CliError ? error.hint : notLoggedIn(error) ? loginHints : [];
      for (const line of hints) say(`    ${line}`);
      return error instanceof UsageError ? 2 : 1;
    })
    .then((code) => {
      process.exitCode = code;
    });
}
