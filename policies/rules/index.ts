import { accountRules } from "./account";
import { bucketRules } from "./buckets";
import { cloudFrontRules } from "./cloudfront";
import { containerRules } from "./containers";
import { dataRules } from "./data";
import { domainRules } from "./domain";
import { executedRules } from "./executed";
import { firewallRules } from "./firewall";
import { hostRules } from "./host";
import { iamRules } from "./iam";
import { keyRules } from "./keys";
import { loadBalancerRules } from "./load-balancer";
import { networkRules } from "./network";
import { postgresRules } from "./postgres";
import { secretRules } from "./secrets";
import { securityGroupRules } from "./security-groups";
import { storeRules } from "./stores";
import type { Rule } from "../engine/types";

/** Every rule, by subject. */
export const rules: readonly Rule[] = [
  ...hostRules,
  ...securityGroupRules,
  ...networkRules,
  ...iamRules,
  ...dataRules,
  ...secretRules,
  ...postgresRules,
  ...storeRules,
  ...bucketRules,
  ...cloudFrontRules,
  ...firewallRules,
  ...loadBalancerRules,
  ...domainRules,
  ...containerRules,
  ...executedRules,
  ...keyRules,
  ...accountRules,
];
