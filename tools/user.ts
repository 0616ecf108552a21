import { accountHint, awsClients, textOf } from "../components/fargate/diagnosis";
import type { UserTasks } from "../stacks/outputs/user-commands";
import { CliError } from "./cli-error";
import { outputsOf } from "./stack/outputs";
import { fulfil } from "./user/change";
import { UsageError, wishOf } from "./user/request";

/** What the stack's outputs say of people. */
function userTasksOf(stack: string): UserTasks {
  const { userTasks, sshCommand } = outputsOf<{ userTasks: UserTasks; sshCommand: string }>(stack, "plain");
  if (userTasks !== undefined) return userTasks;
  throw new CliError(
    `The stack ${stack} has no tasks for people.`,
    sshCommand === undefined ? [`make up STACK=${stack}`] : ["on the host: ecosystem user", sshCommand],
  );
}

async function main(): Promise<number> {
  const [stack = "sandbox", ...words] = process.argv.slice(2);
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      interrupt.abort();
    });
  }
  let cluster = "";
  try {
    const wish = wishOf(words);
    const tasks = userTasksOf(stack);
    cluster = tasks.applications[0]?.cluster ?? "";
    const well = await fulfil(
      awsClients(tasks.region),
      tasks,
      wish,
      (line) => {
        console.log(line);
      },
      {
        say: (line) => {
          console.error(line);
        },
        interrupted: interrupt.signal,
      },
    );
    return well ? 0 : 1;
  } catch (error) {
    console.error(textOf(error) + accountHint(error, cluster));
    if (error instanceof CliError) for (const line of error.hint) console.error(`    ${line}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

if (require.main === module) {
  void main().then((code) => {
    process.exitCode = code;
  });
}
