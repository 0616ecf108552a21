import type { RunOptions } from "../../components/fargate/commands/run-task";
import type { Clients } from "../../components/fargate/diagnosis";
import type { UserTask } from "../../stacks/outputs/user-commands";
import { linesOf } from "../stack/task-log";

/** What an application answers: services/model/user-command.ts says it in full. */
export interface Answer {
  readonly result?: "added" | "exists" | "reset" | "absent" | "removed" | "refused";
  readonly role?: string;
  readonly reason?: string;
  readonly mailed?: boolean;
  readonly users?: readonly { readonly email: string; readonly name: string; readonly role: string }[];
}

const answer = /^users: (\{.*\})\s*$/;

/**
 * One request to one application, in a task of its own. What is in the request can be read in AWS by whoever may look at tasks
 * or CloudTrail, so no password is.
 */
export async function ask(clients: Clients, task: UserTask, request: object, options: RunOptions): Promise<Answer> {
  const environment = { USER_REQUEST: JSON.stringify(request) };
  const said = { purpose: "people", once: { environment, by: "make-user" }, last: answer };
  const lines = await linesOf(clients, task, said, options);
  return JSON.parse(lines.flatMap((line) => answer.exec(line)?.[1] ?? []).at(-1) ?? "{}") as Answer;
}
