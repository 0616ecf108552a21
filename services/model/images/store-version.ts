/** What of a version decides whether a store can open its data: `pg17`, `mongo:8.0.29` is 8.0, `redis:7.4.11` is 7. */
function generation(image: string): string | undefined {
  const tag = image.split("@")[0]?.split(":").at(-1) ?? "";
  const postgres = /(?:^|-)pg(\d+)/.exec(tag)?.[1];
  if (postgres !== undefined) return postgres;
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(tag) ?? [];
  // MongoDB's releases are 7.0, 8.0, 8.2: each has data files of its own
  return /(^|\/)mongo:/.test(image) && minor !== undefined ? `${major}.${minor}` : major;
}

/** Why a store may not be given another image; `undefined` when it may. */
export function generationProblem(image: string, wanted: string): string | undefined {
  const [have, want] = [generation(image), generation(wanted)];
  if (have === undefined || have === want) return undefined;
  return want === undefined
    ? `does not tell its version in the tag ${wanted}; the data is of version ${have}`
    : `is of version ${want}, and the data of version ${have}: a store does not open the files of another one. ` +
        `Take a tag of ${have}; moving on needs a dump and a restore`;
}
