import { join } from "node:path";
import { parseArgs } from "node:util";
import { imageRef } from "../components/delivery/image-ref";
import type { Service } from "../services/model/types";
import { applicationTitle, firstOfEachImage } from "../services/model/images/version";
import { CliError } from "./cli-error";
import { readStackConfig } from "./stack/offline-config";
import { planOf } from "./preflight/plan";
import { newerThan, type Newer } from "./upgrades/newer";
import { tagsOf } from "./upgrades/registry";

const usage = `usage: make upgrade-check [STACK=sandbox]

Compares the images that the stack's settings run with what their registries have, under the rules of each application's
data. Asks the registries, and nothing of AWS; changes nothing.`;

const root = join(__dirname, "..");

/** Those that have an image of their own, not one that another service decides or the project builds. */
const chosen = (services: readonly Service[]): readonly Service[] =>
  firstOfEachImage(services).filter((s) => s.versionOf === undefined && !s.image.startsWith("localhost/"));

const lines = (service: Service, stack: string, newer: Newer): readonly string[] => {
  const { name, image } = service;
  const { next, newest, why } = newer;
  const head = `${applicationTitle(service)}  ${image}`;
  if (next === undefined && newest === undefined) return [`${head}: the newest`];
  const repository = image.split("@")[0]?.replace(/:[^:/]+$/, "") ?? image;
  return [
    head,
    ...(next === undefined
      ? []
      : [
          `    ${next}: pulumi config set --path 'ai-ecosystem:services["${name}"].image' ${repository}:${next} -s ${stack}`,
        ]),
    ...(newest === undefined ? [] : [`    ${newest}, the newest, ${why ?? ""}`]),
  ];
};

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { stack: { type: "string" }, help: { type: "boolean" } } });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const stack = values.stack ?? "sandbox";
  const { catalogue } = await planOf(readStackConfig(root, stack), []);
  const answers = await Promise.all(
    chosen(catalogue.services).map(async (service) => {
      const { image, role, database } = service;
      try {
        const tags = await tagsOf(imageRef(image).upstream);
        const step = database?.migrations?.step;
        const newer = newerThan({ image, store: role === "store", ...(step === undefined ? {} : { step }) }, tags);
        return { told: lines(service, stack, newer), asked: true };
      } catch (error) {
        const cause =
          error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : "";
        return { told: [`${image}: its registry could not be asked (${cause})`], asked: false };
      }
    }),
  );
  for (const { told } of answers) for (const line of told) console.log(line);
  console.log(`\nBefore an upgrade: docs/upgrades.md. The versions of the project itself come with its updates.`);
  return answers.every((a) => a.asked) ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof CliError) for (const line of error.hint) console.error(`    ${line}`);
    process.exitCode = 1;
  },
);
