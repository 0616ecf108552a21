import type { PreviewData } from "../report/data";
import { sorted } from "../report/sections/findings-section";

function sizing(data: PreviewData) {
  if (data.topology === "fargate") {
    const { minTasks, maxTasks, minCpu, maxCpu } = data.tasks;
    return { tasks: { minTasks, maxTasks, minCpu, maxCpu } };
  }
  const { verdict, limitsMb, ramMb, swapMb } = data.memory;
  return { memory: { verdict, limitsMb, ramMb, swapMb } };
}

/** The outcome of a preview for other programs (`--json`). `ok`: no error-level finding. */
export function summaryOf(data: PreviewData, out: string, files: readonly string[]) {
  const { facts, cost } = data;
  const { errors, warnings, waived } = sorted(data.findings);
  return {
    ok: errors.length === 0,
    stack: facts.stack,
    resources: data.resources.length,
    monthlyUsd: { floor: cost.floorUsd, usageMin: cost.usageMinUsd, usageMax: cost.usageMaxUsd },
    ...sizing(data),
    findings: { errors: errors.length, warnings: warnings.length, waived: waived.length },
    notices: data.notices,
    notSetUp: data.notSetUp,
    images: Object.fromEntries(data.catalogue.services.map(({ name, image }) => [name, image])),
    endpoints: Object.fromEntries(data.endpoints.map((e) => [e.service, e.url])),
    out,
    files,
  };
}
