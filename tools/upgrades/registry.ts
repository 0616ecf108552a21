/** Asks over HTTP; a test answers itself. */
export type Fetch = (url: string, init?: { readonly headers?: Readonly<Record<string, string>> }) => Promise<Response>;

/** A registry that did not tell its tags, and why. */
export class RegistryError extends Error {}

/** Docker Hub's API has a host of its own. */
const apiHost = (registry: string): string => (registry === "docker.io" ? "registry-1.docker.io" : registry);

/** The parts of `Bearer realm="…",service="…",scope="…"`. */
const challengeOf = (header: string | null): Record<string, string> | undefined =>
  header?.toLowerCase().startsWith("bearer ") === true
    ? Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]))
    : undefined;

/** A token for anybody, as the registry asks for: https://distribution.github.io/distribution/spec/auth/token/ */
async function tokenFor(challenge: Record<string, string>, ask: Fetch): Promise<string> {
  const { realm = "", ...rest } = challenge;
  const url = new URL(realm);
  for (const [key, value] of Object.entries(rest)) url.searchParams.set(key, value);
  const answer = await ask(url.href);
  if (!answer.ok) throw new RegistryError(`${url.host} gives no token (${answer.status})`);
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
  return token ?? access_token ?? "";
}

/**
 * All tags of a public repository, as the registry has them: https://distribution.github.io/distribution/spec/api/#listing-image-tags
 * @param upstream with the registry and without a tag, e.g. `docker.io/library/mongo`
 * @throws RegistryError, or fetch's own error where nobody answers
 */
export async function tagsOf(upstream: string, ask: Fetch = fetch): Promise<readonly string[]> {
  const slash = upstream.indexOf("/");
  const origin = `https://${apiHost(upstream.slice(0, slash))}`;
  let headers: Record<string, string> = {};
  let next: string | undefined = `${origin}/v2/${upstream.slice(slash + 1)}/tags/list?n=1000`;
  const tags: string[] = [];
  while (next !== undefined) {
    let answer = await ask(next, { headers });
    const challenge = answer.status === 401 ? challengeOf(answer.headers.get("www-authenticate")) : undefined;
    if (challenge !== undefined && headers["authorization"] === undefined) {
      headers = { authorization: `Bearer ${await tokenFor(challenge, ask)}` };
      answer = await ask(next, { headers });
    }
    if (!answer.ok) throw new RegistryError(`${new URL(origin).host} answers ${answer.status} for ${upstream}`);
    tags.push(...(((await answer.json()) as { tags?: readonly string[] | null }).tags ?? []));
    const link = /<([^>]+)>;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1];
    next = link === undefined ? undefined : new URL(link, origin).href;
  }
  return tags;
}
