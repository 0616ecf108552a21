import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { importName } from "../../../services/import";
import type { Container, Job } from "../../../services/model/types";
import { runnable, type TaskStores } from "../migrate/task";
import { fargateCatalogue } from "../recorded/fargate-services";
import type { Ran } from "./scripts";

export interface Imported extends Ran {
  /** The container that ended it. */
  readonly last: string;
}

/** The task that brings an archive in: its containers with their own environment, one after the other, until one does not end well. */
export class ImportTask {
  readonly job: Job =
    fargateCatalogue().jobs.find((j) => j.name === importName) ??
    (() => {
      throw new Error("there is no import");
    })();
  readonly disk: string;

  constructor(
    readonly folder: string,
    private readonly stores: Omit<TaskStores, "ca">,
  ) {
    this.disk = join(folder, "import");
    writeFileSync(join(folder, "ca.pem"), stores.rds.ca);
  }

  /** @param before what a container's shell does first, `{ "import-postgres": "…" }` */
  run(
    given: Readonly<Record<string, string>>,
    before: Readonly<Record<string, string>> = {},
    disk = this.disk,
  ): Imported {
    // each task has a disk of its own
    rmSync(disk, { recursive: true, force: true });
    mkdirSync(disk);
    let stdout = "";
    let output = "";
    for (const container of [...(this.job.first ?? []), this.job]) {
      const ran = this.container(
        container,
        container.name === `${importName}-open` ? given : {},
        before[container.name] ?? "",
        disk,
      );
      stdout += ran.stdout;
      output += ran.output;
      if (ran.status !== 0) return { status: ran.status, stdout, output, last: container.name };
    }
    return { status: 0, stdout, output, last: this.job.name };
  }

  private container(container: Container, given: Readonly<Record<string, string>>, before: string, disk: string): Ran {
    const stores = { ...this.stores, ca: join(this.folder, "ca.pem") };
    const { words, env } = runnable(container, "import", stores, disk, given, before);
    const { status, stdout, stderr } = spawnSync("bash", words, { encoding: "utf8", env, maxBuffer: 1 << 26 });
    return { status, stdout, output: stdout + stderr };
  }
}
