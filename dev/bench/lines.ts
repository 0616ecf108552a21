import { median, pairedRatio } from "./measure";

/** A line of the table: what was timed, and what it was timed against. */
export interface Line {
  readonly what: string;
  /** Seconds of each round. */
  readonly seconds: readonly number[];
  /** How often it happens within these seconds, for what is told as a rate. @default 1, told as a time */
  readonly operations?: number;
  readonly against?: { readonly what: string; readonly seconds: readonly number[] };
  /** At most so many seconds, or so many times as long as what it is timed against. */
  readonly budget?: { readonly seconds: number } | { readonly ratio: number };
}

/** What could not be measured here, and what stood in the way. */
export interface Missing {
  readonly what: string;
  readonly because: string;
}

export interface Result {
  readonly what: string;
  /** Medians; `seconds` of one operation. */
  readonly seconds: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly perSecond?: number;
  readonly against?: { readonly what: string; readonly seconds: number };
  readonly ratio?: number;
  readonly budget?: Line["budget"];
  readonly withinBudget?: boolean;
  readonly rounds: readonly number[];
  readonly roundsAgainst?: readonly number[];
}

/** The figures of a line. */
export function resultOf(line: Line): Result {
  const { what, operations, against, budget } = line;
  const each = line.seconds.map((seconds) => seconds / (operations ?? 1));
  const seconds = median(each);
  const ratio = against === undefined ? undefined : pairedRatio(line.seconds, against.seconds);
  const within = (limit: NonNullable<Line["budget"]>) =>
    "seconds" in limit ? seconds <= limit.seconds : (ratio ?? Infinity) <= limit.ratio;
  return {
    what,
    seconds,
    fastest: Math.min(...each),
    slowest: Math.max(...each),
    ...(operations === undefined ? {} : { perSecond: 1 / seconds }),
    ...(against === undefined ? {} : { against: { what: against.what, seconds: median(against.seconds) } }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(budget === undefined ? {} : { budget, withinBudget: within(budget) }),
    rounds: line.seconds,
    ...(against === undefined ? {} : { roundsAgainst: against.seconds }),
  };
}

const inSeconds = (seconds: number): string =>
  seconds >= 1 ? `${seconds.toFixed(1)} s` : `${(seconds * 1000).toFixed(seconds >= 0.1 ? 0 : 1)} ms`;

const figure = ({ seconds, perSecond }: Result): string =>
  perSecond === undefined ? inSeconds(seconds) : `${perSecond.toFixed(0)}/s`;

function spread({ fastest, slowest, perSecond }: Result): string {
  if (perSecond !== undefined) return `${(1 / slowest).toFixed(0)} - ${(1 / fastest).toFixed(0)}/s`;
  return `${inSeconds(fastest)} - ${inSeconds(slowest)}`;
}

function budgetText({ budget, withinBudget }: Result): string {
  if (budget === undefined) return "";
  const limit = "seconds" in budget ? `${budget.seconds} s` : `ratio ${budget.ratio}`;
  return `<= ${limit}  ${withinBudget === true ? "kept" : "MISSED"}`;
}

/** Cells of the table, its head first. */
export const cells = (results: readonly Result[]): string[][] => [
  ["what", "median", "fastest - slowest", "against", "its median", "ratio", "budget"],
  ...results.map((result) => [
    result.what,
    figure(result),
    spread(result),
    result.against?.what ?? "",
    result.against === undefined ? "" : inSeconds(result.against.seconds),
    result.ratio?.toFixed(2) ?? "",
    budgetText(result),
  ]),
];
