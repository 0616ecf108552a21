import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildCatalogue, shipped as factories } from "../../services/catalogue";
import type { Service } from "../../services/model/types";
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

/** In whose tasks it is, with how much of their memory. */
function inTasks(name: string, services: readonly Service[]): string {
  const beside = services.filter((s) => s.sidecars?.some((c) => c.name === name));
  const [sidecar] = beside.flatMap((s) => s.sidecars ?? []).filter((c) => c.name === name);
  return sidecar === undefined
    ? "–"
    : `${sidecar.memoryMb.standard} in that of ${beside.map((s) => s.name).join(", ")}`;
}

/** What every service takes, as it says itself. */
export function memoryTable(): string {
  const settings = defaultProdSettings();
  // limits of both plans stand in either
  const host = buildCatalogue(factories, hostContext(settings), {}).services;
  const fargate = prodCatalogue(settings).services;
  const sidecars = fargate.flatMap((s) => s.sidecars ?? []);
  const services = new Map([...fargate, ...sidecars, ...host].map((s) => [s.name, s]));
  const rows = [...services].map(([name, service]) => {
    const onHost = host.find((s) => s.name === name);
    const task = fargate.find((s) => s.name === name)?.fargate;
    return [
      "",
      name,
      `\`${service.image}\``,
      service.memoryNeed?.measured ?? "not by this project",
      onHost === undefined ? "–" : mib(onHost.memoryMb),
      task === undefined ? inTasks(name, fargate) : `${task.cpu} vCPU, ${task.memoryMb}`,
      mib(service.memoryNeed?.idle),
      service.memoryNeed === undefined ? "–" : String(service.memoryNeed.floor),
      service.memoryNeed?.source ?? "–",
      "",
    ].join(" | ");
  });
  return [
    "| service | image, as it is pinned | measured version | limit on the host, compact / standard | task on Fargate | held at idle | floor, standard | what was seen, or who says so |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => row.trim()),
  ].join("\n");
}

/** The page with its table of today. */
export function withMemory(page: string): string {
  return between(page, begin, end, memoryTable());
}

if (require.main === module) writeFileSync(path, withMemory(readFileSync(path, "utf8")));
