import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "../iam-policy";
import { usable } from "../usable";
import { smallLambda } from "../lambda/lambda";

/** A database user whose password is rotated. */
export interface RotatedUser {
  /** ARN of its secret (DatabaseCredentials). */
  readonly secretArn: pulumi.Input<string>;
  /** ARNs of the ECS services that read the secret when their tasks start. */
  readonly services: readonly pulumi.Input<string>[];
}

export interface DatabaseRotationArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets with a way to Secrets Manager (NAT gateway or endpoint). */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly postgres: {
    readonly host: pulumi.Input<string>;
    readonly port: number;
    readonly securityGroupId: pulumi.Input<string>;
    /** Lets a security group in. @returns the rules */
    readonly admit: (securityGroupId: pulumi.Input<string>) => readonly pulumi.CustomResource[];
  };
  /** By a name in kebab-case. Never keys that data is encrypted with: that data would be lost. */
  readonly users: Readonly<Record<string, RotatedUser>>;
  /** Days from one rotation to the next; the first is so many days after the services are there. */
  readonly everyDays: number;
  readonly logRetentionDays: number;
}

/**
 * Gives the databases' users new passwords: each has two logins, the idle one gets the next password and takes over, and
 * then the services that use it are deployed anew, as they read their secrets only when they start. The login before stays
 * good until the next time, so nothing is cut off.
 */
export class DatabaseRotation extends pulumi.ComponentResource {
  /** Names of the two functions: the dimension of their metrics. */
  public readonly functionNames: Readonly<Record<"rotator" | "redeployer", pulumi.Output<string>>>;

  constructor(name: string, args: DatabaseRotationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:data:DatabaseRotation", name, {}, opts);
    const inside = { parent: this };
    const users = Object.entries(args.users);
    const secretArns = users.map(([, user]) => user.secretArn);
    const rotator = smallLambda(
      `${name}-rotator`,
      {
        code: "rotation",
        description: "Rotates the passwords of the PostgreSQL users",
        environment: {
          DATABASE_HOST: args.postgres.host,
          DATABASE_PORT: String(args.postgres.port),
          // Node.js does not load AWS's own certificates, which RDS's are checked with, by itself
          NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem",
        },
        timeoutSeconds: 60,
        statements: [
          allow(
            "Secrets",
            [
              "secretsmanager:DescribeSecret",
              "secretsmanager:GetSecretValue",
              "secretsmanager:PutSecretValue",
              "secretsmanager:UpdateSecretVersionStage",
            ],
            secretArns,
          ),
        ],
        logRetentionDays: args.logRetentionDays,
        vpc: { subnetIds: args.subnetIds, securityGroupId: this.firewall(name, args) },
      },
      this,
    );
    const { redeployer, target } = this.redeployment(name, args, secretArns);
    for (const [user, { secretArn }] of users) {
      const permission = new aws.lambda.Permission(
        `${name}-${user}-invoke`,
        {
          action: "lambda:InvokeFunction",
          function: rotator.name,
          principal: "secretsmanager.amazonaws.com",
          sourceArn: secretArn,
        },
        inside,
      );
      new aws.secretsmanager.SecretRotation(
        `${name}-${user}-schedule`,
        {
          secretId: secretArn,
          rotationLambdaArn: usable(rotator.arn, [permission]),
          rotationRules: { automaticallyAfterDays: args.everyDays },
          // it is tried at once, though: the login in use must be good
          rotateImmediately: false,
        },
        // by way of the target after the services, and so after the job that makes the roles
        { ...inside, dependsOn: [target] },
      );
    }
    this.functionNames = { rotator: rotator.name, redeployer: redeployer.name };
    this.registerOutputs({});
  }

  /** Security group, known when it has its way to PostgreSQL, at both ends, and out. */
  private firewall(name: string, args: DatabaseRotationArgs): pulumi.Output<string> {
    const inside = { parent: this };
    const group = new aws.ec2.SecurityGroup(
      `${name}-sg`,
      { vpcId: args.vpcId, description: "Rotation of the database passwords", tags: { Name: name } },
      inside,
    );
    const out = { securityGroupId: group.id, ipProtocol: "tcp" };
    const postgres = new aws.vpc.SecurityGroupEgressRule(
      `${name}-out-postgres`,
      {
        ...out,
        referencedSecurityGroupId: args.postgres.securityGroupId,
        fromPort: args.postgres.port,
        toPort: args.postgres.port,
        description: "PostgreSQL",
      },
      inside,
    );
    const https = new aws.vpc.SecurityGroupEgressRule(
      `${name}-out-https`,
      { ...out, cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443, description: "Secrets Manager" },
      inside,
    );
    return usable(group.id, [postgres, https, ...args.postgres.admit(group.id)]);
  }

  /** A secret's label moved: whoever reads that secret is deployed anew. */
  private redeployment(name: string, args: DatabaseRotationArgs, secretArns: readonly pulumi.Input<string>[]) {
    const inside = { parent: this };
    const users = Object.values(args.users);
    const services = users.flatMap((user) => user.services);
    const redeployer = smallLambda(
      `${name}-redeployer`,
      {
        code: "redeployment",
        description: "Deploys the services anew whose database password was rotated",
        environment: {
          CONSUMERS: pulumi.jsonStringify(users.map((u) => ({ secret: u.secretArn, services: u.services }))),
        },
        timeoutSeconds: 60,
        statements:
          services.length === 0
            ? []
            : [
                allow(
                  "Redeploy",
                  ["ecs:UpdateService"],
                  pulumi.all(services).apply((arns) => [...new Set(arns)].sort()),
                ),
              ],
        logRetentionDays: args.logRetentionDays,
      },
      this,
    );
    const rule = new aws.cloudwatch.EventRule(
      `${name}-rotated`,
      {
        description: "A database password was rotated",
        // Secrets Manager's own event: those by way of CloudTrail need a trail, which an account may not have
        eventPattern: pulumi.jsonStringify({
          source: ["aws.secretsmanager"],
          "detail-type": ["Secret Label Updated"],
          resources: secretArns,
          detail: { labelUpdated: ["AWSCURRENT"] },
        }),
      },
      inside,
    );
    const permission = new aws.lambda.Permission(
      `${name}-rotated-invoke`,
      {
        action: "lambda:InvokeFunction",
        function: redeployer.name,
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      inside,
    );
    const target = new aws.cloudwatch.EventTarget(
      `${name}-rotated-target`,
      { rule: rule.name, arn: redeployer.arn },
      { ...inside, dependsOn: [permission] },
    );
    return { redeployer, target };
  }
}
