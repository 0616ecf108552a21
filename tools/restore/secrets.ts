import type { GeneratedSecret } from "../../services/model/types";
import { namesOf } from "../../stacks/credentials";
import { envName } from "../../templates/compose";
import type { Source } from "./source";

/** A line of an archive's `.env`; values of generated secrets hold nothing that is quoted. */
const valueIn = (env: string, name: string): string | undefined =>
  new RegExp(`^${name}='([A-Za-z0-9._~$/-]+)'$`, "m").exec(env)?.[1];

/** Of the generated secrets of a stack those that the archive brings, name -> value. */
export function takenOver(source: Source, secrets: readonly GeneratedSecret[]): Readonly<Record<string, string>> {
  const given = source.secrets;
  const of = (id: string): string | undefined =>
    typeof given["env"] === "string" && Object.keys(given).length === 1
      ? valueIn(given["env"], envName(id))
      : (given as Readonly<Record<string, string>>)[id];
  return Object.fromEntries(
    secrets.flatMap((secret) => {
      const values = namesOf(secret).map((id) => [id, of(id)] as const);
      return values.some(([, value]) => value === undefined) ? [] : (values as [string, string][]);
    }),
  );
}
