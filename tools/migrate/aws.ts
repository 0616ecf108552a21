import { awsCli } from "../mirror/account";

/** A call of the AWS CLI in one account and region; the result is what it printed. */
export type Aws = (...words: readonly string[]) => Promise<string>;

export const awsIn =
  (region: string, profile: string | undefined): Aws =>
  (...words) =>
    awsCli([...words, "--region", region, "--output", "json"], profile);

/** What an operation answers; the type is the caller's word for it. */
export async function asked<T>(aws: Aws, ...words: readonly string[]): Promise<T> {
  return JSON.parse((await aws(...words)) || "{}") as T;
}

/** Milliseconds of a time in an answer: a text, or seconds where the CLI prints what came (`cli_timestamp_format = wire`). */
export const timeOf = (time: string | number): number => (typeof time === "number" ? time * 1000 : Date.parse(time));

/** How long things are waited for, and who hears of it. */
export interface Patience {
  readonly say: (line: string) => void;
  /** Seconds between two looks. @default 5 */
  readonly pause?: number;
  /** Seconds after which something counts as hung. @default 1800 */
  readonly patience?: number;
}

/**
 * Looks again and again until a look gives a result.
 * @throws Error that names what did not come in time
 */
export async function awaited<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { pause = 5, patience = 1800 }: Patience,
): Promise<T> {
  const began = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() - began > patience * 1000) throw new Error(`${what}: not after ${patience / 60} minutes.`);
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  }
}
