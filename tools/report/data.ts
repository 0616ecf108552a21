import type { Finding } from "../../policies/engine/types";
import type { Catalogue } from "../../services/catalogue";
import type { CostEstimate } from "../../cost/types";
import type { MemoryBudget } from "../../cost/memory";
import type { RecordedResource } from "../../record/record";
import type { TaskSizes } from "../../cost/tasks";
import type { Language, Text } from "../../services/model/types";
import type { NotSetUp } from "../preview/not-set-up";

/** A public address of the stack. */
export interface Endpoint {
  readonly title: Text;
  readonly description: Text;
  readonly url: string;
  /** The original specification's path on the bare address, which redirects here. */
  readonly legacyPath?: string;
  /** Name of the service that answers. */
  readonly service: string;
}

/** A file that the preview writes, by its path below `out/<stack>/`. */
export interface OutFile {
  readonly path: string;
  readonly text: string;
  /** What it is, for the list. */
  readonly about?: Text;
  readonly executable?: true;
}

/** The settings that the page shows in its head. */
interface CommonFacts {
  readonly stack: string;
  readonly project: string;
  readonly region: string;
  /** Of the page. */
  readonly language: Language;
  readonly address: string;
  /** Encrypted settings that a placeholder stands for. */
  readonly placeholders: readonly string[];
  /** Settings that the topology does not read. */
  readonly unused: readonly string[];
  /** The file of the project's examples that the settings are from; absent when they are the stack's own. */
  readonly example?: string;
  /** What was made of values that were not as AWS writes them. */
  readonly notes: readonly string[];
}
export interface HostFacts extends CommonFacts {
  readonly topology: "host";
  readonly instanceType: string;
  readonly dataVolumeGb: number;
  readonly swapSizeGb: number;
  readonly plan: "compact" | "standard";
}
export interface FargateFacts extends CommonFacts {
  readonly topology: "fargate";
  readonly costProfile: "economy" | "standard";
  readonly zones: number;
  readonly natGateways: number;
}

interface CommonPreview {
  readonly catalogue: Catalogue;
  readonly endpoints: readonly Endpoint[];
  readonly resources: readonly RecordedResource[];
  readonly cost: CostEstimate;
  readonly findings: readonly Finding[];
  /** What is allowed, and rarely meant: a sentence each. */
  readonly notices: readonly string[];
  /** What the stack does without. */
  readonly notSetUp: readonly NotSetUp[];
  /** The rendered files, without those that the report itself adds. */
  readonly files: readonly OutFile[];
  /** When the preview was made (`2026-11-29`), and of which commit. @default the page tells neither */
  readonly made?: { readonly date: string; readonly commit?: string };
}
export interface HostPreview extends CommonPreview {
  readonly topology: "host";
  readonly facts: HostFacts;
  readonly memory: MemoryBudget;
}
export interface FargatePreview extends CommonPreview {
  readonly topology: "fargate";
  readonly facts: FargateFacts;
  readonly tasks: TaskSizes;
}

/** Everything that a preview has found out; holds no secret. */
export type PreviewData = HostPreview | FargatePreview;
