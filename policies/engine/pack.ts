import { Secret, type Policies, type PolicyResource, type ResourceValidationArgs } from "@pulumi/policy";
import { MASK, stackOf } from "./inputs";
import { rules } from "../rules";
import { EXPIRED_WAIVER, evaluate, findingsOf } from "./evaluate";
import type { Finding, RecordedResource, Rule } from "./types";

/** What the engine showed of each resource, by URN: its inputs, with the secrets masked. */
const seen = new Map<string, RecordedResource>();

/** The property by which @pulumi/policy's wrappers give out what they wrap: secrets as `Secret`, unknowns as text. */
const UNWRAP = "__getSpecialProxyTarget";

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const inner = (value as Record<string, unknown>)[UNWRAP];
  if (inner !== undefined && inner !== value) return plain(inner);
  if (value instanceof Secret) return MASK;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
}

function remember({ urn, type, name, props, opts }: ResourceValidationArgs): void {
  if ((props as Record<string, unknown>)[UNWRAP] === undefined) {
    throw new Error("this version of @pulumi/policy does not tell secrets from other values: see policies/pack.ts");
  }
  seen.set(urn, {
    urn,
    type,
    name,
    parent: opts.parent,
    inputs: plain(props) as Record<string, unknown>,
    protect: opts.protect,
    ignoreChanges: opts.ignoreChanges,
    dependencies: [],
  });
}

function recall(urn: string): RecordedResource {
  const resource = seen.get(urn);
  if (resource === undefined) throw new Error(`the engine did not show ${urn} before it was validated`);
  return resource;
}

/** The stack as the rules see it: inputs from before, dependencies from now. */
const recorded = (resources: readonly PolicyResource[]): RecordedResource[] =>
  resources.flatMap(({ urn, dependencies }) => {
    const resource = seen.get(urn);
    return resource === undefined ? [] : [{ ...resource, dependencies: dependencies.map((d) => d.urn) }];
  });

const text = ({ message, remedy, references }: Finding): string =>
  [`${message}.`, `Remedy: ${remedy}`, ...(references.length > 0 ? [`(${references.join(", ")})`] : [])].join(" ");

const counts = (finding: Finding) => finding.waiver === undefined && finding.rule !== EXPIRED_WAIVER;

function policyOf(rule: Rule): Policies[number] {
  const common = {
    name: rule.id,
    displayName: rule.title,
    description: `${rule.title}. ${rule.reason}`,
    enforcementLevel: rule.severity === "error" ? ("mandatory" as const) : ("advisory" as const),
    severity: rule.severity === "error" ? ("high" as const) : ("medium" as const),
    remediationSteps: rule.remedy,
  };
  if (rule.scope === "stack") {
    return {
      ...common,
      validateStack: ({ resources }, report) => {
        for (const f of evaluate(recorded(resources), { rules: [rule] }).filter(counts)) report(text(f), f.urn);
      },
    };
  }
  return {
    ...common,
    // refused before it is made, not after the update
    validateResource: ({ urn }, report) => {
      for (const f of findingsOf(rule, recall(urn), stackOf([])).filter(counts)) report(text(f));
    },
  };
}

/** The rules as policies of CrossGuard: errors are mandatory, warnings and waived violations advisory. */
export function policies(): Policies {
  return [
    {
      // Changes nothing: only here does the engine tell which inputs are secret, and it comes before every validation.
      name: "AIE-RECORD",
      description: "Records the inputs of each resource for the other policies.",
      enforcementLevel: "remediate",
      remediateResource: (args) => {
        remember(args);
      },
    },
    ...rules.map(policyOf),
    {
      name: "AIE-WAIVED",
      description: "Violations that policies/waivers.ts accepts.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, report) => {
        for (const f of evaluate(recorded(resources))) {
          if (f.waiver === undefined) continue;
          report(`${f.rule}: ${f.message}. Waived until ${f.waiver.expires}: ${f.waiver.reason}`, f.urn);
        }
      },
    },
    {
      name: EXPIRED_WAIVER,
      description: "Waivers whose time is over.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, report) => {
        for (const f of evaluate(recorded(resources)).filter((e) => e.rule === EXPIRED_WAIVER)) report(text(f), f.urn);
      },
    },
  ];
}
