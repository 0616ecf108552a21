import { edgeCases } from "./edge";
import { executedCases } from "./executed";
import { identityCases } from "./identity";
import { hostCases } from "./host";
import { networkCases } from "./network";
import { platformCases } from "./platform";
import { storeCases } from "./stores";
import type { RecordedResource } from "../../../policies/engine/types";

/** Small stacks: in each of `bad` one rule finds something, in each of `good` nothing. */
export interface RuleCase {
  readonly bad: readonly (readonly RecordedResource[])[];
  readonly good: readonly (readonly RecordedResource[])[];
}

/** By the id of the rule. */
export const ruleCases: Readonly<Record<string, RuleCase>> = {
  ...hostCases,
  ...networkCases,
  ...identityCases,
  ...executedCases,
  ...storeCases,
  ...edgeCases,
  ...platformCases,
};
