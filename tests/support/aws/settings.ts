import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "../../../stacks/read";

export type Values = Readonly<Record<string, string>>;

export const host: Values = { "ai-ecosystem:topology": "host", "ai-ecosystem:sshAllowedCidrs": '["203.0.113.7/32"]' };
export const fargate: Values = {
  "ai-ecosystem:topology": "fargate",
  "ai-ecosystem:domain": "acme.test",
  "ai-ecosystem:hostedZone": "acme.test",
  "ai-ecosystem:adminEmail": "ops@acme.test",
};

/** What is wrong with keys `aws:…`, as the operator reads it. */
export function complaint(keys: Values, secret: readonly string[] = [], rest = host): string {
  const aws = Object.fromEntries(Object.entries(keys).map(([k, v]) => [`aws:${k}`, v]));
  pulumi.runtime.setAllConfig(
    { ...rest, ...aws },
    secret.map((k) => `aws:${k}`),
  );
  try {
    readSettings();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const inRegion = (keys: Values): Values => ({ region: "eu-central-1", ...keys });
