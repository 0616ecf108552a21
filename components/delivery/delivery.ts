import * as pulumi from "@pulumi/pulumi";
import { GithubRoles } from "./github-roles";
import { withBoundary } from "./identity";
import { imageRepositories } from "./repositories";
import { stateBucket } from "../../settings/formats/state-bucket";

export interface DeliveryArgs {
  /** Part of the repositories' names, and value of the tag `ai-ecosystem:stack`. */
  readonly stack: string;
  /** Pinned images, as the catalogue names them, e.g. `acme/desk:v4.18.0`. */
  readonly images: readonly string[];
  /** Of services that are off. @default none */
  readonly otherImages?: readonly string[];
  /** Domain of the applications. */
  readonly domain: string;
  /** `owner/name` of the repository whose workflows may preview and deploy. @default no roles */
  readonly githubRepository?: string | undefined;
  /** An account has one OIDC provider for GitHub at most. */
  readonly githubOidc: "create" | "existing";
  /** Bucket of the state, as `stateBucket` reads it. @default none: the state is in Pulumi Cloud */
  readonly stateBucket?: string | undefined;
  /** ARN of the key that encrypts the state's secrets, or the bucket. */
  readonly stateKmsKeyArn?: string | undefined;
  /** Refuse to delete repositories that hold images. */
  readonly deletionProtection: boolean;
}

/** How a new version comes in: private copies of the images, and roles for the workflows of one GitHub repository. */
export class Delivery extends pulumi.ComponentResource {
  /** Upstream repository -> address of the private one: `docker.io/acme/desk` -> `….amazonaws.com/ai-ecosystem/prod/acme/desk`. */
  public readonly repositories: pulumi.Output<Readonly<Record<string, string>>>;
  /** Image of the catalogue -> its private copy, tag included. */
  public readonly copies: pulumi.Output<Readonly<Record<string, string>>>;
  /** Absent without `githubRepository`. */
  public readonly roles: GithubRoles | undefined;
  /** ARNs of the roles as outputs of the stack; empty without `githubRepository`. */
  public readonly roleArns: Readonly<Record<string, pulumi.Output<string>>>;
  readonly #stack: string;

  constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:delivery:Delivery", name, {}, opts);
    const { urls, copies } = imageRepositories(
      name,
      { stack: args.stack, images: args.images, others: args.otherImages, forceDelete: !args.deletionProtection },
      this,
    );
    this.repositories = pulumi.all(urls);
    this.copies = pulumi.all(copies);
    this.#stack = args.stack;
    if (args.githubRepository !== undefined) {
      const state = {
        project: pulumi.getProject(),
        bucket: args.stateBucket === undefined ? undefined : stateBucket(args.stateBucket),
        keyArn: args.stateKmsKeyArn,
      };
      this.roles = new GithubRoles(
        `${name}-github`,
        {
          stack: args.stack,
          repository: args.githubRepository,
          oidc: args.githubOidc,
          state,
          domain: args.domain,
        },
        { parent: this },
      );
    }
    this.roleArns = this.roles?.arns ?? {};
    this.registerOutputs({ repositories: this.repositories });
  }

  /** Puts the permissions boundary on every role of the program that is made after this call. */
  bindRoles(): void {
    if (this.roles === undefined) return;
    pulumi.runtime.registerStackTransformation(withBoundary(this.roles.boundaryArn, this.#stack));
  }
}
