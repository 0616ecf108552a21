import * as pulumi from "@pulumi/pulumi";
import { catalogue as shipped } from "../services/catalogue";
import type { ServiceFactory } from "../services/model/context";
import { presenceOf } from "../services/model/presence";
import type { Store } from "../services/model/types";
import { fargateContext } from "./contexts";
import { explained } from "./explained";
import { ofStack } from "../settings/of-stack";
import type { Settings } from "../settings/settings";

/** What a managed store is in a state. */
const stores: Readonly<Record<string, Store>> = {
  "aws:rds/instance:Instance": "postgres",
  "aws:docdb/cluster:Cluster": "mongodb",
  "aws:elasticache/replicationGroup:ReplicationGroup": "redis",
};

export const storesAmong = (types: readonly string[]): readonly Store[] => [
  ...new Set(types.flatMap((type) => stores[type] ?? [])),
];

/** Managed stores that no service of the settings needs. */
export function unusedStores(settings: Settings, factories: readonly ServiceFactory[] = shipped): readonly Store[] {
  // the settings require a domain there
  if (settings.topology !== "fargate" || settings.domain === undefined) return [];
  const { stores: needed } = explained(() => presenceOf(factories, fargateContext(settings), settings.services));
  return Object.values(stores).filter((store) => !needed.includes(store));
}

/**
 * The settings, with what the stack has already of stores that nobody needs any more: they are kept, as they hold data. The
 * engine is asked for the stack's own outputs, as a StackReference does, and only where it matters. What a first update that
 * failed has made is in none: there the engine refuses to delete it, as it is protected.
 */
export async function withExistingStores(settings: Settings): Promise<Settings> {
  const unused = unusedStores(settings);
  if (unused.length === 0) return settings;
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    readonly outputs?: { readonly databaseEndpoints?: Readonly<Partial<Record<Store, unknown>>> };
  };
  const endpoints = outputs?.databaseEndpoints ?? {};
  const existingStores = unused.filter((store) => endpoints[store] !== undefined);
  for (const store of existingStores.filter((name) => settings.services[name]?.enabled === undefined)) {
    const key = `ai-ecosystem:services.${store}.enabled`;
    void pulumi.log.info(
      ofStack(
        `No service needs ${store} any more; it is kept with its data, and paid. To delete it: deletionProtection false and an update, then pulumi config set --path '${key}' false and another`,
        settings.stack,
      ),
    );
  }
  return { ...settings, existingStores };
}
