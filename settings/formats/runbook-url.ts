import { githubRepository } from "./github-repository";
import type { Settings } from "../settings";

/** Address of the folder of runbooks that alarms link to; undefined: they name its path in the repository. */
export function runbookBaseUrl(settings: Settings): string | undefined {
  if (settings.runbookBaseUrl !== undefined) return settings.runbookBaseUrl;
  if (settings.githubRepository === undefined) return undefined;
  const { owner, name } = githubRepository(settings.githubRepository);
  return `https://github.com/${owner}/${name}/blob/main/docs/runbooks`;
}
