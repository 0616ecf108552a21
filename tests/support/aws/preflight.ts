import * as pulumi from "@pulumi/pulumi";
import { imageRef } from "../../../components/delivery/image-ref";
import { composeStack } from "../../../stacks/compose";
import { imagesOf } from "../../../templates/images";
import { estimateCost } from "../../../cost/estimate";
import type { NameServers } from "../../../tools/stack/delegation";
import { inspect } from "../../../tools/preflight/checks";
import type { Plan, Result, State } from "../../../tools/preflight/types";
import { record } from "../../../record/record";
import type { StateResource } from "../../../tools/stack/state";
import { awsAccount, type Account } from "./account";
import { sandboxSettings } from "../fixtures";
import { recordProd } from "../recorded/prod";

/** Of every service that production uses. */
export const roles = [
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "rds.amazonaws.com",
  "elasticache.amazonaws.com",
  "elasticloadbalancing.amazonaws.com",
  "guardduty.amazonaws.com",
  "wafv2.amazonaws.com",
];
/** The zone is delegated. */
export const route53: NameServers = { resolveNs: () => Promise.resolve(["ns-1.awsdns-00.com"]) };
/** It is not. */
export const nobody: NameServers = {
  resolveNs: (name) =>
    name === "io"
      ? Promise.resolve(["a.nic.io"])
      : Promise.reject(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" })),
};
/** Settings of a stack with a domain. */
export const domain = { domain: "support.acme.io", hostedZone: "acme.io", adminEmail: "ops@acme.io" };

/** What production declares with these settings, before it is there. */
export async function prodPlan(values: Readonly<Record<string, string>>): Promise<Plan> {
  const { resources, result } = await recordProd({ ...domain, ...values });
  const { settings, catalogue } = result;
  const { floorUsd } = estimateCost({ settings, catalogue, resources });
  return { settings, catalogue, resources, state: [], floorUsd };
}

/** The same for the sandbox. */
export async function hostPlan(values: Readonly<Record<string, string>>): Promise<Plan> {
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
  const { resources, result } = await record(() => composeStack(sandboxSettings(values)), { stack: "sandbox" });
  const { settings, catalogue } = result;
  return { settings, catalogue, resources, state: [], floorUsd: 40 };
}

/** The same stack when it is there, as its state would have it. */
export const running = (plan: Plan): Plan => ({
  ...plan,
  state: plan.resources.map(({ type, inputs }, i): StateResource => ({
    urn: `urn:${i}`,
    type,
    id: type === "aws:sns/topic:Topic" ? `arn:aws:sns:eu-west-1:111122223333:topic-${i}` : `id-${i}`,
    outputs: inputs,
  })),
});

/** An account in which everything is ready. */
export const ready = (plan: Plan): Account => ({
  quotas: { "L-3032A538": 64, "L-36FBB829": 64 },
  roles,
  zones: { "acme.io": ["acme.io NS", "acme.io SOA", "acme.io MX", "www.acme.io A"] },
  images: () => imagesOf(plan.catalogue).map((image) => imageRef(image).tag),
  costTag: "Active",
});

/** Asks everything of an account. */
export const look = (plan: Plan, account: Account, names = route53) => {
  const { ask, calls } = awsAccount(account);
  return inspect({ plan, ask, names }).then((results) => ({ results, calls }));
};
/** What one check has found. */
export const by = (results: readonly Result[], name: string): Result => {
  const found = results.find((r) => r.check.name === name);
  if (found === undefined) throw new Error(`there is no check ${name}`);
  return found;
};
/** Names of the checks that ended so. */
export const states = (results: readonly Result[], ...wanted: State[]) =>
  results.filter((r) => wanted.includes(r.state)).map((r) => r.check.name);
