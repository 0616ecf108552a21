import type { ReleaseFile } from "./archive";

/** Longest line of base64. */
const width = 76;
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Files as a shell script that writes them below the folder it is given: for images that have a shell and coreutils but
 * no tar. The same files give the same text.
 */
export function shellArchive(files: Readonly<Record<string, ReleaseFile>>): string {
  const steps = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { text, mode }]) => {
      if (path.startsWith("/") || path.split("/").includes("..")) throw new Error(`${path} is outside the archive`);
      const folder = path.split("/").slice(0, -1).join("/");
      const lines =
        Buffer.from(text)
          .toString("base64")
          .match(new RegExp(`.{1,${width}}`, "g")) ?? [];
      return [
        ...(folder === "" ? [] : [`mkdir -p ${quoted(folder)}`]),
        `base64 -d >${quoted(path)} <<'END'`,
        ...lines,
        "END",
        `chmod ${mode.toString(8)} ${quoted(path)}`,
      ].join("\n");
    });
  return ["set -eu", "umask 022", 'cd "$1"', ...steps, ""].join("\n");
}
