import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { importName } from "../../../services/import";
import type { Container, Job } from "../../../services/model/types";
import type { MongodbStandIn } from "../mongodb/server";
import type { PostgresServer } from "../postgres";
import { fargateCatalogue } from "../recorded/fargate-services";
import { root } from "../root";
import type { S3Server } from "../s3/server";
import { variableText } from "../values";
import type { Ran } from "./scripts";

export interface ImportStores {
  readonly s3: S3Server;
  readonly rds: PostgresServer;
  readonly mongodb: MongodbStandIn;
  readonly bucket: string;
  readonly key: string;
  readonly secret: (id: string) => string;
}

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
    private readonly stores: ImportStores,
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
    const { s3, rds, mongodb, bucket, key, secret } = this.stores;
    const own = Object.entries(container.environment).map(([name, value]) => [name, variableText(value, secret)]);
    const variables = Object.fromEntries(own) as Record<string, string>;
    const here: Record<string, string> = {
      IMPORT_FOLDER: disk,
      BACKUP_KEY: key,
      BACKUP_BUCKET: bucket,
      PGHOST: rds.host,
      PGPORT: String(rds.port),
      PGUSER: rds.master.username,
      PGPASSWORD: rds.master.password,
      PGSSLROOTCERT: join(this.folder, "ca.pem"),
    };
    const [command = "", ...words] = container.command ?? [];
    const script = join(root, "templates/import", basename(command));
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-c", `${s3.environment}\n${mongodb.environment}\n${before}\nexec bash "${script}" "$@"`, "bash", ...words],
      {
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"],
          ...variables,
          ...Object.fromEntries(Object.entries(here).filter(([name]) => name in variables)),
          ...given,
        },
        maxBuffer: 1 << 26,
      },
    );
    return { status, stdout, output: stdout + stderr };
  }
}
