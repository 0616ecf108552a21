import { githubRepository } from "../../settings/formats/github-repository";

/** Issuer of the tokens of GitHub Actions. */
export const githubIssuer = "token.actions.githubusercontent.com";
/** What the tokens are made for: `aws-actions/configure-aws-credentials` asks for this one. */
export const audience = "sts.amazonaws.com";

/** Jobs that may take a role. */
export interface TrustedJobs {
  /** The end of the subject: `ref:refs/heads/main`, `environment:production`. Never `pull_request`, which is any workflow of any branch. */
  readonly context: string;
  /** Git ref that the workflow must run on; the subject of a job with an environment does not tell it. */
  readonly ref?: string;
  /** Environment that the job must be in. */
  readonly environment?: string;
}

/**
 * The trust policy of a role for GitHub Actions, one statement for each kind of job.
 *
 * GitHub writes a subject as `repo:O/R:context`, or with ids as `repo:O@1/R@2:context`. Ids that are not configured
 * are wildcards in the pattern; the exact claims beside it (STS knows them since January 2026) see to it that no text in
 * a branch or environment, of this or another repository, passes for something else.
 */
export function githubTrust(providerArn: string, repository: string, kinds: readonly TrustedJobs[]) {
  const { owner, name, ownerId, id } = githubRepository(repository);
  const claim = (key: string) => `${githubIssuer}:${key}`;
  return {
    Version: "2012-10-17",
    Statement: kinds.map((jobs) => ({
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [claim("aud")]: audience,
          ...(jobs.environment === undefined ? {} : { [claim("environment")]: jobs.environment }),
          ...(jobs.ref === undefined ? {} : { [claim("ref")]: jobs.ref }),
          [claim("repository")]: `${owner}/${name}`,
          ...(id === undefined ? {} : { [claim("repository_id")]: id }),
        },
        StringLike: {
          [claim("sub")]: [
            `repo:${owner}/${name}:${jobs.context}`,
            `repo:${owner}@${ownerId ?? "*"}/${name}@${id ?? "*"}:${jobs.context}`,
          ],
        },
      },
      Effect: "Allow",
      Principal: { Federated: providerArn },
    })),
  };
}
