import type { Migrations, OwnedDatabase } from "../database";
import type { Service } from "../types";

/** The version in an image's tag, `4.18.0` of `chatwoot/chatwoot:v4.18.0-ce`; `undefined` where the tag does not tell. */
export function versionIn(image: string): string | undefined {
  const tag = /:([^:/]+)$/.exec(image.split("@")[0] ?? "")?.[1] ?? "";
  return /^v?(\d+\.\d+(?:\.\d+)?)(?:$|[-+])/.exec(tag)?.[1];
}

/** What people call the application that a service is a process of. */
export const applicationTitle = ({ application, title }: Pick<Service, "application" | "title">): string =>
  application?.title ?? title.en;

/** Each image once, by the first service that has it. */
export const firstOfEachImage = (services: readonly Service[]): readonly Service[] =>
  services.filter((s, i) => services.findIndex((o) => o.image === s.image) === i);

/** A database, and the version that works with it; what templates/postgres/versions.sql compares. */
export interface DatabaseVersion {
  readonly database: string;
  readonly service: string;
  readonly application: string;
  readonly version: string;
  /** Table in which its migrations are recorded. */
  readonly migrations: string;
  readonly step: Migrations["step"];
}

/** Of the databases whose applications run, and tell their version; `image` of a service that runs. */
export const databaseVersions = (
  databases: readonly OwnedDatabase[],
  image: (service: string) => string | undefined,
): readonly DatabaseVersion[] =>
  databases.flatMap(({ name, service, application, migrations }) => {
    const version = versionIn(image(service) ?? "");
    if (version === undefined || migrations === undefined) return [];
    return [{ database: name, service, application, version, migrations: migrations.table, step: migrations.step }];
  });

const numbers = (version: string): readonly [number, number, number] => {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return [major, minor, patch];
};

/** Less than 0 where the first is older. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [numbers(a), numbers(b)];
  const i = x.findIndex((n, at) => n !== y[at]);
  return i < 0 ? 0 : (x[i] ?? 0) - (y[i] ?? 0);
}

/** Why an application may not move from one version to another at once; `undefined` when it may. As versions.sql has it. */
export function moveProblem(from: string, to: string, step: Migrations["step"]): string | undefined {
  if (compareVersions(to, from) < 0) return "is older than the data: it does not know the migrations that have run";
  const [[major, minor], [wantedMajor, wantedMinor]] = [numbers(from), numbers(to)];
  const near = (wantedMajor === major && wantedMinor <= minor + 1) || (wantedMajor === major + 1 && wantedMinor === 0);
  return step === "minor" && !near
    ? `is too far for its migrations: one minor version at a time, first ${major}.${minor + 1}`
    : undefined;
}
