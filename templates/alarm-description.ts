import type { Language, Text } from "../services/model/types";
import { template } from "./text";

/** What stands between the meaning of an alarm and the addresses of its pages; the Lambda function for Slack reads the same file. */
const marks = JSON.parse(template("lambda/slack/contract.json")) as Readonly<
  Record<Language, { readonly runbookMark: string; readonly inSpanishMark?: string }>
>;

/** AWS's limit of a description, in characters. */
const longest = 1024;

/** `docs/es/runbooks.md`, from a page of `docs/runbooks`: in which order to look, and what each alarm asks for. */
function spanishPage(runbook: string): string | undefined {
  const folder = runbook.slice(0, runbook.lastIndexOf("/"));
  return folder.endsWith("docs/runbooks") ? folder.replace(/runbooks$/, "es/runbooks.md") : undefined;
}

/** Description of an alarm, as e-mails show it: what it means, where its runbook is read, and what there is of it in Spanish. */
export function alarmDescription(meaning: Text, runbook: string, language: Language): string {
  const { runbookMark, inSpanishMark } = marks[language];
  const text = `${meaning[language]}${runbookMark}${runbook}`;
  const spanish = spanishPage(runbook);
  const whole = inSpanishMark === undefined || spanish === undefined ? text : `${text}${inSpanishMark}${spanish}`;
  return whole.length <= longest ? whole : text;
}
