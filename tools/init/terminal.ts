import * as clack from "@clack/prompts";
import type { CostEstimate } from "../../cost/types";
import { addressService, ownNetwork } from "./address";
import { valuesOf, type Answers } from "./answers";
import { priceLine } from "../price-line";
import { priceOf } from "./price";
import { priced, questions, wrong, type Question } from "./questions";

/** The person has had enough: Ctrl-C. */
export class Stopped extends Error {}

async function answered<T>(prompt: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await prompt;
  if (clack.isCancel(answer)) throw new Stopped();
  return answer as Exclude<T, symbol>;
}

/** Costs of what may be chosen, by the choice; that takes some seconds. */
async function costsOf(question: Question, answers: Answers, stack: string): Promise<Map<string, CostEstimate>> {
  const costs = new Map<string, CostEstimate>();
  if (question.priced !== true) return costs;
  const spin = clack.spinner();
  spin.start("Working out what it costs");
  for (const { value } of question.choices ?? []) {
    const cost = await priceOf(valuesOf({ ...answers, [question.flag]: value }), stack);
    if (cost !== undefined) costs.set(value, cost);
  }
  spin.stop(`USD a month, list prices of ${[...costs.values()][0]?.region ?? "AWS"}`);
  return costs;
}

/** A network of the machine's own, when the person wants it to be asked for, and takes it. */
async function askNetwork(): Promise<string | undefined> {
  const message = `May ${addressService} be asked which address this machine has in the internet?`;
  if (!(await answered(clack.confirm({ message })))) return undefined;
  const found = await ownNetwork();
  if (found === undefined) {
    clack.log.warn(`${addressService} did not say.`);
    return undefined;
  }
  return (await answered(clack.confirm({ message: `${found}: is that the network that may log in?` })))
    ? found
    : undefined;
}

export interface Asked {
  readonly answers: Answers;
  readonly cost: CostEstimate | undefined;
}

/**
 * Asks for what the flags have not said, in turn.
 * @throws Stopped
 */
export async function ask(given: Answers, stack: string): Promise<Asked> {
  let answers: Answers = given;
  let cost: CostEstimate | undefined;
  for (const { flag } of questions(given)) {
    // what is asked, and how, depends on the answers before
    const question = questions(answers).find((q) => q.flag === flag);
    if (question === undefined || question.asked?.(answers) === false) continue;
    const costs = await costsOf(question, answers, stack);
    if (!(flag in answers)) {
      const text = await askOne(question, answers, stack, cost, costs);
      answers = { ...answers, [flag]: text };
    }
    const text = answers[flag] ?? "";
    const now =
      costs.get(text) ?? (question.adds === true && text !== "" ? await priceOf(valuesOf(answers), stack) : undefined);
    if (now !== undefined && now.floorUsd !== cost?.floorUsd) clack.log.info(priceLine(now));
    cost = now ?? cost;
  }
  return { answers, cost };
}

async function askOne(
  question: Question,
  answers: Answers,
  stack: string,
  cost: CostEstimate | undefined,
  costs: ReadonlyMap<string, CostEstimate>,
): Promise<string> {
  const { flag, title, about, choices, suggested } = question;
  const suggestion = suggested?.(answers, cost);
  clack.log.message(about);
  if (choices !== undefined) {
    const options = choices.map((c) => ({ value: c.value, label: `${c.value}  ${priced(c, costs.get(c.value))}` }));
    return answered(
      clack.select({ message: title, options, ...(suggestion === undefined ? {} : { initialValue: suggestion }) }),
    );
  }
  if (flag === "ssh") {
    const found = await askNetwork();
    if (found !== undefined) return found;
  }
  const text = await answered(
    clack.text({
      message: title,
      ...(suggestion === undefined ? {} : { initialValue: suggestion }),
      validate: (value) => wrong(question, (value ?? "").trim(), answers, stack, cost),
    }),
  );
  return text.trim();
}

/** A secret, which is not shown. Empty when there is none. @throws Stopped */
export const askSecret = async (message: string, problem: (text: string) => string | undefined): Promise<string> =>
  (await answered(clack.password({ message, validate: (value) => problem((value ?? "").trim()) }))).trim();

/** @throws Stopped */
export const confirm = (message: string): Promise<boolean> => answered(clack.confirm({ message }));
export const intro = (text: string): void => {
  clack.intro(text);
};
