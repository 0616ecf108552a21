import { CliError } from "../cli-error";
import type { Progress, ProgressFile } from "./progress";
import type { Archive, Side } from "./side";

export interface Move {
  readonly from: Side;
  readonly to: Side;
  readonly progress: Pick<ProgressFile, "now" | "set" | "forget">;
  /** Of the source, the last that arrived first. */
  readonly archives: () => Promise<readonly Archive[]>;
  readonly say: (line: string) => void;
  /** @throws CliError when somebody does not want it */
  readonly confirm: (what: string, word: string) => Promise<void>;
}

/** The same command with other words. */
export const command = ({ from, to }: Pick<Move, "from" | "to">, words = ""): string =>
  `make migrate FROM=${from.stack} TO=${to.stack}${words === "" ? "" : ` ARGS=${words}`}`;

/** Where it stands, the last words of whatever ends before its end. */
export function standing(
  move: { readonly from: Pick<Side, "stack" | "opening">; readonly to: Pick<Side, "stack"> },
  { cutOver, released }: Progress,
): readonly string[] {
  const { from, to } = move;
  const made = (words: string) => `make migrate FROM=${from.stack} TO=${to.stack} ARGS=${words}`;
  if (released !== undefined) return [`${to.stack} has the data; ${from.stack} was released.`];
  if (cutOver === undefined) return [`${from.stack} works on as before. The same command goes on.`];
  if (cutOver.done !== undefined) {
    return [
      `${to.stack} has the data and serves since ${cutOver.done}. Back, without what is written since: ${made("--back")}`,
    ];
  }
  return [
    `${from.stack} IS IN MAINTENANCE since ${cutOver.since}: nobody can work there. Nothing of it is lost or changed.`,
    `On: ${made("--cut-over")}`,
    `Back to ${from.stack}: ${made("--back")}     or`,
    ...from.opening.map((line) => `    ${line}`),
  ];
}

const now = () => new Date().toISOString();
const minutes = (since: number) => Math.max(1, Math.round((Date.now() - since) / 60_000));

async function answering({ to, say }: Move): Promise<void> {
  const silent = await to.silent();
  if (silent.length === 0) return;
  for (const line of silent) say(`    ${line}`);
  throw new CliError(`Not everything of ${to.stack} answers.`, [
    "after the cause is gone, the same command looks again",
  ]);
}

async function load(move: Move, archive: Archive): Promise<void> {
  const { to, say } = move;
  say(
    `==> ${archive.stored.name} (${(archive.stored.bytes / 1e6).toFixed(1)} MB) into ${to.stack}, and every count compared`,
  );
  await to.take(archive);
}

/** What the target cannot take of the last archive; changes nothing of either side. */
export async function look(move: Move): Promise<readonly string[]> {
  const [last] = await move.archives();
  if (last === undefined) return [];
  move.say(`==> what ${move.to.stack} cannot take of ${last.stored.name}`);
  return move.to.refuses(last, move.progress.now.replaces === true);
}

/** The last archive into the target, while the source works on. */
export async function rehearse(move: Move, start: boolean): Promise<void> {
  const { from, to, progress, say } = move;
  if (progress.now.cutOver !== undefined) {
    throw new CliError(`${from.stack} was cut over already: a rehearsal would replace what ${to.stack} has since.`);
  }
  const [last] = await move.archives();
  if (last === undefined) throw new CliError(`There is no archive of ${from.stack} yet.`);
  const before = progress.now.rehearsed;
  if (before?.opened === true && before.archive === last.stored.name) {
    throw new CliError(`${to.stack} was opened with ${last.stored.name}, and has written since.`, [
      `a newer archive of ${from.stack} is needed: ecosystem backup on a host, of production the dump of the next night`,
    ]);
  }
  await move.confirm(
    `This ends every task of the applications in ${to.stack} and replaces its data by the archive's. ${from.stack} works on.`,
    to.stack,
  );
  const refused = await to.refuses(last, progress.now.replaces === true);
  if (refused.length > 0)
    throw new CliError(`Nothing was changed. ${refused.join("; ")}`, [
      "put it right in the source, save (ecosystem backup), and the same command goes on",
    ]);
  const began = Date.now();
  progress.set({ replaces: true });
  say(`==> ${to.stack} stops`);
  if (!(await to.closed())) await to.close(false);
  await load(move, last);
  progress.set({ rehearsed: { archive: last.stored.name, time: now() } });
  say(`${to.stack} has all of ${last.stored.name}: every count is equal. It took ${minutes(began)} minutes.`);
  if (start) {
    say(`==> ${to.stack} opens, to be looked at: what it sends is real`);
    progress.set({ rehearsed: { archive: last.stored.name, time: now(), opened: true } });
    await to.open();
    await answering(move);
  } else {
    say(`${to.stack} stays closed: two of the same would send twice. To look at it: ${command(move, "--start")}`);
  }
  say(`Next: ${command(move, "--cut-over")}`);
}

