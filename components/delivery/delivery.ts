import * as pulumi from "@pulumi/pulumi";
import { GithubRoles } from "./github-roles";
import { imageRepositories } from "./repositories";
import type { Scope } from "./statements";

export interface DeliveryArgs {
  /** Part of the repositories' names, and value of the tag `ai-ecosystem:stack`. */
  readonly stack: string;
  /** Pinned images, as the catalogue names them, e.g. `chatwoot/chatwoot:v4.18.0-ce`. */
  readonly images: readonly string[];
  /** `owner/name` of the repository whose workflows may preview and deploy. @default no roles */
  readonly githubRepository?: string | undefined;
  /** An account has one OIDC provider for GitHub at most. */
  readonly githubOidc: "create" | "existing";
  /** Bucket and key of the state (`pulumi login s3://…`). @default the roles reach no state */
  readonly state?: Scope["state"];
  /** Refuse to delete repositories that hold images. */
  readonly deletionProtection: boolean;
}

/** How a new version comes in: private copies of the images, and roles for the workflows of one GitHub repository. */
export class Delivery extends pulumi.ComponentResource {
  /** Upstream repository -> address of the private one: `docker.io/chatwoot/chatwoot` -> `….amazonaws.com/ai-ecosystem/prod/chatwoot/chatwoot`. */
  public readonly repositories: pulumi.Output<Readonly<Record<string, string>>>;
  /** Image of the catalogue -> its private copy, tag included. */
  public readonly copies: pulumi.Output<Readonly<Record<string, string>>>;
  /** Absent without `githubRepository`. */
  public readonly roles: GithubRoles | undefined;

  constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:delivery:Delivery", name, {}, opts);
    const { urls, copies } = imageRepositories(
      name,
      { stack: args.stack, images: args.images, forceDelete: !args.deletionProtection },
      this,
    );
    this.repositories = pulumi.all(urls);
    this.copies = pulumi.all(copies);
    if (args.githubRepository !== undefined) {
      this.roles = new GithubRoles(
        `${name}-github`,
        { stack: args.stack, repository: args.githubRepository, oidc: args.githubOidc, state: args.state },
        { parent: this },
      );
    }
    this.registerOutputs({ repositories: this.repositories });
  }
}
