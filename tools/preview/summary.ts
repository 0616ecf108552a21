import type { PreviewData } from "../report/data";
import { sorted } from "../report/findings-section";

/** The outcome of a preview for other programs (`--json`). `ok`: no error-level finding. */
export function summaryOf(data: PreviewData, out: string, files: readonly string[]) {
  const { facts, cost, memory } = data;
  const { errors, warnings, waived } = sorted(data.findings);
  return {
    ok: errors.length === 0,
    stack: facts.stack,
    resources: data.resources.length,
    monthlyUsd: { floor: cost.floorUsd, usageMin: cost.usageMinUsd, usageMax: cost.usageMaxUsd },
    memory: { verdict: memory.verdict, limitsMb: memory.limitsMb, ramMb: memory.ramMb, swapMb: memory.swapMb },
    findings: { errors: errors.length, warnings: warnings.length, waived: waived.length },
    endpoints: Object.fromEntries(data.endpoints.map((e) => [e.service, e.url])),
    out,
    files,
  };
}
