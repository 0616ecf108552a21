import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { nearest } from "../nearest";

const schema = z.strictObject({
  source: z.string(),
  asOf: z.string(),
  /** What the names of the commercial partition look like. */
  pattern: z.string(),
  regions: z.record(z.string(), z.string()),
  /** Services that are not everywhere -> where they are not. */
  without: z.record(
    z.string(),
    z.strictObject({ source: z.string(), instead: z.string(), regions: z.array(z.string()) }),
  ),
  partitions: z.array(z.strictObject({ begins: z.string(), name: z.string() })),
});

const list = schema.parse(JSON.parse(readFileSync(join(__dirname, "regions.json"), "utf8")));
const wellFormed = new RegExp(list.pattern);
const names = Object.keys(list.regions);

const unlisted = (name: string) =>
  `If AWS has it since then: pulumi config set aws:skipRegionValidation true, and ${name} is taken as it is`;

/** The region that somebody means: by its place, by one of its zones, by its spelling. */
function meant(text: string): string {
  const lower = text.trim().toLowerCase();
  const place = names.find((n) => lower.length > 3 && (list.regions[n] ?? "").toLowerCase().includes(lower));
  return place ?? nearest(lower, names);
}

/** `eu-west-1a` is a zone of eu-west-1, `us-east-1-bos-1a` one of us-east-1. */
const regionOfZone = (text: string): string | undefined =>
  names.find((n) => text.startsWith(n) && /^([a-z]|-[a-z]+-\d+[a-z]?)$/.test(text.slice(n.length)));

/**
 * What is wrong with the name of a region; undefined when nothing is.
 * @param anyWellFormed takes names that the list does not have: a region newer than it
 */
export function regionProblem(text: string, anyWellFormed = false): string | undefined {
  const partition = list.partitions.find((p) => text.startsWith(p.begins));
  if (partition !== undefined) {
    return `is a region of ${partition.name}, a partition of its own with other ARNs and without CloudFront as it is used here; the program is for the commercial regions only`;
  }
  if (names.includes(text)) return undefined;
  const region = regionOfZone(text);
  if (region !== undefined) return `is a zone, not a region; its region is ${region}`;
  if (!wellFormed.test(text)) return `is not the name of a region; did you mean ${meant(text)}?`;
  if (anyWellFormed) return undefined;
  return `is not among the regions of AWS as of ${list.asOf}; did you mean ${meant(text)}? ${unlisted(text)}`;
}

/** What else to do where AWS does not offer a service, as far as is known; undefined where it does. */
export function without(region: string, service: string): string | undefined {
  const known = list.without[service];
  if (known?.regions.includes(region) !== true) return undefined;
  return `${known.instead}. If AWS offers it there now: pulumi config set aws:skipRegionValidation true`;
}
