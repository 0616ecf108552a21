import * as pulumi from "@pulumi/pulumi";
import type { ManagedData } from "../components/data/managed-data";
import type { ObservedStores } from "../components/observability/observed-stack";
import { masterSecrets } from "../services/dump";
import { backupsBucket } from "../services/model/files";
import type { Address } from "../services/model/values";
import { sizesOf, type SizeOverrides } from "../settings/data-sizes";
import { required } from "../settings/required";
import type { Settings } from "../settings/settings";
import { originText, type Hosts } from "../templates/hosts";

/** The stores keep these themselves; only the jobs that set them up, and the dump, read them. */
export const keptByStores: readonly string[] = Object.values(masterSecrets);

/** Secrets that only those jobs may read. */
export const mastersOf = (data: ManagedData) =>
  Object.fromEntries(
    (["postgres", "mongodb"] as const).flatMap((store) => {
      const arn = data[store]?.masterSecretArn;
      return arn === undefined
        ? []
        : [[masterSecrets[store], { arn, valueFrom: pulumi.interpolate`${arn}:password::` }]];
    }),
  );

/** What alarms watch of them. */
export const observedStores = (
  { postgres, mongodb, redis }: ManagedData,
  settings: Pick<Settings, "costProfile" | keyof SizeOverrides>,
): ObservedStores => ({
  postgres:
    postgres === undefined
      ? undefined
      : { id: postgres.id, instanceClass: sizesOf(settings.costProfile, settings).postgres.instanceClass },
  mongodbId: mongodb?.id,
  redisNodeIds: redis?.nodeIds ?? [],
});

/** What the references of the catalogue stand for. */
export const addressAmong =
  (data: ManagedData, hosts: Hosts) =>
  (address: Address): pulumi.Input<string> => {
    if ("origin" in address) return originText(hosts, address);
    if ("bucket" in address) {
      if (address.bucket === backupsBucket && data.backups !== undefined) return data.backups.name;
      return required(data.buckets, address.bucket, "bucket").name;
    }
    const store = data[address.store];
    if (store === undefined) throw new Error(`the stack has no ${address.store}`);
    return store[address.value];
  };
