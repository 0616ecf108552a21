import * as pulumi from "@pulumi/pulumi";
import { catalogue as shipped } from "../services/catalogue";
import type { ServiceFactory } from "../services/model/context";
import { presenceOf } from "../services/model/checks/presence";
import type { Store } from "../services/model/types";
import { contextOf } from "./contexts";
import { explained } from "./explained";
import { outputsBefore } from "./previous";
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

/** The settings require a domain on fargate. */
const hasManagedData = ({ topology, domain, data }: Settings): boolean =>
  topology === "fargate" ? domain !== undefined : data === "managed";

/** Managed stores that no service of the settings needs. */
export function unusedStores(settings: Settings, factories: readonly ServiceFactory[] = shipped): readonly Store[] {
  if (!hasManagedData(settings)) return [];
  const { stores: needed } = explained(() => presenceOf(factories, contextOf(settings), settings.services));
  return Object.values(stores).filter((store) => !needed.includes(store));
}

/**
 * A host's own stores would be empty, and those that AWS runs deleted.
 * @throws pulumi.RunError before anything is changed
 */
function refuseEmptyDesk({ topology, data, stack }: Settings, endpoints: Readonly<Partial<Record<Store, unknown>>>) {
  const held = Object.values(stores).filter((store) => endpoints[store] !== undefined);
  if (topology !== "host" || data === "managed" || held.length === 0) return;
  throw new pulumi.RunError(
    [
      `ai-ecosystem:data is ${data}, and the data of ${held.join(", ")} is in stores that AWS runs: the host's own have none of it.`,
      "To stay with them:",
      ofStack("    pulumi config set ai-ecosystem:data managed", stack),
      "Back to containers (docs/upgrades.md, In steps): `ecosystem backup` on the host, then a stack for it, which reads that backup:",
      `    make restore STACK=new FROM=${stack}`,
    ].join("\n"),
  );
}

/**
 * The settings, with what the stack has already: the images and snapshots of before, and stores that nobody needs any more,
 * which are kept, as they hold data. What a first update that failed has made is in no output: there the engine refuses to
 * delete it, as it is protected.
 */
export async function withPrevious(settings: Settings): Promise<Settings> {
  const { databaseEndpoints: endpoints, ...previous } = await outputsBefore();
  refuseEmptyDesk(settings, endpoints);
  const existingStores = unusedStores(settings).filter((store) => endpoints[store] !== undefined);
  for (const store of existingStores.filter((name) => settings.services[name]?.enabled === undefined)) {
    const key = `ai-ecosystem:services.${store}.enabled`;
    void pulumi.log.info(
      ofStack(
        `No service needs ${store} any more; it is kept with its data, and paid. To delete it: deletionProtection false and an update, then pulumi config set --path '${key}' false and another`,
        settings.stack,
      ),
    );
  }
  return { ...settings, existingStores, previous };
}
