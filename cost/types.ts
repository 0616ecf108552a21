import type { Catalogue } from "../services/catalogue";
import type { Words } from "../services/model/text";
import type { Settings } from "../settings/settings";
import type { Declared } from "./declared";
import type { PriceList } from "../settings/prices/prices";

/** The settings that decide what a stack costs. */
export type CostSettings = Pick<
  Settings,
  | "topology"
  | "instanceType"
  | "memoryPlan"
  | "cpuCredits"
  | "swapSizeGb"
  | "rootVolumeGb"
  | "dataVolumeGb"
  | "data"
  | "natGateways"
  | "hostedZone"
  | "backups"
  | "backupRetentionDays"
  | "costProfile"
  | "deployment"
  | "postgresClass"
  | "documentDbClass"
  | "valkeyClass"
  | "azCount"
  | "guardDuty"
  | "logRetentionDays"
  | "region"
  | "stack"
>;

export interface CostInput {
  readonly settings: CostSettings;
  readonly catalogue: Pick<Catalogue, "services" | "stores">;
  /** What the stack's program declares. */
  readonly resources: readonly Declared[];
  /** @default those of the region in settings/prices/, with the user's overrides */
  readonly prices?: PriceList;
}

interface Line {
  readonly id: string;
  readonly item: Words;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly source: string;
  readonly date: string;
  /** The region that the price is of, when none was found for the stack's. */
  readonly otherRegion?: string;
  /** An assumption that the quantity rests on. */
  readonly note?: Words;
}

/** Paid every month, whatever happens. `monthlyUsd` is rounded to cents. */
export interface FloorLine extends Line {
  readonly quantity: number;
  readonly monthlyUsd: number;
}

/** Paid by use: from what a quiet month costs (`minUsd`) to what a heavy one does. */
export interface UsageLine extends Line {
  readonly minQuantity: number;
  readonly maxQuantity: number;
  readonly minUsd: number;
  readonly maxUsd: number;
  /** What is free of charge each month. */
  readonly free?: Words;
}

/** A setting that saves money. */
export interface Saving {
  readonly title: Words;
  readonly command: string;
  /** Per month, of the floor or of the most that usage can add. */
  readonly savesUsd: number;
  readonly of: "floor" | "usage";
  readonly price: Words;
}

/** A service's part of the instance, by its memory limit. */
export interface Share {
  readonly service: string;
  readonly memoryMb: number;
  readonly share: number;
  readonly monthlyUsd: number;
}

/** What the lines of one topology are made of. */
export interface CostLines {
  readonly floor: readonly FloorLine[];
  readonly usage: readonly UsageLine[];
}

export interface CostEstimate extends CostLines {
  readonly topology: Settings["topology"];
  readonly region: string;
  readonly currency: "USD";
  readonly pricesAsOf: string;
  readonly hoursPerMonth: number;
  readonly floorUsd: number;
  /** Said with the sum: `3 of 7 prices are us-east-1's`; absent when all are the region's own. */
  readonly floorOtherRegion?: Words;
  readonly usageOtherRegion?: Words;
  readonly usageMinUsd: number;
  readonly usageMaxUsd: number;
  readonly savings: readonly Saving[];
  readonly shares: readonly Share[];
  /** Things that cost nothing, and are used. */
  readonly free: readonly Words[];
  /** What the estimate leaves out. */
  readonly notes: readonly Words[];
}
