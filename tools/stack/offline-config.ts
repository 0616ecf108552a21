import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { suggestion } from "../../settings/nearest";
import { assumed, environmentsOf, opened } from "./environments";
import { exampleFile, findStackFile, type StackFile } from "./file";
import { placeholder } from "./placeholder";

/** The configuration of a stack, as the engine would hand it to the program. */
export interface OfflineConfig {
  readonly project: string;
  readonly stack: string;
  /** Full key -> text; lists and objects as JSON. */
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** Encrypted values that a placeholder stands for, e.g. `ai-ecosystem:smtp.password`. */
  readonly placeholders: readonly string[];
  /** Environments of Pulumi ESC that the file names. @default none */
  readonly environments?: readonly string[];
  /** Settings that stand in for those of an environment which nobody has opened. @default none */
  readonly assumed?: readonly string[];
  /** The file of the project's examples that these are: the stack has none of its own yet. */
  readonly example?: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value that `pulumi config set --secret` has written. */
const isEncrypted = (value: unknown): value is { secure: string } =>
  isRecord(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;

function readYaml(folder: string, name: string): Record<string, unknown> {
  let document: unknown;
  try {
    const text = readFileSync(join(folder, name), "utf8");
    document = text.trim() === "" ? {} : load(text, { filename: name });
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new pulumi.RunError(`${name} is not valid YAML: ${reason}`);
  }
  if (document === undefined || document === null) return {};
  if (!isRecord(document)) throw new pulumi.RunError(`${name} must hold keys and values, as in "config:"`);
  return document;
}

function configOf(document: Record<string, unknown>, name: string): Record<string, unknown> {
  const config = document["config"] ?? {};
  if (!isRecord(config)) throw new pulumi.RunError(`${name}: "config" must hold keys and values`);
  return config;
}

/** All that a stack's file may have: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/ */
const parts = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

/** What stands below a word that Pulumi does not know is read by nobody. */
function checkParts(document: Record<string, unknown>, name: string): void {
  const unknown = Object.keys(document).filter((key) => !parts.includes(key));
  if (unknown.length === 0) return;
  const lines = unknown.map((key) => `- ${key}: is read by nobody${suggestion(key, parts)}`);
  throw new pulumi.RunError(
    [`${name} has what no stack's file has:`, ...lines, "    settings stand below config:"].join("\n"),
  );
}

/** A value without encryption; the paths of what was encrypted are added to `found`. */
function decrypt(value: unknown, path: string, found: string[]): unknown {
  if (isEncrypted(value)) {
    found.push(path);
    return placeholder(path);
  }
  if (Array.isArray(value)) return value.map((v, i) => decrypt(v, `${path}[${i}]`, found));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, decrypt(v, `${path}.${k}`, found)]));
}

/** The engine gives every value as text. */
const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A default of Pulumi.yaml is the value itself, or `{ value }`, or `{ type, default }`. */
function projectDefault(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return "value" in value ? value["value"] : "default" in value ? value["default"] : value;
}

function needProject(folder: string): void {
  if (existsSync(join(folder, "Pulumi.yaml"))) return;
  throw new pulumi.RunError(`${folder} has no Pulumi.yaml: run this command in the folder of the project`);
}

/**
 * Reads Pulumi.yaml and Pulumi.<stack>.yaml of a folder. Nothing is decrypted: no passphrase is needed. Environments of Pulumi
 * ESC that the file names are opened by the CLI.
 * @throws pulumi.RunError when a file is missing or not readable, or an environment cannot be opened.
 */
export function readStackConfig(folder: string, stack: string): OfflineConfig {
  needProject(folder);
  const config = readConfig(folder, findStackFile(folder, stack, false));
  return config.environments === undefined ? config : opened(folder, stack, config);
}

/**
 * The same of a stack that nobody has made yet, too: from its example. It asks nobody, so settings that an environment must
 * hold are assumed.
 */
export function readStackOrExample(folder: string, stack: string): OfflineConfig {
  needProject(folder);
  const file = findStackFile(folder, stack, true);
  const config = readConfig(folder, file);
  if (file.example) return { ...config, example: file.path };
  if (config.environments === undefined) return config;
  const examples = [exampleFile(config.stack), exampleFile("sandbox")].filter((path) => existsSync(join(folder, path)));
  const [path] = examples;
  return assumed(config, path === undefined ? {} : readConfig(folder, { stack: config.stack, path }).values);
}

/** Reads a stack's file that is known, below the project's defaults. */
export function readConfig(folder: string, { stack, path: file }: Omit<StackFile, "example">): OfflineConfig {
  const project = readYaml(folder, "Pulumi.yaml");
  const name = typeof project["name"] === "string" ? project["name"] : "ai-ecosystem";
  const qualified = (key: string) => (key.includes(":") ? key : `${name}:${key}`);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(configOf(project, "Pulumi.yaml"))) {
    const preset = projectDefault(value);
    if (preset !== undefined) values[qualified(key)] = preset;
  }
  const document = readYaml(folder, file);
  checkParts(document, file);
  for (const [key, value] of Object.entries(configOf(document, file))) values[qualified(key)] = value;

  const secretKeys: string[] = [];
  const placeholders: string[] = [];
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    const found: string[] = [];
    texts[key] = asText(decrypt(value, key, found));
    if (found.length > 0) secretKeys.push(key);
    placeholders.push(...found);
  }
  const environments = environmentsOf(document);
  const config = { project: name, stack, values: texts, secretKeys, placeholders };
  return environments.length === 0 ? config : { ...config, environments };
}

/** Hands a configuration to the programs that run in this process from now on. */
export function useConfig(config: OfflineConfig): void {
  pulumi.runtime.setAllConfig(config.values, [...config.secretKeys]);
}
