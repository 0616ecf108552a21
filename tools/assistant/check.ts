import { awsClients, type Clients } from "../../components/fargate/diagnosis";
import type { RunOptions } from "../../components/fargate/commands/run-task";
import type { CheckTask } from "../../stacks/outputs/user-commands";
import { table } from "../preview/table";
import { UsageError } from "../cli-error";
import { taskCommand, tasksOf } from "../stack/task-command";
import { linesOf } from "../stack/task-log";

/** What the check says of one question; `wrong` is empty when all is as it should be. */
interface Verdict {
  readonly question: string;
  readonly action: string;
  readonly reply: string;
  readonly wrong: string;
}

const usage = ["make assistant-check STACK=prod                  # ARGS=--json"];
const last = /^checked: (\d+)$/;

/** Asks the assistant its examples in a task of its own, and tells what came of each. @returns how many went wrong */
export async function check(
  clients: Clients,
  task: CheckTask,
  json: boolean,
  print: (line: string) => void,
  options: RunOptions,
): Promise<number> {
  const said = {
    purpose: "the questions of assistant_examples, two calls of the model each",
    // 3: an answer is not as it should be
    once: { by: "make-assistant-check", results: [0, 3] },
    last,
  };
  const lines = await linesOf(clients, task, said, options);
  const verdicts = lines.flatMap((line) => {
    const [, verdict] = /^check: (\{.*)$/.exec(line) ?? [];
    return verdict === undefined ? [] : [JSON.parse(verdict) as Verdict];
  });
  const asked = Number(lines.flatMap((line) => last.exec(line)?.[1] ?? []).at(-1));
  if (verdicts.length !== asked)
    throw new Error(`of ${asked} answers ${verdicts.length} are in the log of ${task.job}`);
  const wrong = verdicts.filter((verdict) => verdict.wrong !== "").length;
  if (json) {
    print(JSON.stringify(verdicts, null, 2));
    return wrong;
  }
  const rows = verdicts.map((v) => [
    v.wrong === "" ? "ok" : "MISS",
    v.action,
    v.question.slice(0, 70),
    v.wrong.slice(0, 100),
  ]);
  for (const line of table(rows)) print(line);
  if (wrong === 0) print(`All ${asked} are as they should be.`);
  else options.say(`${wrong} of ${asked} are not as they should be. See docs/assistant.md`);
  return wrong;
}

if (require.main === module) {
  taskCommand(async (command) => {
    const { stack, words, options } = command;
    if (words.length > 1 || (words[0] ?? "--json") !== "--json") {
      throw new UsageError(`assistant-check takes --json or nothing, not ${words.join(" ")}`, usage);
    }
    const task = tasksOf(stack, "assistantCheck", "task that asks the assistant", "ecosystem assistant check");
    command.cluster = task.cluster;
    const print = (line: string): void => {
      console.log(line);
    };
    return (await check(awsClients(task.region), task, words.length > 0, print, options)) === 0 ? 0 : 3;
  });
}
