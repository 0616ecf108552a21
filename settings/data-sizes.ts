/** `economy`: the cheapest that survives the loss of a zone. `standard`: the same with room for a growing desk. */
export type CostProfile = "economy" | "standard";

export interface DataSizes {
  readonly postgres: { readonly instanceClass: string; readonly storageGb: number; readonly maxStorageGb: number };
  readonly documentDb: {
    /** `db.serverless` scales between the two capacities. */
    readonly instanceClass: string;
    /** DocumentDB capacity units per instance; one is about 2 GB of memory. Only for `db.serverless`. */
    readonly capacity: { readonly min: number; readonly max: number };
  };
  readonly valkey: { readonly nodeType: string };
}

/** Everything is there twice, once per zone, in both profiles. A switch changes instances in place, and replaces none. */
export const dataSizes: Readonly<Record<CostProfile, DataSizes>> = {
  economy: {
    // 1 GB of memory: enough for the pools of the default task counts (about 50 connections), not for many more
    postgres: { instanceClass: "db.t4g.micro", storageGb: 20, maxStorageGb: 100 },
    // two at the floor of 0.5 cost little more than half of two db.t4g.medium, the smallest class that is fixed
    documentDb: { instanceClass: "db.serverless", capacity: { min: 0.5, max: 4 } },
    valkey: { nodeType: "cache.t4g.micro" },
  },
  standard: {
    postgres: { instanceClass: "db.t4g.small", storageGb: 20, maxStorageGb: 200 },
    documentDb: { instanceClass: "db.t4g.medium", capacity: { min: 0.5, max: 4 } },
    // queues and live updates stay far below its 0.37 GB
    valkey: { nodeType: "cache.t4g.micro" },
  },
};

/** Classes that replace the profile's; the settings of the same names. */
export interface SizeOverrides {
  readonly postgresClass?: string | undefined;
  readonly documentDbClass?: string | undefined;
  readonly valkeyClass?: string | undefined;
}

/** The sizes of a profile with the overrides in place. */
export function sizesOf(profile: CostProfile, overrides: SizeOverrides = {}): DataSizes {
  const { postgres, documentDb, valkey } = dataSizes[profile];
  return {
    postgres: { ...postgres, instanceClass: overrides.postgresClass ?? postgres.instanceClass },
    documentDb: { ...documentDb, instanceClass: overrides.documentDbClass ?? documentDb.instanceClass },
    valkey: { nodeType: overrides.valkeyClass ?? valkey.nodeType },
  };
}