/** The archive of the moment when nothing is written any more. */
async function saved(move: Move): Promise<Archive> {
  const { from, progress, say } = move;
  const { since = now(), archive } = progress.now.cutOver ?? {};
  const before = await move.archives();
  const kept = before.find((a) => a.stored.name === archive);
  if (kept !== undefined) return kept;
  say(`==> ${from.stack} is saved`);
  const made = await from.save(since);
  // by their names: the clocks of three machines are no measure. What an earlier backup could not send arrives with it
  const found = (await move.archives()).find(({ stored: { name } }) =>
    made === undefined ? !before.some((b) => b.stored.name === name) : name === made,
  );
  if (found === undefined) {
    throw new CliError(`The backup of ${from.stack} did not arrive in S3.`, ["the same command goes on"]);
  }
  progress.set({ cutOver: { since, archive: found.stored.name } });
  return found;
}

/** The source stops, the target begins. */
export async function cutOver(move: Move): Promise<void> {
  const { from, to, progress, say } = move;
  if (progress.now.cutOver?.done !== undefined) {
    say(`The cut-over was done at ${progress.now.cutOver.done}.`);
    await answering(move);
    return;
  }
  if (progress.now.rehearsed === undefined) {
    throw new CliError("There was no rehearsal that ended with equal data.", [
      `${command(move)}     it changes nothing of ${from.stack}`,
    ]);
  }
  const began = Date.now();
  if (progress.now.cutOver === undefined) {
    await move.confirm(
      `Now ${from.stack} goes into maintenance: nobody can work until ${to.stack} has its data.`,
      to.stack,
    );
  }
  if (progress.now.cutOver?.loaded === undefined) {
    say(`==> ${to.stack} stops`);
    if (!(await to.closed())) await to.close(false);
    if (progress.now.cutOver === undefined) progress.set({ cutOver: { since: now() } });
    say(`==> ${from.stack} goes into maintenance`);
    // also where its applications are stopped: what was interrupted may still wait in a queue
    if (progress.now.cutOver?.archive === undefined || !(await from.closed())) await from.close(true);
    await load(move, await saved(move));
    const { since = now(), archive = "" } = progress.now.cutOver ?? {};
    progress.set({ cutOver: { since, archive, loaded: true } });
  }
  say(`==> ${to.stack} opens`);
  await to.open();
  await answering(move);
  const { since = "", archive = "" } = progress.now.cutOver ?? {};
  progress.set({ cutOver: { since, archive, loaded: true, done: now() } });
  say(
    `${to.stack} has all data of ${from.stack}, every count is equal, and it answers. It took ${minutes(began)} minutes.`,
  );
}

/** The source as before. What the target got meanwhile stays there, and is not taken along. */
export async function back(move: Move): Promise<void> {
  const { from, to, progress, say } = move;
  const { cutOver: cut, released } = progress.now;
  if (released !== undefined)
    throw new CliError(`${from.stack} was released at ${released}.`, [
      "its data is in its last backups: docs/restore.md",
    ]);
  // from its opening on it is written, also where it does not answer in full
  if (cut?.loaded !== undefined) {
    await move.confirm(
      `What was written in ${to.stack} since ${cut.done ?? "it was opened"} will not be in ${from.stack}. It stays in ${to.stack}, which stops.`,
      from.stack,
    );
  }
  say(`==> ${to.stack} stops, so that no two of the same send`);
  if (!(await to.closed())) await to.close(false);
  say(`==> ${from.stack} opens`);
  await from.open();
  const { rehearsed, replaces, counts } = progress.now;
  progress.forget();
  progress.set({
    ...(rehearsed === undefined ? {} : { rehearsed }),
    ...(replaces === undefined ? {} : { replaces }),
    // the target's are of before the move
    ...(counts === undefined ? {} : { counts }),
  });
  say(
    `${from.stack} works again, as it was${cut === undefined ? "" : ` at ${cut.since}`}. Names that were moved go back, too.`,
  );
}

/** The end of the way back. Deletes nothing. */
export function release(move: Move): void {
  const { from, to, progress, say } = move;
  if (progress.now.cutOver?.done === undefined) throw new CliError(`${to.stack} does not have the data yet.`);
  progress.set({ released: now() });
  say(`${from.stack} is not held ready any more. Nothing was deleted, and it is paid for until you do:`);
  say(`    make backup-key STACK=${from.stack}     # its archives outlive it for as long as they are locked`);
  say(`    pulumi config set -s ${from.stack} ai-ecosystem:deletionProtection false && make up STACK=${from.stack}`);
  say(`    make destroy STACK=${from.stack}`);
}
