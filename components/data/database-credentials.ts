import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { formatCredential } from "../../templates/lambda/rotation/credential";

export interface DatabaseUser {
  /** Role that owns or may read the data; its second login is `<role>_clone`. */
  readonly role: string;
  readonly database: string;
  /** The first password. A later change of it has no effect: the rotation makes the next ones. */
  readonly password: pulumi.Input<string>;
}

export interface DatabaseCredentialsArgs {
  /** By a name in kebab-case. */
  readonly users: Readonly<Record<string, DatabaseUser>>;
  /** Days in which a deleted secret can be restored, 7 to 30; 0 deletes it at once. */
  readonly recoveryDays: number;
}

/** User and password of the databases' users, a secret for each, so that each service reads its own alone. */
export class DatabaseCredentials extends pulumi.ComponentResource {
  /** ARNs of the secrets, by the names of the users. */
  private readonly arns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: DatabaseCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:data:DatabaseCredentials", name, {}, opts);
    this.arns = Object.fromEntries(
      Object.entries(args.users).map(([user, spec]) => [user, this.secret(`${name}-${user}`, spec, args.recoveryDays)]),
    );
    this.registerOutputs({ arns: this.arns });
  }

  /** ARN of a user's secret. */
  public arnOf(user: string): pulumi.Output<string> {
    const arn = this.arns[user];
    if (arn === undefined) {
      throw new pulumi.ResourceError(`no database user ${user}: ${Object.keys(this.arns).join(", ")}`, this);
    }
    return arn;
  }

  /**
   * `valueFrom` of an environment variable in a task definition: whatever is current when the task starts. The user name
   * must come from here as well, as it changes with each rotation.
   */
  public reference(user: string, key: "username" | "password"): pulumi.Output<string> {
    return pulumi.interpolate`${this.arnOf(user)}:${key}::`;
  }

  private secret(name: string, spec: DatabaseUser, recoveryWindowInDays: number): pulumi.Output<string> {
    const inside = { parent: this };
    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      { description: `PostgreSQL: ${spec.role} in ${spec.database}`, recoveryWindowInDays },
      inside,
    );
    const version = new aws.secretsmanager.SecretVersion(
      `${name}-version`,
      {
        secretId: secret.id,
        // Secrets Manager may delete a version without a label: a refresh would miss it and put it back, as the current one
        versionStages: ["AWSCURRENT", "FIRST"],
        secretString: pulumi.secret(
          pulumi
            .output(spec.password)
            .apply((password) => formatCredential({ username: spec.role, password, dbname: spec.database })),
        ),
      },
      // later versions and the labels are the rotation's; it goes with its secret, whatever labels it has by then
      { ...inside, ignoreChanges: ["secretString", "versionStages"], retainOnDelete: true },
    );
    // there is something to read by the time that somebody gets the ARN
    return pulumi.all([secret.arn, version.versionId]).apply(([arn]) => arn);
  }
}
