import {
  bucketFiles,
  diskGb,
  envLines,
  ofArchives,
  ofHost,
  backupKey,
  dumpName,
  mongodbServer,
  type DumpParts,
} from "./dump";
import { caMounts, type Context } from "./model/context";
import { databaseUserList } from "./model/database-users";
import { backupsBucket } from "./model/files";
import { databaseVersions } from "./model/images/version";
import { mongodbMaster } from "./mongodb";
import { postgresMaster } from "./postgres";
import type { Container, Job, Store } from "./model/types";
import { address, secret, type EnvValue } from "./model/values";

/** Name of the job, of its task definition and of its log group. */
export const importName = "import";

/** Where in the backups bucket the archives are that are brought in. */
export const importPrefix = "import/";

const folder = "/import";
const script = (name: string) => ({ source: `import/${name}`, target: `/scripts/${name}` });

/**
 * Brings a host's archive into the managed stores: the way back of the nightly dump, in the same images
 * (docs/decisions/12-one-archive-for-both.md). Somebody starts it, with these variables for its first container, `import-open`,
 * which tells the others by the disk that they share:
 *
 * - `IMPORT_ARCHIVE`: key in the backups bucket, `import/NAME`; sealed with the stack's own `backup-key`
 * - `IMPORT_MODE`: `check` (only looks), `import`, `compare` (counts again), `clean` (lets go what was replaced)
 * - `IMPORT_REPLACE`: `yes` to import where people have data already
 *
 * What came of it is the code of the first container that did not end with 0, as none runs after it: 1 it failed, 4 the archive was
 * sealed or made with other keys, 5 something stands against it. Its log says why.
 */
export function importJob(context: Context, { secrets, stores, whole }: DumpParts): Job {
  const has = (store: Store): boolean => stores.includes(store);
  const imageOf = (service: string) => whole.find((s) => s.name === service)?.image ?? "";
  const { databases = [], mongodbUsers = [] } = context;
  const common = {
    ...ofArchives,
    mounts: [
      ...["open.sh", "documentdb.jq", "postgres.sh", "mongodb.sh", "finish.sh"].map(script),
      { source: "postgres/versions.sql", target: "/postgres/versions.sql" },
      mongodbServer,
      ...ofHost("seal.py", "transfer.py", "mongodb-counts.py", "backups/versions.jq", "backups/counts.sql"),
      ...caMounts(context.postgres),
    ],
    tmpfs: [folder, "/tmp"],
  } as const satisfies Partial<Container>;
  const base = { IMPORT_FOLDER: folder, HOME: "/tmp" };
  const container = (
    name: string,
    image: string,
    command: readonly string[],
    environment: Record<string, EnvValue>,
  ): Container => ({
    ...common,
    name: `${importName}-${name}`,
    image,
    command: [script(command[0] ?? "").target, ...command.slice(1)],
    environment: { ...base, ...environment },
  });
  const versions = JSON.stringify(databaseVersions(databases, imageOf));
  // looked at before PostgreSQL is touched, and brought in after it
  const mongo = (name: "look" | "mongodb"): readonly Container[] =>
    has("mongodb")
      ? [
          container(name, imageOf("mongodb"), ["mongodb.sh", name], {
            ...mongodbMaster(context.mongodb),
            IMPORT_COLLECTIONS: JSON.stringify(
              Object.fromEntries(
                mongodbUsers.flatMap(({ database, used }) => (used === undefined ? [] : [[database, used]])),
              ),
            ),
          }),
        ]
      : [];
  const packed = context.builtImage("backup");
  const first = [
    container("open", packed, ["open.sh"], {
      BACKUP_KEY: secret(backupKey.id),
      BACKUP_BUCKET: address({ bucket: backupsBucket }),
      // data is encrypted with them: with others it could not be read
      IMPORT_KEYS: envLines(secrets.filter((s) => s.fixed === true).map((s) => s.id)),
      DATABASE_VERSIONS: versions,
      IMPORT_STORES: stores.join(" "),
    }),
    ...mongo("look"),
    ...(has("postgres")
      ? [
          container("postgres", imageOf("postgres"), ["postgres.sh"], {
            ...postgresMaster(context.postgres),
            DATABASE_USERS: databaseUserList(databases),
            DATABASE_VERSIONS: versions,
            IMPORT_USED: databases
              .flatMap(({ name, used }) => (used === undefined ? [] : `${name}\t${used}\n`))
              .join(""),
          }),
        ]
      : []),
    ...mongo("mongodb"),
  ];
  return {
    ...common,
    name: importName,
    purpose: "a host's archive into production",
    image: packed,
    command: [script("finish.sh").target],
    environment: {
      ...Object.fromEntries(first.flatMap((c) => Object.entries(c.environment))),
      ...base,
      IMPORT_FILES: bucketFiles(whole, context),
    },
    uses: stores.filter((store) => store !== "redis"),
    after: ["postgres-setup", "mongodb-setup"],
    first,
    scheduled: { secretsOf: dumpName, cpu: 2, memoryMb: 4096, diskGb },
  };
}
