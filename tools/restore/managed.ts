import { CliError } from "../cli-error";
import { awsCli } from "../mirror/account";
import { ProgramError } from "../mirror/programs";
import type { StateResource } from "../stack/state";

export type ManagedDatabase = "postgres" | "mongodb";

/** A snapshot of one of the stack's databases. */
export interface Snapshot {
  readonly database: ManagedDatabase;
  readonly id: string;
  /** When it was taken, ISO 8601. */
  readonly time: string;
}

interface Listed {
  readonly DBSnapshots?: readonly { DBSnapshotIdentifier: string; SnapshotCreateTime?: string; Status: string }[];
  readonly DBClusterSnapshots?: readonly {
    DBClusterSnapshotIdentifier: string;
    SnapshotCreateTime?: string;
    Status: string;
  }[];
}

/** Snapshots of all databases that the stack has, the newest first; one that is not ready is none. */
export async function snapshotsOf(
  resources: readonly StateResource[],
  region: string,
  profile?: string,
): Promise<readonly Snapshot[]> {
  const idsOf = (type: string) => resources.flatMap((r) => (r.type === type && r.id !== undefined ? [r.id] : []));
  const asked = async (type: string, ...words: readonly string[]) => {
    const answers: Listed[] = [];
    for (const id of idsOf(type)) {
      const answer = await awsCli([...words, id, "--region", region, "--output", "json"], profile);
      answers.push(JSON.parse(answer || "{}") as Listed);
    }
    return answers;
  };
  const instances = await asked(
    "aws:rds/instance:Instance",
    "rds",
    "describe-db-snapshots",
    "--db-instance-identifier",
  );
  const clusters = await asked(
    "aws:docdb/cluster:Cluster",
    ...["docdb", "describe-db-cluster-snapshots", "--db-cluster-identifier"],
  );
  return ready(instances, clusters);
}

/** Those that can be restored from, the newest first. */
const ready = (instances: readonly Listed[], clusters: readonly Listed[]): readonly Snapshot[] =>
  [
    ...instances.flatMap(({ DBSnapshots = [] }) =>
      DBSnapshots.map((s) => ({ ...s, database: "postgres" as const, id: s.DBSnapshotIdentifier })),
    ),
    ...clusters.flatMap(({ DBClusterSnapshots = [] }) =>
      DBClusterSnapshots.map((s) => ({ ...s, database: "mongodb" as const, id: s.DBClusterSnapshotIdentifier })),
    ),
  ]
    .filter(({ Status, SnapshotCreateTime: time = "" }) => Status === "available" && !Number.isNaN(Date.parse(time)))
    .map(({ database, id, SnapshotCreateTime: time = "" }) => ({ database, id, time: new Date(time).toISOString() }))
    .sort((a, b) => (a.time < b.time ? 1 : -1));

/** Whether FROM is a time, with its zone: without one nobody knows which hour is meant. */
const isMoment = (from: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(from) && !Number.isNaN(Date.parse(from));

/** The snapshot of a name or ARN that is no database's of the stack: of a minute between two nights, or of another account. */
export async function snapshotNamed(from: string, region: string, profile?: string): Promise<readonly Snapshot[]> {
  if (isMoment(from)) return [];
  const asked = async (...words: readonly string[]): Promise<readonly Listed[]> => {
    try {
      const answer = await awsCli(
        [...words, from, "--include-shared", "--region", region, "--output", "json"],
        profile,
      );
      return [JSON.parse(answer || "{}") as Listed];
    } catch (error) {
      if (error instanceof ProgramError && /NotFound|InvalidParameterValue/.test(error.output)) return [];
      throw error;
    }
  };
  return ready(
    await asked("rds", "describe-db-snapshots", "--db-snapshot-identifier"),
    await asked("docdb", "describe-db-cluster-snapshots", "--db-cluster-snapshot-identifier"),
  );
}

/**
 * Of each database what `from` means: the newest snapshot up to a moment, or the one of that name.
 * @param from ISO 8601 with a time zone, or the name of a snapshot
 * @throws CliError when there is none
 */
export function chosen(all: readonly Snapshot[], from: string): readonly Snapshot[] {
  const named = all.filter((s) => s.id === from);
  if (named.length > 0) return named;
  if (!isMoment(from)) {
    throw new CliError(`FROM=${from}: no snapshot has that name, and it is no time such as 2026-01-31T02:00Z.`, [
      "make restore with the stack alone lists them",
    ]);
  }
  const until = new Date(from).toISOString();
  const databases = [...new Set(all.map((s) => s.database))];
  const found = databases.flatMap((database) => all.find((s) => s.database === database && s.time <= until) ?? []);
  if (found.length < databases.length || found.length === 0) {
    const lacking = databases.filter((d) => !found.some((s) => s.database === d)).join(", ");
    throw new CliError(`No snapshot of ${lacking || "any database"} is from ${from} or before.`, []);
  }
  return found;
}

/** For people, one line each. */
export const told = (snapshots: readonly Snapshot[]): readonly string[] =>
  snapshots.map(({ database, id, time }) => `${time.slice(0, 16)}Z  ${database.padEnd(9)}  ${id}`);
