import { resolve } from "node:path";
import { inTurn, type Command } from "./measure";
import type { Line } from "./lines";

const program = (name: string): string => resolve("node_modules/.bin", name);

const preview = (stack: string, env: NodeJS.ProcessEnv = {}): Command => ({
  words: [program("tsx"), "tools/preview.ts", "--stack", stack],
  env,
});
/** Each file is transpiled again. */
const uncached = { TSX_DISABLE_CACHE: "1" };
const typeCheck: Command = { words: [program("tsc"), "--noEmit"] };

/** The offline preview of both stacks, against what it would be without being run transpiled from a cache. */
export async function offlineLines(rounds: number, progress: (round: number) => void): Promise<Line[]> {
  const subjects = [preview("sandbox"), preview("sandbox", uncached), preview("prod"), preview("prod", uncached)];
  const [sandbox = [], sandboxUncached = [], prod = [], prodUncached = [], types = []] = await inTurn(
    [...subjects, typeCheck],
    rounds,
    progress,
  );
  const cacheless = "with tsx's cache off";
  return [
    {
      what: "make preview",
      seconds: sandbox,
      against: { what: cacheless, seconds: sandboxUncached },
      budget: { seconds: 8 },
    },
    {
      what: "make preview STACK=prod",
      seconds: prod,
      against: { what: cacheless, seconds: prodUncached },
      budget: { seconds: 10 },
    },
    { what: "make preview STACK=prod", seconds: prod, against: { what: "the types' check alone", seconds: types } },
  ];
}
