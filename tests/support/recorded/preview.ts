import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceFactory } from "../../../services/model/context";
import { collect } from "../../../tools/preview/collect";
import type { FargatePreview, HostPreview, PreviewData } from "../../../tools/report/data";

type Values = Readonly<Record<string, string>>;

function previewOfStack(stack: string, all: Values, from?: readonly ServiceFactory[]): Promise<PreviewData> {
  const named = Object.fromEntries(Object.entries(all).map(([key, value]) => [`ai-ecosystem:${key}`, value]));
  const config = {
    project: "ai-ecosystem",
    stack,
    values: { "aws:region": "us-east-1", ...named },
    secretKeys: Object.keys(named),
    placeholders: [],
  };
  return collect(config, () => undefined, from);
}

/** What a preview of the sandbox finds out; values are texts, as the engine gives them. */
export async function previewOf(values: Values = {}): Promise<HostPreview> {
  const data = await previewOfStack("sandbox", {
    topology: "host",
    sshAllowedCidrs: '["203.0.113.7/32"]',
    ...values,
  });
  if (data.topology !== "host") throw new Error("this is a preview of production");
  return data;
}

/** The same for production. */
export async function prodPreviewOf(values: Values = {}, from?: readonly ServiceFactory[]): Promise<FargatePreview> {
  const required = {
    topology: "fargate",
    domain: "example.com",
    hostedZone: "example.com",
    adminEmail: "ops@example.com",
  };
  const data = await previewOfStack("prod", { ...required, ...values }, from);
  if (data.topology !== "fargate") throw new Error("this is a preview of a host");
  return data;
}

/** An empty project with one stack, `sandbox`, whose configuration is these lines. */
export function projectWith(lines: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "preview-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: ai-ecosystem\nconfig:\n  aws:region: us-east-1\n");
  const config = lines.map((line) => `  ai-ecosystem:${line}\n`).join("");
  writeFileSync(join(folder, "Pulumi.sandbox.yaml"), `config:\n${config}`);
  return folder;
}
