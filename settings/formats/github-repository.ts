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
