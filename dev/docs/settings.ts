import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildCatalogue, shipped as factories } from "../../services/catalogue";
import { settingKeys, type SettingKey } from "../../settings/keys";
import { hostContext } from "../../stacks/contexts";
import { between } from "./generated";
import { defaultProdSettings, prodCatalogue } from "./profiles";

const begin = "<!-- settings: made by `make docs` from settings/keys/ -->";
const end = "<!-- end of settings -->";
const path = join(__dirname, "..", "..", "README.md");

const cell = (text: string): string => text.replaceAll("|", "\\|");

const regionRow =
  "| `aws:region` | required | where the stack is, e.g. `eu-central-1`: a commercial region of AWS that has what the topology needs. Moving to another is a new installation |";

/** The words of a key that takes one of a few, for whoever has only the table. */
function choices({ allowed, doc }: SettingKey): string {
  const words = /^[\w-]+( or [\w-]+)+$/.test(allowed) ? allowed.split(" or ") : [];
  const told =
    allowed === "true or false" || words.every((word) => doc.includes(`${word} =`) || doc.includes(`\`${word}\``));
  return told ? "" : ` (${words.map((word) => `\`${word}\``).join(" or ")})`;
}

/** The topology that alone reads a key. */
const topology = ({ only, managedData }: SettingKey): string =>
  only === undefined ? "" : ` (topology \`${only}\`${managedData === true ? ", or `data` managed" : ""})`;

/** Names that `services` takes: the shipped ones of either topology. */
export function serviceNames(): readonly string[] {
  const settings = defaultProdSettings();
  const host = buildCatalogue(factories, hostContext(settings), {}).services;
  return [...new Set([...prodCatalogue(settings).services, ...host].map(({ name }) => name))].sort();
}

/** How a key of several values is written, and what `services` may name. */
function example(name: string, { howTo }: SettingKey): string {
  const [command = "", ...more] = (howTo ?? "").replace("config set ", "config set -s name ").split("; ");
  const written = command === "" ? "" : ["", `\`${command}\``, ...more].join("; ");
  return name === "services"
    ? `: ${serviceNames()
        .map((service) => `\`${service}\``)
        .join(", ")}${written}`
    : written;
}

/** The configuration table of the README. */
export function settingsTable(): string {
  const rows = Object.entries<SettingKey>(settingKeys).map(
    ([name, key]) =>
      `| \`${name}\` | ${cell(key.defaultText)} | ${cell(key.doc)}${cell(example(name, key))}${choices(key)}${topology(key)}${key.secret === true ? " (secret)" : ""} |`,
  );
  return ["| key | default | meaning |", "| --- | --- | --- |", regionRow, ...rows].join("\n");
}

/** The README with its table of today. */
export function withSettings(readme: string): string {
  return between(readme, begin, end, settingsTable());
}

if (require.main === module) writeFileSync(path, withSettings(readFileSync(path, "utf8")));
