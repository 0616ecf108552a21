import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { root } from "./root";

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
export interface Job {
  readonly uses?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly "cancel-in-progress": boolean };
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}
export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A workflow, parsed and as it is written. */
export interface WorkflowFile {
  readonly file: string;
  readonly text: string;
  readonly workflow: Workflow;
}

export const workflowsFolder = join(root, ".github", "workflows");

export const workflowFiles = (): readonly WorkflowFile[] =>
  readdirSync(workflowsFolder)
    .sort()
    .map((file) => {
      const text = readFileSync(join(workflowsFolder, file), "utf8");
      return { file, text, workflow: load(text) as Workflow };
    });

export interface PlacedJob extends WorkflowFile {
  readonly id: string;
  readonly job: Job;
}

export const jobsOf = (files: readonly WorkflowFile[]): readonly PlacedJob[] =>
  files.flatMap((f) => Object.entries(f.workflow.jobs).map(([id, job]) => ({ ...f, id, job })));
