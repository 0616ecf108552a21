import { createHash } from "node:crypto";

/** A pinned image, taken apart. */
export interface ImageRef {
  /** As it is pulled, e.g. `docker.example.com/acme/desk:2.42.5`. */
  readonly image: string;
  /** Without tag and digest, registry included, e.g. `docker.io/library/mongo`. */
  readonly upstream: string;
  /** Repository in the stack's own registry, below its prefix: the registry is left out for Docker Hub only. */
  readonly repository: string;
  /** Tag in the stack's own registry; it names one content for good. */
  readonly tag: string;
}

/** An image that cannot be mirrored, and why. */
export class ImageRefError extends Error {
  constructor(image: string, reason: string) {
    super(`image ${image === "" ? '""' : image}: ${reason}`);
    this.name = "ImageRefError";
  }
}

const dockerHub = "docker.io";
const hubAliases = new Set(["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"]);
const registryPattern = /^[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*(?::\d+)?$/;
const pathPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
/** ECR is narrower than Docker: one separator at a time, and no port. */
const ecrPattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
/** ECR allows 256; the prefix `ai-ecosystem/<stack>/` needs its share. */
const longestName = 130;

const isRegistry = (part: string): boolean => part.includes(".") || part.includes(":") || part === "localhost";

/** Cuts a tag or digest off; the colon of a registry's port is before a slash, so it stays. */
function cut(image: string): { name: string; tag: string | undefined; digest: string | undefined } {
  const [rest = "", digest, ...more] = image.split("@");
  if (more.length > 0) throw new ImageRefError(image, "has more than one digest");
  const colon = rest.indexOf(":", rest.lastIndexOf("/") + 1);
  return colon < 0
    ? { name: rest, tag: undefined, digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

/** Readable, and never the same for two repositories: official images go without `library`, Docker Hub without its name. */
function shownPath(registry: string, path: readonly string[]): readonly string[] {
  if (registry !== dockerHub) return [registry, ...path];
  const [first = ""] = path;
  if (first === "library" && path.length === 2) return path.slice(1);
  return isRegistry(first) ? [registry, ...path] : path;
}

/** A name that ECR takes. Where it had to be changed, a hash keeps it apart from every other. */
function ecrName(name: string): string {
  if (ecrPattern.test(name) && name.length <= longestName) return name;
  const plain = name
    .replace(/[^a-z0-9/]+/g, "-")
    .slice(0, longestName - 9)
    .replace(/[^a-z0-9]+$/, "");
  return `${plain}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/**
 * Where an upstream image lies in the stack's own registry. Two repositories never share a name, and a name never
 * depends on which other images there are.
 * @throws ImageRefError when the image is not pinned, or is no image.
 */
export function imageRef(image: string): ImageRef {
  const { name, tag, digest } = cut(image);
  const parts = name.split("/");
  const [first = ""] = parts;
  const hasRegistry = parts.length > 1 && isRegistry(first);
  const given = hasRegistry ? first.toLowerCase() : dockerHub;
  const registry = hubAliases.has(given) ? dockerHub : given;
  const path = hasRegistry ? parts.slice(1) : parts;
  if (!registryPattern.test(registry) || !path.every((p) => pathPattern.test(p))) {
    throw new ImageRefError(image, "is not the name of an image");
  }
  if (tag !== undefined && !tagPattern.test(tag)) throw new ImageRefError(image, "has a tag that is none");
  if (digest !== undefined && !digestPattern.test(digest)) throw new ImageRefError(image, "has a digest that is none");
  if (digest === undefined && (tag === undefined || tag === "latest")) {
    throw new ImageRefError(image, "is not pinned: it needs a tag other than latest, or a digest");
  }
  const full = registry === dockerHub && path.length === 1 ? ["library", ...path] : path;
  const shown = shownPath(registry, full);
  const hash = digest?.slice("sha256:".length);
  return {
    image,
    upstream: [registry, ...full].join("/"),
    repository: ecrName(shown.join("/")),
    // an index by tag and digest: the digest decides, so it is part of the tag
    tag: hash === undefined ? (tag ?? "") : tag === undefined ? `sha256-${hash}` : `${tag}-sha256-${hash.slice(0, 16)}`,
  };
}

/** The images by repository, both sorted, each once. */
export function repositoriesOf(images: readonly string[]): ReadonlyMap<string, readonly ImageRef[]> {
  const refs = [...new Set(images)].sort().map(imageRef);
  const names = [...new Set(refs.map((r) => r.repository))].sort();
  return new Map(names.map((name) => [name, refs.filter((r) => r.repository === name)]));
}

/** Name of a repository in ECR. */
export const repositoryName = (stack: string, repository: string): string =>
  `ai-ecosystem/${stack.toLowerCase()}/${repository}`;
