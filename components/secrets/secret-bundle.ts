import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface SecretBundleArgs {
  /** Who reads it, and what for. */
  readonly description: string;
  /** Environment variable -> value. */
  readonly values: Readonly<Record<string, pulumi.Input<string>>>;
  /** Days in which a deleted secret can be restored, 7 to 30; 0 deletes it at once. */
  readonly recoveryDays: number;
}

/** The secrets of one service, in one secret of Secrets Manager whose JSON keys are the environment variables. */
export class SecretBundle extends pulumi.ComponentResource {
  public readonly arn: pulumi.Output<string>;
  /** Changes with each value. */
  public readonly versionId: pulumi.Output<string>;
  private readonly keys: ReadonlySet<string>;

  constructor(name: string, args: SecretBundleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:data:SecretBundle", name, {}, opts);
    const keys = Object.keys(args.values).sort();
    const wrong = keys.filter((key) => !/^[A-Z][A-Z0-9_]*$/.test(key));
    if (keys.length === 0 || wrong.length > 0) {
      const what = keys.length === 0 ? "has none" : `has ${wrong.join(", ")}`;
      throw new pulumi.ResourceError(`\`values\` ${what}: environment variables are needed, e.g. SMTP_PASSWORD`, this);
    }
    this.keys = new Set(keys);
    const inside = { parent: this };
    // auto-named: a name would be taken for as long as a deleted secret can be restored
    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      { description: args.description, recoveryWindowInDays: args.recoveryDays },
      inside,
    );
    const version = new aws.secretsmanager.SecretVersion(
      `${name}-version`,
      {
        secretId: secret.id,
        // sorted, so that the same values are the same version
        secretString: pulumi.secret(pulumi.jsonStringify(Object.fromEntries(keys.map((k) => [k, args.values[k]])))),
      },
      inside,
    );
    // the ARN by way of the version: who uses the one needs the other
    this.arn = version.secretId;
    this.versionId = version.versionId;
    this.registerOutputs({ arn: this.arn });
  }

  /**
   * `valueFrom` of an environment variable in a task definition. It names the version: a changed value is a changed task
   * definition, and so new tasks that have read it.
   */
  public reference(key: string): pulumi.Output<string> {
    if (!this.keys.has(key)) {
      throw new pulumi.ResourceError(`no value ${key} in this bundle: ${[...this.keys].join(", ")}`, this);
    }
    return pulumi.interpolate`${this.arn}:${key}::${this.versionId}`;
  }
}
