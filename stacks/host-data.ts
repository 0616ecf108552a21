import * as pulumi from "@pulumi/pulumi";
import { ManagedData } from "../components/data/managed-data";
import type { Network } from "../components/network";
import type { ObservedStores } from "../components/observability/observed-stack";
import type { Secrets } from "../components/secrets/secrets";
import { usable } from "../components/usable";
import { masterSecrets } from "../services/dump";
import type { Store } from "../services/model/types";
import { required } from "../settings/required";
import type { Settings } from "../settings/settings";
import { observedStores } from "./stores";

/** Where the managed stores are that there are. */
export type Addresses = Readonly<Partial<Record<Store, string>>>;

export interface HostData {
  readonly addresses: pulumi.Output<Addresses>;
  readonly observed: ObservedStores;
  /** Lets the host in, alone; its release waits for that. */
  readonly admit: (groupId: pulumi.Input<string>) => pulumi.Output<Addresses>;
}

export interface HostDataParts {
  readonly settings: Settings;
  readonly network: Network;
  readonly secrets: Secrets;
  readonly stores: readonly Store[];
}

/**
 * The managed stores of a host. Their masters' passwords are the stack's own and not AWS's, as the host's jobs and backups log in
 * with them out of `.env`: one that AWS rotates each week would be another one by the next night, and the host's role would have
 * to read it (docs/decisions/13-managed-data-of-a-host.md).
 */
export function hostData(
  name: string,
  { settings, network, secrets, stores }: HostDataParts,
  opts: pulumi.ComponentResourceOptions,
): HostData {
  const secret = (id: string) => required(secrets.values, id, "secret");
  const has = (store: Store) => stores.includes(store);
  const data = new ManagedData(
    name,
    {
      vpcId: network.vpcId,
      subnetIds: network.privateSubnetIds,
      zones: network.zones,
      costProfile: settings.costProfile,
      sizes: settings,
      deletionProtection: settings.deletionProtection,
      backupRetentionDays: settings.backupRetentionDays,
      logRetentionDays: settings.logRetentionDays,
      redisAuthToken: has("redis") ? secret("redis-password") : undefined,
      masterPasswords: {
        ...(has("postgres") ? { postgres: secret(masterSecrets.postgres) } : {}),
        ...(has("mongodb") ? { mongodb: secret(masterSecrets.mongodb) } : {}),
      },
      stores,
      buckets: {},
    },
    opts,
  );
  const known = stores.flatMap((store) => {
    const made = data[store];
    return made === undefined ? [] : [[store, made.host] as const];
  });
  return {
    addresses: pulumi.output(Object.fromEntries(known)),
    observed: observedStores(data, settings),
    admit: (groupId) => {
      const rules = data.allow("host", groupId, stores);
      return pulumi.output(
        Object.fromEntries(known.map(([store, host]) => [store, usable(host, [rules[store] ?? []].flat())])),
      );
    },
  };
}
