import { edgeCases } from "./policy-cases-edge";
import { executedCases } from "./policy-cases-executed";
import { identityCases } from "./policy-cases-identity";
import { hostCases } from "./policy-cases-host";
import { networkCases } from "./policy-cases-network";
import { platformCases } from "./policy-cases-platform";
import { storeCases } from "./policy-cases-stores";
import type { RecordedResource } from "../../policies/engine/types";

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
