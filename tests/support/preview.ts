import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "../../tools/preview/collect";
import type { PreviewData } from "../../tools/report/data";

/** What a preview of the sandbox finds out; values are texts, as the engine gives them. */
export function previewOf(values: Readonly<Record<string, string>> = {}): Promise<PreviewData> {
  const all = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]', ...values };
  const named = Object.fromEntries(Object.entries(all).map(([key, value]) => [`ai-ecosystem:${key}`, value]));
  const config = {
    project: "ai-ecosystem",
    stack: "sandbox",
    values: { "aws:region": "us-east-1", ...named },
    secretKeys: Object.keys(named),
    placeholders: [],
  };
  return collect(config, () => undefined);
}

/** An empty project with one stack, `sandbox`, whose configuration is these lines. */
export function projectWith(lines: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "preview-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: ai-ecosystem\nconfig:\n  aws:region: us-east-1\n");
  const config = lines.map((line) => `  ai-ecosystem:${line}\n`).join("");
  writeFileSync(join(folder, "Pulumi.sandbox.yaml"), `config:\n${config}`);
  return folder;
}
