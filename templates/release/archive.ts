import { pack } from "tar-stream";

/** A file of a release. */
export interface ReleaseFile {
  readonly text: string;
  /** Permissions, e.g. 0o644. */
  readonly mode: number;
}

/**
 * A release as one text: base64 of a tar, for the standard input of a command.
 * The same files give the same bytes (sorted names, no times, owner root; not compressed, as zlib's bytes
 * differ between versions of Node and would push an unchanged release again).
 */
export async function archive(files: Readonly<Record<string, ReleaseFile>>): Promise<string> {
  const tar = pack();
  for (const [name, file] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    tar.entry({ name, mode: file.mode, mtime: new Date(0), uid: 0, gid: 0 }, file.text);
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString("base64");
}
