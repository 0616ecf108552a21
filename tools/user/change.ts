import { hash } from "bcryptjs";
import { textOf, type Clients } from "../../components/fargate/diagnosis";
import type { UserTask, UserTasks } from "../../stacks/outputs/user-commands";
import { CliError } from "../cli-error";
import { notLoggedIn } from "../stack/cli";
import { table } from "../preview/table";
import type { RunOptions } from "../../components/fargate/commands/run-task";
import { ask, type Answer } from "./ask";
import { misuse, newPassword, type Wish } from "./request";

/** Where the lines go that are the result. */
export type Print = (line: string) => void;

function chosen({ applications }: UserTasks, { only }: Wish): readonly UserTask[] {
  const names = applications.map((a) => a.application);
  const wrong = only?.find((name) => !names.includes(name));
  if (wrong !== undefined) throw misuse(`--only: there is no ${wrong}. There are: ${names.join(" ")}`);
  return applications.filter((a) => only?.includes(a.application) ?? true);
}

/** One application after the other: the answers, and those that gave none. */
async function askAll(clients: Clients, tasks: readonly UserTask[], request: object, options: RunOptions) {
  const answers = new Map<string, Answer>();
  const failed: string[] = [];
  for (const task of tasks) {
    try {
      answers.set(task.application, await ask(clients, task, request, options));
    } catch (error) {
      if (notLoggedIn(error) && answers.size === 0) throw error;
      failed.push(task.application);
      options.say(textOf(error));
    }
  }
  return { answers, failed };
}

async function list(clients: Clients, tasks: readonly UserTask[], json: boolean, print: Print, options: RunOptions) {
  const { answers, failed } = await askAll(clients, tasks, { action: "list" }, options);
  const people = new Map<string, { name: string; applications: Record<string, string> }>();
  for (const [application, { users = [] }] of answers) {
    for (const { email, name, role } of users) {
      const person = people.get(email) ?? { name: "", applications: {} };
      people.set(email, {
        name: person.name || name,
        applications: { ...person.applications, [application]: role },
      });
    }
  }
  const all = [...people].sort(([a], [b]) => (a < b ? -1 : 1));
  const names = tasks.map((t) => t.application);
  if (json)
    print(
      JSON.stringify(
        all.map(([email, person]) => ({ email, ...person })),
        null,
        2,
      ),
    );
  else {
    const head = ["EMAIL", "NAME", ...names.map((n) => n.toUpperCase())];
    const rows = all.map(([email, p]) => [email, p.name, ...names.map((n) => p.applications[n] ?? "-")]);
    for (const line of table([head, ...rows])) print(line);
  }
  if (failed.length > 0) options.say(`not known: who is in ${failed.join(" ")}`);
  return failed.length === 0;
}

/** Does what was asked for, and tells it. @returns whether all of it was done */
export async function fulfil(
  clients: Clients,
  stack: UserTasks,
  wish: Wish,
  print: Print,
  options: RunOptions,
): Promise<boolean> {
  const tasks = chosen(stack, wish);
  const { action, email, name, role } = wish;
  if (action === "list") return list(clients, tasks, wish.json, print, options);
  if (action === "remove" && email === stack.administrator.toLowerCase()) {
    throw new CliError(`${email} is the administrator of the settings.`, [
      "set adminEmail to another address, make up, and then remove this one",
    ]);
  }
  // only its hash goes to AWS: of 25 random characters nobody finds the password
  const password = action === "remove" || stack.mail ? undefined : newPassword();
  const passwordHash = password === undefined ? undefined : await hash(password, 12);
  const request = { action, email, name, role, passwordHash };
  const { answers, failed } = await askAll(clients, tasks, request, options);
  const rows = tasks.map(({ application, url }) => {
    const answer = answers.get(application);
    return [application, answer?.result ?? "failed", answer?.role ?? "", answer?.reason ?? url];
  });
  for (const line of table(rows)) print(line);
  const which = (what: (answer: Answer) => boolean) =>
    [...answers].flatMap(([application, answer]) => (what(answer) ? [application] : [])).join(" ");
  const done = ({ result }: Answer) => result === "added" || result === "reset";
  const mailed = which((a) => done(a) && a.mailed === true);
  if (mailed !== "") {
    print(
      `A mail with a link went to ${email} from: ${mailed}. When it has run out: "Forgot password" on the login page.`,
    );
  }
  const shown = which((a) => done(a) && a.mailed !== true);
  if (shown !== "" && password !== undefined) {
    print(`Password of ${email} for ${shown}, shown this once: ${password}`);
    print("Pass it on by a safe way; they change it after the first login.");
  }
  const refused = which(({ result }) => result === "refused");
  if (refused !== "") options.say(`nothing was changed in: ${refused}`);
  if (failed.length > 0) {
    options.say(`failed in: ${failed.join(" ")}. The others are done: the same command again goes on where it stopped`);
  }
  return failed.length === 0 && refused === "";
}
