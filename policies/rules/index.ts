import { accountRules } from "./account";
import { bucketRules } from "./buckets";
import { containerRules } from "./containers";
import { dataRules } from "./data";
import { edgeRules } from "./edge";
import { executedRules } from "./executed";
import { hostRules } from "./host";
import { iamRules } from "./iam";
import { keyRules } from "./keys";
import { loadBalancerRules } from "./load-balancer";
import { networkRules } from "./network";
import { postgresRules } from "./postgres";
import { secretRules } from "./secrets";
import { storeRules } from "./stores";
import type { Rule } from "../engine/types";

/** Every rule, by subject. */
export const rules: readonly Rule[] = [
  ...hostRules,
  ...networkRules,
  ...iamRules,
  ...dataRules,
  ...secretRules,
  ...postgresRules,
  ...storeRules,
  ...bucketRules,
  ...edgeRules,
  ...loadBalancerRules,
  ...containerRules,
  ...executedRules,
  ...keyRules,
  ...accountRules,
];
