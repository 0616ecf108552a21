import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Charset, GeneratedSecret } from "../../services/model/types";

export interface SecretsArgs {
  readonly generated: readonly GeneratedSecret[];
  /** Secrets that come from the configuration, id -> value. */
  readonly configured: Readonly<Record<string, pulumi.Output<string>>>;
  /** Refuse to delete the keys that data is encrypted with. */
  readonly protect: boolean;
}

/** Arguments of RandomPassword. Not RandomBytes for hexadecimal: the id of that resource is the value, in plain. */
const alphabet: Readonly<Record<Charset, Partial<random.RandomPasswordArgs>>> = {
  alphanumeric: { special: false },
  hex: { upper: false, lower: false, numeric: true, special: true, overrideSpecial: "abcdef" },
  // symbols that need no quoting in a shell, a URL or a form
  password: { overrideSpecial: "-_.~", minUpper: 2, minLower: 2, minNumeric: 2, minSpecial: 1 },
};
/** All of them: an edit of the catalogue must not change a password that is in use. */
const kept = [
  "length",
  "upper",
  "lower",
  "numeric",
  "special",
  "overrideSpecial",
  "minUpper",
  "minLower",
  "minNumeric",
  "minSpecial",
];

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
        ignoreChanges: kept,
      };
      const logicalName = `${name}-${spec.id}`;
      const password = new random.RandomPassword(
        logicalName,
        { length: spec.length, ...alphabet[spec.charset] },
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
