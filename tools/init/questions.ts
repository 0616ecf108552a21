import type { CostEstimate } from "../../cost/types";
import { belowFloor } from "../preflight/checks/budget";
import { usd } from "../preview/table";
import { problemOf, valuesOf, type Answers } from "./answers";

export interface Choice {
  readonly value: string;
  readonly hint: string;
}

/** One thing to decide; the answer is a text, of a flag or of a person. */
export interface Question {
  readonly flag: string;
  /** The setting that the answer is checked as. */
  readonly key: string;
  readonly title: string;
  /** One line: what it is for. */
  readonly about: string;
  readonly choices?: readonly Choice[];
  /** Each choice gets its monthly cost. */
  readonly priced?: true;
  /** An answer adds to the monthly cost. */
  readonly adds?: true;
  readonly asked?: (a: Answers) => boolean;
  /** Whether the stack cannot do without it. */
  readonly required?: (a: Answers) => boolean;
  readonly suggested?: (a: Answers, cost: CostEstimate | undefined) => string | undefined;
  /** What is wrong beside the setting's own problem. */
  readonly also?: (text: string, cost: CostEstimate | undefined) => string | undefined;
}

const fargate = ({ topology }: Answers): boolean => topology === "fargate";
const has = (flag: string) => (a: Answers) => (a[flag] ?? "") !== "";
/** Above what is always paid and a quiet month, by a fifth, in tens of dollars. */
const roomy = ({ floorUsd, usageMinUsd }: CostEstimate): string =>
  String(Math.ceil(((floorUsd + usageMinUsd) * 1.2) / 10) * 10);

const hostSizes: readonly Choice[] = [
  { value: "t3.small", hint: "2 GB: a demo for 3 to 5 people" },
  { value: "t3.medium", hint: "4 GB: the honest minimum" },
  { value: "t3.large", hint: "8 GB: room for peaks" },
  { value: "t4g.medium", hint: "4 GB, ARM" },
  { value: "t4g.large", hint: "8 GB, ARM" },
];
const profiles: readonly Choice[] = [
  { value: "economy", hint: "the cheapest that is still highly available" },
  { value: "standard", hint: "room to grow" },
];

/** The questions in the order in which they are asked. */
export const questions = (a: Answers): readonly Question[] => [
  {
    flag: "topology",
    key: "ai-ecosystem:topology",
    title: "What shall it be?",
    about: "the same applications either way; it can be switched later, which makes everything anew",
    choices: [
      { value: "host", hint: "one EC2 host with everything on it, for a small team or to begin with" },
      { value: "fargate", hint: "highly available production in two zones; needs a domain in Route 53" },
    ],
    required: () => true,
  },
  {
    flag: "region",
    key: "aws:region",
    title: "AWS region",
    about: "where machines and data are, e.g. eu-central-1; moving to another later is a new installation",
    required: () => true,
  },
  {
    flag: "size",
    key: fargate(a) ? "ai-ecosystem:costProfile" : "ai-ecosystem:instanceType",
    title: fargate(a) ? "Sizes of the managed stores" : "Size of the host",
    about: fargate(a)
      ? "databases and how much is measured"
      : "memory decides; it can be changed later in some minutes",
    choices: fargate(a) ? profiles : hostSizes,
    priced: true,
    suggested: () => (fargate(a) ? "standard" : "t3.medium"),
  },
  {
    flag: "domain",
    key: "ai-ecosystem:domain",
    title: fargate(a) ? "Domain" : "Domain (empty: none)",
    about: fargate(a)
      ? "one of its own, e.g. support.acme.com; the applications get names below it"
      : "e.g. support.acme.com, with names below it; without one they get addresses of sslip.io, good for a trial",
    required: fargate,
  },
  {
    flag: "hosted-zone",
    key: "ai-ecosystem:hostedZone",
    title: fargate(a) ? "Hosted zone in Route 53" : "Hosted zone in Route 53 (empty: none)",
    about: fargate(a)
      ? "name or id of the zone that has the domain, e.g. acme.com"
      : "name or id of the zone that gets the records; without one you make them where the domain is",
    adds: true,
    asked: has("domain"),
    required: fargate,
  },
  {
    flag: "admin-email",
    key: "ai-ecosystem:adminEmail",
    title: "Address of the administrator",
    about: "login of the first administrators, and Let's Encrypt's contact",
    required: () => true,
  },
  {
    flag: "ssh",
    key: "ai-ecosystem:sshAllowedCidrs",
    title: "Networks that may log in by SSH",
    about: "your office or home, e.g. 198.51.100.7/32; each `make up` comes from there, too",
    asked: (answers) => !fargate(answers),
    required: () => true,
  },
  {
    flag: "smtp-host",
    key: "ai-ecosystem:smtp.host",
    title: "Mail server (SMTP; empty: none)",
    about: "sends replies, invitations and forgotten passwords; without it passwords are shown to you instead",
  },
  {
    flag: "smtp-port",
    key: "ai-ecosystem:smtp.port",
    title: "Its port",
    about: "587 with STARTTLS, or 465 with TLS",
    asked: has("smtp-host"),
    suggested: () => "587",
  },
  {
    flag: "smtp-from",
    key: "ai-ecosystem:smtp.from",
    title: "Sender of the mails",
    about: "an address, or Name <address>, that the server lets you send as",
    asked: has("smtp-host"),
    required: () => true,
  },
  {
    flag: "smtp-user",
    key: "ai-ecosystem:smtp.user",
    title: "Login at the mail server (empty: none)",
    about: "its password is kept encrypted",
    asked: has("smtp-host"),
  },
  {
    flag: "model",
    key: "model",
    title: "Language model",
    about: "whose API key you have: it answers first and hands over to people; without one people answer everything",
    choices: [
      { value: "none", hint: "later, or never" },
      { value: "openai", hint: "OpenAI" },
      { value: "anthropic", hint: "Anthropic" },
      { value: "google", hint: "Google Gemini" },
      { value: "openrouter", hint: "OpenRouter" },
    ],
  },
  {
    flag: "alert-email",
    key: "ai-ecosystem:alertEmail",
    title: "Address for alarms (empty: nobody)",
    about: "AWS sends a link there that has to be followed before the first alarm arrives",
    adds: true,
    suggested: (answers) => answers["admin-email"],
  },
  {
    flag: "budget",
    key: "ai-ecosystem:monthlyBudgetUsd",
    title: "Monthly budget in USD (empty: none)",
    about: "AWS warns that address at 80 and 100 % of it",
    asked: has("alert-email"),
    suggested: (_, cost) => (cost === undefined ? undefined : roomy(cost)),
    also: (text, cost) => (cost === undefined ? undefined : belowFloor(Number(text), cost.floorUsd)),
  },
];

/** What is wrong with an answer; undefined when nothing is. */
export function wrong(
  question: Question,
  text: string,
  answers: Answers,
  stack: string,
  cost: CostEstimate | undefined,
): string | undefined {
  const { flag, key, choices, required, also } = question;
  if (text === "") return required?.(answers) === true ? "is required" : undefined;
  // a size that is not offered may still be one that the program takes
  if (choices !== undefined && question.priced !== true && !choices.some((c) => c.value === text)) {
    return `is none of ${choices.map((c) => c.value).join(", ")}`;
  }
  return problemOf(key, valuesOf({ ...answers, [flag]: text }), stack) ?? also?.(text, cost);
}

export const priced = (choice: Choice, cost: CostEstimate | undefined): string =>
  cost === undefined ? choice.hint : `${usd(cost.floorUsd)} a month; ${choice.hint}`;
