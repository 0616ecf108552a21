import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { textOf } from "../../components/fargate/diagnosis";
import { CliError } from "../cli-error";
import { hintFor, ProgramError } from "../mirror/programs";
import { storedIn } from "../restore/source";
import { makeUp, takeSecretsOver, tool } from "../restore/target";
import { loginOf } from "../stack/ssh";
import { awsIn, type Patience } from "./aws";
import { check, planLines } from "./checks";
import { factsOf, present, type Facts } from "./facts";
import { HostSide } from "./host";
import { aboutNames, namesAsked, resolver } from "./names";
import { ProductionSide } from "./production";
import { ProgressFile } from "./progress";
import { usage, wishOf, type Wish } from "./request";
import type { Side } from "./side";
import { back, command, cutOver, look, rehearse, release, standing, type Move } from "./steps";

const root = join(__dirname, "..", "..");
const say = (line: string): void => {
  console.log(line);
};

function sideOf(facts: Facts, progress: ProgressFile): Side {
  if (facts.topology === "host") {
    const login = loginOf(facts.outputs);
    if (login === undefined)
      throw new CliError(`The stack ${facts.stack} has no host.`, [`make up STACK=${facts.stack}`]);
    return new HostSide(facts.stack, login);
  }
  const patience: Patience = { say };
  return new ProductionSide(facts, awsIn(facts.region, facts.profile), patience, {
    get: () => progress.now.counts?.[facts.stack] ?? {},
    keep: (counts) => {
      progress.set({ counts: { ...progress.now.counts, [facts.stack]: counts } });
    },
  });
}

async function confirm(yes: boolean, what: string, word: string): Promise<void> {
  say(what);
  if (yes) return;
  if (!process.stdin.isTTY)
    throw new CliError("There is nobody to ask.", ["ARGS=--yes, beside the other words in quotes"]);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    if ((await terminal.question(`Type '${word}' to go on: `)) !== word) throw new CliError("Nothing was changed.");
  } finally {
    terminal.close();
  }
}

/** A stack that is not there yet: with the source's keys from its first release on. */
function make(from: Facts, to: Facts, yes: boolean): void {
  const generated = from.outputs.generatedSecrets ?? {};
  say(`==> ${to.stack} is made`);
  takeSecretsOver(to.stack, { secretOf: (id) => generated[id], told: from.stack }, to.secrets);
  const images =
    to.topology === "host" || (tool("pulumi.ts", to.stack, "repositories") && tool("mirror.ts", "--stack", to.stack));
  if (!images || !makeUp(to.stack, yes))
    throw new CliError(`The stack ${to.stack} was not made; nothing was moved yet.`, ["the same command goes on"]);
}

const archivesOf =
  (from: Facts): Move["archives"] =>
  async () => {
    const backups = present(from, "backups");
    return (await storedIn(backups, from.profile)).map((stored) => ({ stored, backups, profile: from.profile }));
  };

async function tellNames(from: Facts, to: Facts): Promise<void> {
  const [theirs, ours] = [from, to].map((facts) => facts.pages.map((p) => p.name));
  const same = theirs?.some((name) => ours?.includes(name)) === true;
  const lines = aboutNames(await namesAsked(theirs ?? [], resolver()), same);
  if (lines.length > 0) say("\nNames");
  for (const line of lines) say(`    ${line}`);
  if (same && to.made) {
    const target = to.outputs.cloudFrontDomain ?? to.outputs.albDnsName ?? to.outputs.publicIp ?? "?";
    say(
      `    After the cut-over they lead to ${target}: in a zone that the stacks manage, hostedZone leaves ${from.stack}'s settings (make up), then comes into ${to.stack}'s.`,
    );
  }
}

/** The end, in whatever way. */
let last = (): readonly string[] => [];

async function migrate(wish: Wish): Promise<number> {
  const { what, yes } = wish;
  const progress = new ProgressFile(root, wish.from, wish.to);
  const from = await factsOf(wish.from, wish.profile);
  let to = await factsOf(wish.to, undefined);
  const stored = from.outputs.backups === undefined ? [] : await storedIn(from.outputs.backups, from.profile);
  const { problems, notes } = await check(from, to, stored);
  for (const line of planLines(from, to, stored[0])) say(line);
  for (const line of notes) say(`note: ${line}`);
  if (what === "plan" || what === "cut-over") await tellNames(from, to);
  // a source in maintenance, or a host that is down, must not stand against the way back
  if (problems.length > 0 && what !== "back" && what !== "release") {
    throw new CliError("To put right first:", problems);
  }
  if (!to.made) {
    if (what === "plan") return 0;
    make(from, to, yes);
    to = await factsOf(wish.to, undefined);
  }
  const move: Move = {
    from: sideOf(from, progress),
    to: sideOf(to, progress),
    progress,
    archives: archivesOf(from),
    say,
    confirm: (words, word) => confirm(yes, words, word),
  };
  last = () => standing(move, progress.now);
  if (what === "plan") {
    const refused = await look(move);
    for (const line of refused) say(line);
    if (refused.length === 0) say(`Nothing stands against it. Next: ${command(move)}`);
    last = () => [];
    return refused.length === 0 ? 0 : 1;
  }
  if (what === "rehearse") await rehearse(move, wish.start);
  if (what === "cut-over") await cutOver(move);
  if (what === "back") await back(move);
  if (what === "release") release(move);
  for (const line of what === "cut-over" ? last() : []) say(line);
  return 0;
}

function hintOf(error: unknown): readonly string[] {
  if (error instanceof CliError) return error.hint;
  return error instanceof ProgramError ? hintFor(error.output) : [];
}

async function main(): Promise<number> {
  const end = () => {
    console.error("\ninterrupted. A task that runs in AWS goes on, and the same command waits for it.");
    for (const line of last()) console.error(line);
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  try {
    const wish = wishOf(process.argv.slice(2));
    if (wish === undefined) {
      console.error(usage);
      return process.argv.includes("--help") ? 0 : 2;
    }
    return await migrate(wish);
  } catch (error) {
    console.error(textOf(error));
    for (const line of hintOf(error)) console.error(`    ${line}`);
    for (const line of last()) console.error(line);
    return 1;
  }
}

if (require.main === module) {
  void main().then((code) => {
    process.exitCode = code;
  });
}
