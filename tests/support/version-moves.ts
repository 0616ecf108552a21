/**
 * Versions from which and to which an application goes that migrates from minor to minor, and why not. The rule stands where
 * it is asked: in services/model/images/version.ts, in templates/postgres/versions.sql and, for an archive whose database is
 * not there yet, in jq (templates/host/bin/lib/backups/versions.sh). Each is held against this table.
 */
export const versionMoves: readonly (readonly [from: string, to: string, why: "far" | "back" | undefined])[] = [
  ["4.18.0", "4.18.0", undefined],
  ["4.18.0", "4.18.2", undefined],
  ["4.18.2", "4.19.0", undefined],
  ["4.19.0", "5.0.1", undefined],
  ["4.18.0", "5.0.0", undefined],
  ["4.18.0", "4.20.0", "far"],
  ["4.18.0", "5.1.0", "far"],
  ["4.18.0", "6.0.0", "far"],
  ["4.18.2", "4.18.1", "back"],
  ["4.10.0", "4.9.0", "back"],
  ["5.0.0", "4.19.0", "back"],
];
