import { basename, join } from "node:path";
import type { Container } from "../../../services/model/types";
import type { MongodbStandIn } from "../mongodb/server";
import type { PostgresServer } from "../postgres";
import { root } from "../root";
import type { S3Server } from "../s3/server";
import { variableText } from "../values";

/** What the tasks of archives reach in a test, in place of AWS's stores. */
export interface TaskStores {
  readonly s3: S3Server;
  readonly rds: PostgresServer;
  readonly mongodb: MongodbStandIn;
  /** Of the backups. */
  readonly bucket: string;
  readonly key: string;
  readonly secret: (id: string) => string;
  /** File with the certificate of `rds`. */
  readonly ca: string;
}

/** How a container of such a task runs here: bash's arguments, and all of its environment. */
export interface Runnable {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * @param folder `dump` or `import`: where the scripts are in the release
 * @param disk the task's own
 * @param before what its shell does first
 */
export function runnable(
  container: Container,
  folder: "dump" | "import",
  { s3, rds, mongodb, bucket, key, secret, ca }: TaskStores,
  disk: string,
  given: Readonly<Record<string, string>> = {},
  before = "",
): Runnable {
  const own: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(container.environment).map(([name, value]) => [name, variableText(value, secret)]),
  );
  const here: Readonly<Record<string, string>> = {
    DUMP_FOLDER: disk,
    IMPORT_FOLDER: disk,
    BACKUP_KEY: key,
    BACKUP_BUCKET: bucket,
    PGHOST: rds.host,
    PGPORT: String(rds.port),
    PGUSER: rds.master.username,
    PGPASSWORD: rds.master.password,
    PGSSLROOTCERT: ca,
  };
  const [command = "", ...words] = container.command ?? [];
  const script = join(root, "templates", folder, basename(command));
  return {
    words: ["-c", `${s3.environment}\n${mongodb.environment}\n${before}\nexec bash "${script}" "$@"`, "bash", ...words],
    env: {
      PATH: process.env["PATH"],
      ...own,
      ...Object.fromEntries(Object.entries(here).filter(([name]) => name in own)),
      ...given,
    },
  };
}
