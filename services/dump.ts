import { caMounts, type Context } from "./model/context";
import { loginSecrets } from "./model/database-users";
import { backupsBucket } from "./model/files";
import { namesOf } from "./model/checks/wiring";
import { mongodbMaster } from "./mongodb";
import { postgresMaster } from "./postgres";
import {
  inBothPlans,
  type Container,
  type GeneratedSecret,
  type Job,
  type ReleaseMount,
  type Service,
  type Store,
} from "./model/types";
import { address, envName, interpolate, secret, type EnvValue } from "./model/values";

/** Secrets that the managed stores keep themselves; only jobs read them, and a new stack has its own. */
export const masterSecrets = { postgres: "postgres-password", mongodb: "mongodb-root-password" } as const;

/** What archives are sealed with before they leave a host, or production. */
export const backupKey: GeneratedSecret = { id: "backup-key", length: 64, charset: "alphanumeric", fixed: true };

/** Of Compose on the hosts, and so in every archive. */
export const projectName = "ai-ecosystem";

/** Name of the job, of its task definition and of its log group. */
export const dumpName = "dump";

/** After the stores' own snapshots have begun (components/data): UTC, as theirs. */
const cron = "cron(30 4 * * ? *)";
/** The largest disk of Fargate: it is paid for while the task runs, some cents a month. */
export const diskGb = 200;

const folder = "/dump";
const script = (name: string) => ({ source: `dump/${name}`, target: `/scripts/${name}` });
/** The scripts find them by their place in the release. */
export const ofHost = (...names: readonly string[]): readonly ReleaseMount[] =>
  names.map((name) => ({ source: `host/bin/lib/${name}`, target: `/host/bin/lib/${name}` }));
/** How scripts of mongosh log in. */
export const mongodbServer = { source: "mongodb/server.js", target: "/mongodb/server.js" };
/**
 * A container of an archive's task. The user is that of the PostgreSQL and MongoDB images: the folders are shared, so all of them
 * are of one.
 */
export const ofArchives = {
  user: "999:999",
  networks: ["backend"],
  readOnlyRoot: true,
  capabilities: [],
  memoryMb: inBothPlans(1024),
  entrypoint: ["bash"],
} as const satisfies Partial<Container>;

export interface DumpParts {
  readonly secrets: readonly GeneratedSecret[];
  readonly stores: readonly Store[];
  /** Every service with its image, also those that are off: what they had is dumped as well. */
  readonly whole: readonly Service[];
}

/** Whether there is anything to dump. */
export const dumps = (stores: readonly Store[]): boolean => stores.some((store) => store !== "redis");

/** JSON of which keys of which bucket are which volume's files; only the names of the buckets are known later. */
export function bucketFiles(whole: readonly Service[], context: Context): EnvValue {
  const every = whole.flatMap((s) => [s, ...(s.jobs ?? [])].flatMap((c) => c.files ?? []));
  const once = [...new Map(every.map((files) => [files.bucket, files])).values()];
  const entries = once.flatMap(({ bucket, onHost = [] }) =>
    onHost.map(({ prefix, volume: { name, uid, gid }, spread = false }) => {
      const rest = JSON.stringify({ prefix, volume: name, uid, gid, spread }).slice(1);
      return interpolate`{"bucket":"${context.bucket?.(bucket).name ?? ""}",${rest}`;
    }),
  );
  const list = entries.reduce<EnvValue>((all, entry, i) => (i === 0 ? entry : interpolate`${all},${entry}`), "");
  return interpolate`[${list}]`;
}

/** Lines of a host's `.env`, of secrets by their names. */
export const envLines = (ids: readonly string[]): EnvValue =>
  [...ids].sort().reduce<EnvValue>((lines, id) => interpolate`${lines}${envName(id)}='${secret(id)}'\n`, "");

/** Every generated secret that the data is encrypted with, or that is written in it. */
function keyLines({ secrets }: DumpParts, { databases = [] }: Context): EnvValue {
  const elsewhere = new Set<string>([
    ...Object.values(masterSecrets),
    // rotated: the generated one is the first and no longer good
    ...databases.map(({ role }) => loginSecrets(role).password),
  ]);
  return envLines(secrets.flatMap(namesOf).filter((id) => !elsewhere.has(id)));
}

/**
 * The nightly dump of production, an archive as a host makes it: dumps by the stores' own images, then files, seal and upload
 * (docs/decisions/12-one-archive-for-both.md). A MongoDB of the user's own is not in it.
 */
export function dumpJob(context: Context, parts: DumpParts): Job {
  const { whole, stores } = parts;
  const has = (store: Store): boolean => stores.includes(store);
  const imageOf = (store: Store) => whole.find((s) => s.name === store)?.image ?? "";
  const common = {
    ...ofArchives,
    mounts: [
      script("postgres.sh"),
      script("mongodb.sh"),
      script("pack.sh"),
      mongodbServer,
      ...ofHost("archive.py", "seal.py", "transfer.py", "mongodb-counts.py", "dump-counts.awk"),
      ...caMounts(context.postgres),
    ],
    tmpfs: [folder, "/tmp"],
  } as const satisfies Partial<Container>;
  const base = { DUMP_FOLDER: folder, HOME: "/tmp" };
  const dump = (store: Store, environment: Record<string, EnvValue>): readonly Container[] =>
    has(store)
      ? [
          {
            ...common,
            name: `${dumpName}-${store}`,
            image: imageOf(store),
            command: [script(`${store}.sh`).target],
            environment: { ...base, ...environment },
          },
        ]
      : [];
  const first = [
    ...dump("postgres", postgresMaster(context.postgres)),
    ...dump("mongodb", mongodbMaster(context.mongodb)),
  ];
  return {
    ...common,
    name: dumpName,
    purpose: "nightly dump",
    image: context.builtImage("backup"),
    command: [script("pack.sh").target],
    environment: {
      ...Object.fromEntries(first.flatMap((c) => Object.entries(c.environment))),
      ...base,
      DUMP_FACTS: JSON.stringify({
        project: projectName,
        images: Object.fromEntries(whole.map((s) => [s.name, s.image])),
      }),
      DUMP_FILES: bucketFiles(whole, context),
      DUMP_KEYS: keyLines(parts, context),
      BACKUP_KEY: secret(backupKey.id),
      BACKUP_BUCKET: address({ bucket: backupsBucket }),
    },
    uses: stores.filter((store) => store !== "redis"),
    after: ["postgres-setup", "mongodb-setup"],
    first,
    scheduled: { cron, cpu: 1, memoryMb: 2048, diskGb },
  };
}
