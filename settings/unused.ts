import type { SettingName } from "./keys";

type Topology = "host" | "fargate";

/** Settings that only one of the topologies reads. The other takes them, so that one file is good for both. */
const readOnlyBy: Readonly<Record<Topology, readonly SettingName[]>> = {
  host: [
    ...(["instanceType", "memoryPlan", "cpuCredits", "sshAllowedCidrs", "allowPublicSsh", "sshPublicKey"] as const),
    ...(["sshPrivateKey", "swapSizeGb", "rootVolumeGb", "dataVolumeGb", "tls", "backups"] as const),
  ],
  fargate: [
    ...(["costProfile", "postgresClass", "documentDbClass", "valkeyClass", "mongoUri", "deployment"] as const),
    ...(["originSecretGeneration", "guardDuty", "accountPublicAccessBlock", "githubOidc", "githubRepository"] as const),
    ...(["stateBucket", "stateKmsKeyArn", "logRetentionDays", "slackWebhookUrl", "restoredFrom"] as const),
  ],
};

/** Those of the stack's configuration keys that change nothing in a topology. */
export const unusedSettings = (topology: Topology, keys: readonly string[]): string[] => {
  const others = readOnlyBy[topology === "host" ? "fargate" : "host"].map((name) => `ai-ecosystem:${name}`);
  return keys.filter((key) => others.includes(key));
};
