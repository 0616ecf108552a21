import type { Catalogue } from "../../services/catalogue";
import type { Context } from "../../services/model/context";
import { required } from "../../settings/required";
import type { ReleaseFile } from "./archive";
import { applicationFiles, certificates, mountedFiles } from "./release";
import { shortHash } from "../text";

/** Files that Fargate's tasks mount, addressed by the hash of their content. */
export interface TaskFiles {
  readonly id: string;
  readonly files: Readonly<Record<string, ReleaseFile>>;
}

/** The files of a release that containers read, with the certificates of AWS's managed stores. */
export function renderTaskFiles(catalogue: Catalogue, context: Context): TaskFiles {
  const rendered: Record<string, string> = { ...applicationFiles(catalogue), ...certificates(context) };
  const files: Record<string, ReleaseFile> = {
    ...mountedFiles(catalogue, new Set(Object.keys(rendered))),
    ...Object.fromEntries(Object.entries(rendered).map(([path, text]) => [path, { text, mode: 0o644 }] as const)),
  };
  const paths = Object.keys(files).sort();
  return { id: shortHash(...paths.flatMap((path) => [path, required(files, path, "file").text])), files };
}
