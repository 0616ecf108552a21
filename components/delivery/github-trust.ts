/** Issuer of the tokens of GitHub Actions. */
export const githubIssuer = "token.actions.githubusercontent.com";
/** What the tokens are made for: `aws-actions/configure-aws-credentials` asks for this one. */
export const audience = "sts.amazonaws.com";

/** `owner/name`, or with GitHub's numeric ids `owner@123/name@456`: these survive a renaming, and nobody can take them over. */
const repositoryPattern = /^([A-Za-z0-9][A-Za-z0-9-]{0,38})(?:@(\d+))?\/([A-Za-z0-9._-]{1,100})(?:@(\d+))?$/;

export interface GithubRepository {
  readonly owner: string;
  readonly name: string;
  readonly ownerId: string | undefined;
  readonly id: string | undefined;
}

/** @throws Error when it is no repository of GitHub. */
export function githubRepository(text: string): GithubRepository {
  const [, owner, ownerId, name, id] = repositoryPattern.exec(text) ?? [];
  if (owner === undefined || name === undefined) throw new Error(`${text} is not owner/name`);
  if ((ownerId === undefined) !== (id === undefined)) {
    throw new Error(`${text} has one numeric id of two: write owner@id/name@id`);
  }
  return { owner, name, ownerId, id };
}

/** Whether it is a repository of GitHub, as `githubRepository` reads it. */
export function isGithubRepository(text: string): boolean {
  try {
    githubRepository(text);
    return true;
  } catch {
    return false;
  }
}

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
