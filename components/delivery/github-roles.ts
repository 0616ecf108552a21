import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dataStatements, edgeStatements, observationStatements } from "./deploy-platform";
import { computeStatements, imageStatements, networkStatements } from "./deploy-runtime";
import { githubIssuer, githubTrust, type TrustedJobs } from "./github-trust";
import { githubRepository } from "../../settings/formats/github-repository";
import { boundaryStatements, deliveryPath, identityStatements } from "./identity";
import { denyData, readPlatform, readWorkload } from "./preview-policy";
import { deployStateStatements, previewStateStatements, type State } from "./state";
import { policyDocument, type Scope, type Statement } from "./statements";

export interface GithubRolesArgs {
  readonly stack: string;
  /** `owner/name`, or `owner@123/name@456` with GitHub's numeric ids. */
  readonly repository: string;
  /** An account has one provider for GitHub at most. */
  readonly oidc: "create" | "existing";
  readonly state: State;
  readonly domain: string;
}

const main = "refs/heads/main";
const ofMain: TrustedJobs = { context: `ref:${main}`, ref: main };
/** Which jobs take which role; the workflows' files are in .github/workflows. */
export const trusted = {
  // The role decrypts the state. A pull request runs whatever its branch says, its packages included, so it asks within an
  // environment whose reviewers have read it; the nightly look for drift runs what is merged
  preview: [{ context: "environment:preview", environment: "preview" }, ofMain],
  // nobody waits at night to approve the copy of an image, so this one has no environment, and no other right
  images: [ofMain],
  deploy: [{ context: "environment:production", environment: "production", ref: main }],
} as const satisfies Record<string, readonly TrustedJobs[]>;

/**
 * GitHub's OIDC provider and the roles of the workflows: no key of AWS lies at GitHub. What the deploy role may not
 * do is change these roles and the operators' group: that is for an administrator's `make up`.
 */
export class GithubRoles extends pulumi.ComponentResource {
  /** ARNs of the roles. */
  public readonly arns: Readonly<Record<"previewRoleArn" | "imagesRoleArn" | "deployRoleArn", pulumi.Output<string>>>;
  /** Every role of the stack must have it, or the deploy role cannot make it: see `withBoundary`. */
  public readonly boundaryArn: pulumi.Output<string>;

  constructor(name: string, args: GithubRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:delivery:GithubRoles", name, {}, opts);
    const inside = { parent: this };
    const path = deliveryPath(args.stack);
    // an error here, not at AWS
    githubRepository(args.repository);

    const url = `https://${githubIssuer}`;
    const providerArn =
      args.oidc === "existing"
        ? aws.iam.getOpenIdConnectProviderOutput({ url }, inside).arn
        : new aws.iam.OpenIdConnectProvider(`${name}-oidc`, { url, clientIdLists: ["sts.amazonaws.com"] }, inside).arn;
    const place = pulumi.all([aws.getCallerIdentityOutput({}, inside), aws.getRegionOutput({}, inside)]);
    const scope = place.apply(([identity, region]): Scope => {
      return {
        account: identity.accountId,
        region: region.region,
        stack: args.stack,
        domain: args.domain,
        state: args.state,
      };
    });

    const policy = (
      role: string,
      description: string,
      statements: (s: Scope, arn: string) => readonly Statement[],
      arn: pulumi.Input<string> = "",
    ) =>
      new aws.iam.Policy(
        `${name}-${role}`,
        {
          path,
          description,
          policy: pulumi.all([scope, arn]).apply(([s, a]) => policyDocument(statements(s, a))),
        },
        inside,
      );
    const role = (kind: keyof typeof trusted, description: string) =>
      new aws.iam.Role(
        `${name}-${kind}`,
        {
          path,
          description,
          maxSessionDuration: kind === "deploy" ? 2 * 3600 : 3600,
          assumeRolePolicy: providerArn.apply((arn) =>
            JSON.stringify(githubTrust(arn, args.repository, trusted[kind])),
          ),
        },
        inside,
      );
    const attach = (to: aws.iam.Role, kind: string, policies: Readonly<Record<string, aws.iam.Policy>>) => {
      for (const [area, { arn }] of Object.entries(policies)) {
        new aws.iam.RolePolicyAttachment(`${name}-${kind}-${area}`, { role: to.name, policyArn: arn }, inside);
      }
    };

    const boundary = policy("boundary", "The most that a role of the stack may do", boundaryStatements);
    const read = {
      "read-platform": policy("read-platform", "Describe network, edge, data; no values, no data", readPlatform),
      "read-workload": policy("read-workload", "Describe containers, rights, alarms; no values, no data", readWorkload),
    };

    const preview = role("preview", "GitHub Actions: pulumi preview of pull requests, and the nightly look for drift");
    attach(preview, "preview", {
      ...read,
      state: policy("preview-state", "Read the state; no values of secrets, no data", (s) => [
        ...previewStateStatements(s.state, s.stack),
        ...denyData(s),
      ]),
    });
    const images = role("images", "GitHub Actions: copy images into the stack's repositories");
    attach(images, "images", {
      push: policy("images-push", "Put images into the stack's repositories", imageStatements),
    });
    const deploy = role("deploy", "GitHub Actions: pulumi up from main in the environment production");
    attach(deploy, "deploy", {
      ...read,
      network: policy("deploy-network", "VPC", networkStatements),
      edge: policy("deploy-edge", "Names, certificates, CDN, firewall, load balancer", edgeStatements),
      compute: policy("deploy-compute", "Images, containers, functions", computeStatements),
      data: policy("deploy-data", "Databases, caches, buckets, secrets", dataStatements),
      observation: policy("deploy-observation", "Logs, alarms, messages, budget", observationStatements),
      identity: policy(
        "deploy-identity",
        "Roles of the stack within their boundary; state",
        (s, arn) => [...identityStatements(s, arn), ...deployStateStatements(s.state, s.stack)],
        boundary.arn,
      ),
    });

    this.arns = { previewRoleArn: preview.arn, imagesRoleArn: images.arn, deployRoleArn: deploy.arn };
    this.boundaryArn = boundary.arn;
    this.registerOutputs({ ...this.arns, boundaryArn: boundary.arn });
  }
}
