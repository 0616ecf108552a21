import "./preview/strict";
import { parseArgs } from "node:util";
import { settingKeys } from "../settings/keys";
import { describeProblems } from "../settings/problems";
import { CliError } from "./cli-error";
import { parse, valuesOf, type Answers } from "./init/answers";
import { ownNetwork } from "./init/address";
import { refuseExisting, writeStackFile } from "./init/file";
import { priceOf } from "./init/price";
import { questions, wrong } from "./init/questions";
import { commandOf, hand, makeStack, secretsOf, type Later } from "./init/secrets";
import { ask, askSecret, confirm, intro, Stopped } from "./init/terminal";
import { priceLine } from "./price-line";
import { ownFile, stackOf } from "./stack/file";

const flags = questions({}).map((q) => q.flag);
const usage = `usage: make init STACK=name ARGS='--flag value ...'

Makes the settings file of a stack. On a terminal it asks for what no flag says; without one the flags are all.
Needs no account; nothing leaves the machine, but for the look-up of \`--ssh auto\`.

${questions({})
  .map((q) => `  --${q.flag.padEnd(12)} ${q.about}`)
  .join("\n")}
  --force        also where the file is there: the settings above anew, all others stay
"none" is an answer where one may be left out; --ssh auto looks this machine's public address up.`;

interface Given {
  readonly name: string;
  readonly answers: Answers;
  readonly force: boolean;
}

function given(): Given | undefined {
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: "string" as const }]));
  const parsed = parseArgs({
    options: { ...options, force: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  const { positionals } = parsed;
  const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values;
  if (values["help"] === true) return undefined;
  const [name = "sandbox", ...more] = positionals;
  if (more.length > 0) throw new CliError(`What is ${more.join(" ")}?`, [usage]);
  const answers = Object.entries(values).flatMap(([flag, text]) =>
    typeof text === "string" ? [[flag, text === "none" && flag !== "model" ? "" : text.trim()]] : [],
  );
  return { name, answers: Object.fromEntries(answers) as Answers, force: values["force"] === true };
}

/** What the flags say that is wrong, and without a terminal also what they leave out, all at once. */
function checkFlags(answers: Answers, stack: string, all: boolean): void {
  const problems = questions(answers)
    .filter((q) => q.asked?.(answers) !== false && (all || q.flag in answers))
    .flatMap((q) => {
      const text = answers[q.flag] ?? "";
      const message = wrong(q, text, answers, stack, undefined);
      return message === undefined ? [] : [`- --${q.flag}${text === "" ? "" : ` ${text}`}: ${message}`];
    });
  if (problems.length > 0)
    throw new CliError(["These answers will not do:", ...problems].join("\n"), ["make init ARGS=--help"]);
}

const keySetting = (model: string) => `${model}ApiKey` as "openaiApiKey";

/** What the CLI sets once the file is there: secrets, asked for where it can take them. */
async function laterSettings(answers: Answers, canTake: boolean): Promise<Later[]> {
  const secret = async (key: string, title: string, problem: (text: string) => string | undefined): Promise<Later> => {
    const value = canTake ? await askSecret(`${title} (empty: later)`, problem) : "";
    return { key, secret: true, ...(value === "" ? {} : { value }) };
  };
  const later: Later[] = [];
  const { model = "none", "smtp-user": user = "" } = answers;
  if (model !== "none") {
    later.push(
      await secret(`ai-ecosystem:${keySetting(model)}`, `API key of ${model}`, (text) => {
        const result = settingKeys[keySetting(model)].schema.safeParse(text);
        return text === "" || result.success ? undefined : result.error.issues[0]?.message;
      }),
    );
  }
  if (user !== "" && (answers["smtp-host"] ?? "") !== "") {
    later.push(await secret("ai-ecosystem:smtp.password", "Password at the mail server", () => undefined));
    later.push({ key: "ai-ecosystem:smtp.user", secret: false, value: user });
  }
  return later;
}

/** Sets what the CLI takes; the commands that are left to be typed. */
function setLater(folder: string, name: string, later: readonly Later[]): string[] {
  const left: string[] = [];
  for (const one of later) {
    // a login without its password is refused: both, or neither
    const refused = one.value === undefined || left.length > 0 ? "" : hand(folder, one, name);
    if (refused === undefined) {
      console.log(`Set ${one.key}${one.secret ? ", encrypted" : ""}.`);
      continue;
    }
    if (refused !== "") console.log(`pulumi did not take ${one.key}: ${refused}`);
    left.push(commandOf(one, name));
  }
  return left;
}

async function init({ name, answers: flagsGiven, force }: Given): Promise<void> {
  const stack = stackOf(name);
  if (stack === undefined) throw new CliError(`"${name}" cannot be the name of a stack.`);
  const folder = process.cwd();
  refuseExisting(folder, stack, force);
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  let answers = flagsGiven;
  if (answers["ssh"] === "auto") {
    const found = await ownNetwork();
    if (found === undefined)
      throw new CliError("This machine's public address could not be looked up.", ["--ssh ADDRESS/32"]);
    console.log(`This machine's network: ${found}`);
    answers = { ...answers, ssh: found };
  }
  checkFlags(answers, name, !terminal);
  if (terminal) {
    intro(`Settings of the stack ${stack}, for ${ownFile(stack)}. Ctrl-C stops, and nothing is written.`);
    ({ answers } = await ask(answers, name));
  }
  const values = valuesOf(answers);
  const result = parse(values, name);
  if ("problems" in result) throw new CliError(describeProblems(result.problems, name));
  const wanted = (answers["model"] ?? "none") !== "none" || (answers["smtp-user"] ?? "") !== "";
  const state = wanted ? secretsOf(folder, name) : "ready";
  const make =
    terminal &&
    state === "to be made" &&
    (await confirm(`Make the stack ${name} where pulumi is logged in, to keep its secrets?`));
  const later = await laterSettings(answers, terminal && (state === "ready" || make));
  if (terminal && !(await confirm(`Write ${ownFile(stack)}?`))) throw new Stopped();

  writeStackFile(folder, stack, values, force);
  console.log(`Wrote ${ownFile(stack)}; git leaves it alone.`);
  const refused = make ? makeStack(folder, name) : undefined;
  if (refused !== undefined) console.log(`pulumi did not make the stack: ${refused}`);
  const left = refused === undefined ? setLater(folder, name, later) : later.map((l) => commandOf(l, name));
  const cost = await priceOf(values, name);
  if (cost !== undefined) console.log(priceLine(cost));
  if (left.length > 0) {
    console.log(`Left to set${typeof state === "object" ? `, as ${state.why}` : ""}:`);
    if (typeof state === "object") console.log("    pulumi login");
    if (state !== "ready" && (!make || refused !== undefined)) console.log(`    pulumi stack init ${name}`);
    for (const command of left) console.log(`    ${command}`);
  }
  console.log(`Next: make preview STACK=${name}`);
}

async function main(): Promise<number> {
  try {
    const asked = given();
    if (asked === undefined) console.log(usage);
    else await init(asked);
    return 0;
  } catch (error) {
    if (error instanceof Stopped) {
      console.error("Stopped; nothing was written.");
      return 130;
    }
    if (error instanceof CliError) {
      for (const line of [error.message, ...error.hint.map((h) => `    ${h}`)]) console.error(line);
      return 1;
    }
    // an option that parseArgs does not know
    if (error instanceof TypeError && "code" in error) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    throw error;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
