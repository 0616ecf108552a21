import { namesOf } from "../../services/model/checks/wiring";
import type { GeneratedSecret } from "../../services/model/types";
import { envName } from "../../services/model/values";

/** The value of a generated secret, by its name. */
export type SecretOf = (id: string) => string | undefined;

/** Of an archive's `.env`; values of generated secrets hold nothing that is quoted. */
export const secretsIn =
  (env: string): SecretOf =>
  (id) =>
    new RegExp(`^${envName(id)}='([A-Za-z0-9._~$/-]+)'$`, "m").exec(env)?.[1];

/** Of the generated secrets of a stack those that are brought whole, name -> value. */
export const takenOver = (secretOf: SecretOf, secrets: readonly GeneratedSecret[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    secrets.flatMap((secret) => {
      const values = namesOf(secret).flatMap((id) => {
        const value = secretOf(id);
        return value === undefined ? [] : [[id, value] as const];
      });
      return values.length < namesOf(secret).length ? [] : values;
    }),
  );
