import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CliError } from "../cli-error";
import { stackOf } from "../stack/file";
import { changesOf } from "./changes";
import { newEntries } from "./changelog";
import { checkout, git, previewed } from "./checkout";

const usage = `usage: make update STACK=name [TO=version]

Fetches a newer version of this project, and shows what it would change of a stack, without an account: the entries of the
changelog, images, resources and cost, by previewing both. It merges nothing.
TO: a tag, branch or commit. Without it the newest version (tag v…) that is not here yet, else the remote's main branch.
The remote is "upstream" where there is one, else "origin".`;

/** Lines of a long list; the preview of either version has them all. */
const most = 30;

const say = (line: string): void => {
  console.log(line);
};

function block(title: string, lines: readonly string[], none: string): void {
  say(`\n${title}`);
  for (const line of lines.length === 0 ? [none] : lines.slice(0, most)) say(`    ${line}`);
  if (lines.length > most) say(`    ... and ${lines.length - most} more`);
}

/** The commit that is newer, and what it is called. */
function target(
  root: string,
  remote: string,
  to: string | undefined,
): { readonly name: string; readonly commit: string } {
  const commitOf = (name: string) => git(root, "rev-parse", "--verify", `${name}^{commit}`);
  if (to !== undefined) return { name: to, commit: commitOf(to) };
  const versions = git(root, "tag", "--list", "v*", "--sort=-version:refname", "--no-merged", "HEAD").split("\n");
  const [newest = ""] = versions;
  if (newest !== "") return { name: newest, commit: commitOf(newest) };
  const head = git(root, "ls-remote", "--symref", remote, "HEAD");
  const [, branch = "main"] = /^ref: refs\/heads\/(\S+)/m.exec(head) ?? [];
  return { name: `${remote}/${branch}`, commit: commitOf(`${remote}/${branch}`) };
}

function update(root: string, stack: string, to: string | undefined): void {
  if (stackOf(stack) === undefined) throw new CliError(`"${stack}" cannot be the name of a stack.`);
  const remotes = git(root, "remote").split("\n");
  const remote = remotes.includes("upstream") ? "upstream" : "origin";
  if (!remotes.includes(remote))
    throw new CliError("This checkout has no remote to fetch from.", ["git remote add upstream ADDRESS"]);
  say(`Fetching from ${remote} ...`);
  git(root, "fetch", "--quiet", "--tags", remote);
  const newer = target(root, remote, to);
  const ahead = git(root, "rev-list", "--count", `HEAD..${newer.commit}`);
  if (ahead === "0") {
    say(`Nothing newer: ${newer.name} (${newer.commit.slice(0, 8)}) is here already.`);
    return;
  }
  say(`${newer.name} (${newer.commit.slice(0, 8)}) has ${ahead} commits more. Previewing ${stack} with both ...`);
  const before = previewed(root, stack);
  const { folder, end } = checkout(root, newer.commit, say);
  try {
    const changes = changesOf(before, previewed(folder, stack));
    const changelog = (where: string) => readFileSync(join(where, "CHANGELOG.md"), "utf8");
    const entries = newEntries(changelog(root), changelog(folder)).map(({ kind, text }) => `${kind}: ${text}`);
    block("What it brings (CHANGELOG.md)", entries, "no entry");
    block("Images", changes.images, "the same");
    block("Resources", changes.resources, "the same");
    block("Cost", changes.cost, "the same");
  } finally {
    end();
  }
  say("\nNothing was merged. To take it:");
  say(`    git merge ${newer.name}`);
  say(`    make preview STACK=${stack}`);
  say(`    make diff STACK=${stack}        # what AWS would replace, which no preview without an account knows`);
  say(`    make up STACK=${stack}`);
}

function main(): number {
  try {
    const { values, positionals } = parseArgs({
      options: { to: { type: "string" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    if (values.help === true) say(usage);
    else update(process.cwd(), positionals[0] ?? "sandbox", values.to);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    if (error instanceof CliError) for (const line of error.hint) console.error(`    ${line}`);
    return 1;
  }
}

process.exitCode = main();
