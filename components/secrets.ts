import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { GeneratedSecret } from "../services/types";

export interface SecretsArgs {
  readonly generated: readonly GeneratedSecret[];
  /** Secrets that come from the configuration, id -> value. */
  readonly configured: Readonly<Record<string, pulumi.Output<string>>>;
  /** Refuse to delete the keys that data is encrypted with. */
  readonly protect: boolean;
}

/** The secrets of a stack: made once, kept in the state (encrypted), never made again by a changed argument. */
export class Secrets extends pulumi.ComponentResource {
  /** Id -> value, every one secret; sorted by id. */
  public readonly values: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:secrets:Secrets", name, {}, opts);
    const values: Record<string, pulumi.Output<string>> = {};
    for (const spec of args.generated) {
      const options = {
        parent: this,
        protect: spec.fixed === true && args.protect,
        // an edit of the catalogue must not change a password that is in use
        ignoreChanges: ["length", "special", "overrideSpecial", "minUpper", "minLower", "minNumeric", "minSpecial"],
      };
      const logicalName = `${name}-${spec.id}`;
      if (spec.charset === "hex") {
        values[spec.id] = new random.RandomBytes(logicalName, { length: spec.length / 2 }, options).hex;
        continue;
      }
      const typed = spec.charset === "password" ? { minUpper: 2, minLower: 2, minNumeric: 2, minSpecial: 1 } : {};
      const password = new random.RandomPassword(
        logicalName,
        // symbols that need no quoting in a shell, a URL or a form
        { length: spec.length, special: spec.charset === "password", overrideSpecial: "-_.~", ...typed },
        options,
      );
      values[spec.id] = password.result;
      if (spec.bcrypt === true) values[`${spec.id}-hash`] = password.bcryptHash;
    }
    Object.assign(values, args.configured);
    this.values = Object.fromEntries(
      Object.entries(values)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, value]) => [id, pulumi.secret(value)]),
    );
    this.registerOutputs({});
  }
}
