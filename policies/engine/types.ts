import type { RecordedResource } from "../../record/record";

export type { RecordedResource };

/** `error`: exposure, plain secret, unencrypted or unsaved data, far too many rights. `warning`: the rest. */
export type Severity = "error" | "warning";

/** One violation of one rule by one resource. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly urn: string;
  /** What is wrong with this resource. */
  readonly message: string;
  /** Which setting or code to change. */
  readonly remedy: string;
  /** Ids of the same control elsewhere: FSBP (Security Hub), CKV (checkov), AVD (Trivy), CIS. */
  readonly references: readonly string[];
  /** Present when the violation is accepted: it does not count as a failure. */
  readonly waiver?: { readonly reason: string; readonly expires: string };
}

/** The resources of a stack, with the look-ups that rules need. */
export interface Stack {
  readonly resources: readonly RecordedResource[];
  ofType(...types: readonly string[]): readonly RecordedResource[];
  /** The resources of those types that wait for `target`, i.e. use one of its outputs. */
  usersOf(target: RecordedResource, ...types: readonly string[]): readonly RecordedResource[];
  /** The resources of those types that `source` waits for. */
  usedBy(source: RecordedResource, ...types: readonly string[]): readonly RecordedResource[];
}

/** A violation that is accepted, for a reason and for a time. */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;
  /** Name of the resource; `*` stands for any characters. */
  readonly resource: string;
  readonly reason: string;
  /** Last day on which it counts, YYYY-MM-DD (UTC). */
  readonly expires: string;
}

interface RuleText {
  /** `AIE-<subject>-<number>`; never used again for another rule. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters, one sentence. */
  readonly reason: string;
  readonly remedy: string;
  readonly references: readonly string[];
  /** Type tokens that it looks at; absent: every type. */
  readonly types?: readonly string[];
}

/** Looks at one resource alone, so the policy pack can refuse the resource before it is made. */
export interface ResourceRule extends RuleText {
  readonly scope: "resource";
  /** One text for each violation. */
  readonly check: (resource: RecordedResource) => readonly string[];
}

/** Also looks at the resources around it. */
export interface StackRule extends RuleText {
  readonly scope: "stack";
  readonly check: (resource: RecordedResource, stack: Stack) => readonly string[];
}

export type Rule = ResourceRule | StackRule;
