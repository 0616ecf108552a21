import { spawnSync } from "node:child_process";
import { RunError } from "@pulumi/pulumi";
import { settingKeys } from "../../settings/keys";
import { isKnown } from "../../settings/problems";
import { rawSettings } from "../../settings/settings";
import { parseStack } from "../../stacks/read";
import { noCli } from "./cli";
import type { OfflineConfig } from "./offline-config";
import { placeholder } from "./placeholder";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The environments of Pulumi ESC that a stack's file takes settings from, by `environment:`: a list of names, each perhaps with
 * options, or an environment of the file's own with `imports` (https://www.pulumi.com/docs/esc/integrations/infrastructure/pulumi-iac/).
 */
export function environmentsOf({ environment }: Record<string, unknown>): string[] {
  const names = (list: unknown): string[] =>
    Array.isArray(list)
      ? list.flatMap((one: unknown) => (typeof one === "string" ? [one] : isRecord(one) ? Object.keys(one) : []))
      : [];
  if (!isRecord(environment)) return names(environment);
  return [...names(environment["imports"]), ...("values" in environment ? ["the one in the file"] : [])];
}

interface Shown {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret?: boolean;
}

/**
 * The settings with what their environments hold, as the CLI opens them; secrets stay with it.
 * @throws RunError with its last line when it cannot
 */
export function opened(folder: string, stack: string, config: OfflineConfig): OfflineConfig {
  const words = ["config", "--open", "--json", "--stack", stack, "--non-interactive"];
  const { status, stdout, stderr, error } = spawnSync("pulumi", words, { cwd: folder, encoding: "utf8" });
  if (error !== undefined) throw noCli();
  if (status !== 0) {
    const reason =
      (stderr as string | null)
        ?.trim()
        .split("\n")
        .at(-1)
        ?.replace(/^error: /, "") ?? "no pulumi CLI";
    throw new RunError(
      `The environments ${(config.environments ?? []).join(", ")} of Pulumi ESC cannot be opened: ${reason}\n` +
        `    pulumi login; pulumi config --open --stack ${stack}`,
    );
  }
  const shown = JSON.parse(stdout) as Readonly<Record<string, Shown>>;
  const values = { ...config.values };
  const secretKeys = new Set(config.secretKeys);
  const placeholders = new Set(config.placeholders);
  for (const [key, { value, secret }] of Object.entries(shown)) {
    // of the file's own secrets the placeholders are known, leaf by leaf
    if (secretKeys.has(key)) continue;
    if (secret === true) {
      secretKeys.add(key);
      placeholders.add(key);
      values[key] = placeholder(key);
    } else if (value !== undefined) values[key] = value;
  }
  return { ...config, values, secretKeys: [...secretKeys], placeholders: [...placeholders] };
}

const full = (key: string): string => (key.startsWith("aws:") ? key : `ai-ecosystem:${key}`);

/** Good beside whatever else the file has: a zone's id goes with each domain. */
const neutral: Readonly<Record<string, string>> = {
  domain: "desk.environment.test",
  hostedZone: "Z0123456789ABC",
  adminEmail: "ops@environment.test",
};

/** What stands in an environment's place where nothing can be opened: the stack's example has it, or the setting's own. */
function standIn(key: string, example: Readonly<Record<string, string>>): string | undefined {
  const given = neutral[key] ?? example[full(key)];
  if (given !== undefined) return given;
  return isKnown(key) ? settingKeys[key].example : undefined;
}

/**
 * The settings with something in place of each that is required and not in the file, as one of its environments must hold it.
 * What else the environments set is not known.
 * @param example values of a file that is whole, by full keys
 */
export function assumed(config: OfflineConfig, example: Readonly<Record<string, string>>): OfflineConfig {
  const values = { ...config.values };
  const taken: string[] = [];
  // one setting may require another: topology, then the domain
  for (;;) {
    const result = parseStack(rawSettings(values, config.secretKeys), config.stack);
    const missing = "problems" in result ? result.problems.filter((p) => p.message.startsWith("is required")) : [];
    const next = missing.flatMap(({ key }) => {
      const value = standIn(key, example);
      return value === undefined || full(key) in values ? [] : [[full(key), value] as const];
    });
    if (next.length === 0) return { ...config, values, assumed: taken };
    for (const [key, value] of next) {
      values[key] = value;
      taken.push(key);
    }
  }
}

/** What a preview without an account does not know of a stack, as a line; nothing where all stands in its file. */
export function unseen({ environments, assumed: keys = [], values }: OfflineConfig): string[] {
  if (environments === undefined) return [];
  const names = environments.join(", ");
  const stands = keys.map((key) => `${key} = ${values[key] ?? ""}`).join(", ");
  const instead = keys.length === 0 ? "" : ` In its place stands ${stands}: from an example, not from you.`;
  return [`Pulumi ESC (${names}) is not opened here, and what it sets is not in this preview.${instead}`];
}
