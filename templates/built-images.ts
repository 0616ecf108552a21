import { readdirSync } from "node:fs";
import { hasTemplate, owned, shortHash, template, templateFiles } from "./text";

/** An image that the project builds itself. */
export interface BuiltImage {
  /** As the catalogue names it: `localhost` is nobody's registry, so it cannot be mistaken for an upstream image. */
  readonly image: string;
  /** The application's folder of the release, with the Dockerfile: see `templatePath`. */
  readonly folder: string;
}

/**
 * The upstream image with a folder's files in it, for tasks that cannot install any. Its tag is made of the upstream's
 * tag and of everything that goes in (lock files, too): another content is another tag.
 */
export function builtImage(folder: string): BuiltImage {
  const base = /^ARG BASE=\S+:([\w.-]+)\s*$/m.exec(template(`${folder}/Dockerfile`))?.[1];
  if (base === undefined) throw new Error(`${folder}/Dockerfile does not begin with a pinned ARG BASE`);
  const files = templateFiles(folder).filter((file) => !file.includes("__pycache__"));
  const hash = shortHash(...files.flatMap((file) => [file, template(`${folder}/${file}`)]));
  return { image: `localhost/${folder}:${base}-${hash}`, folder };
}

/** Every image that is built and not copied. */
export const builtImages = (): readonly BuiltImage[] =>
  // of the applications, and what is nobody's
  [...owned(), ...readdirSync(__dirname)].filter((name) => hasTemplate(`${name}/Dockerfile`)).map(builtImage);
