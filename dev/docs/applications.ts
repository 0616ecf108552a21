import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildCatalogue, catalogue as factories } from "../../services/catalogue";
import { hostContext } from "../../stacks/contexts";
import { defaultProdSettings, prodCatalogue } from "./profiles";
import { between } from "./generated";

const begin = "<!-- memory: made by `make docs` from services/ -->";
const end = "<!-- end of memory -->";
const path = join(__dirname, "..", "..", "docs", "applications.md");

const mib = (both: Readonly<Record<"compact" | "standard", number>> | undefined): string =>
  both === undefined
    ? "–"
    : both.compact === both.standard
      ? String(both.compact)
      : `${both.compact} / ${both.standard}`;

/** What every service takes, as it says itself. */
export function memoryTable(): string {
  const settings = defaultProdSettings();
  // limits of both plans stand in either
  const host = buildCatalogue(
    factories,
    hostContext(settings, { apex: "example.com", scheme: "https", port: 443 }),
    {},
  ).services;
  const fargate = prodCatalogue(settings).services;
  const services = new Map([...fargate, ...host].map((s) => [s.name, s]));
  const rows = [...services].map(([name, service]) => {
    const onHost = host.find((s) => s.name === name);
    const task = fargate.find((s) => s.name === name)?.fargate;
    return [
      "",
      name,
      `\`${service.image}\``,
      onHost === undefined ? "–" : mib(onHost.memoryMb),
      task === undefined ? "–" : `${task.cpu} vCPU, ${task.memoryMb}`,
      mib(service.memoryNeed?.idle),
      service.memoryNeed === undefined ? "–" : String(service.memoryNeed.floor),
      service.memoryNeed?.source ?? "–",
      "",
    ].join(" | ");
  });
  return [
    "| service | image | limit on the host, compact / standard | task on Fargate | held at idle | floor, standard | who says so |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => row.trim()),
  ].join("\n");
}

/** The page with its table of today. */
export function withMemory(page: string): string {
  return between(page, begin, end, memoryTable());
}

if (require.main === module) writeFileSync(path, withMemory(readFileSync(path, "utf8")));
