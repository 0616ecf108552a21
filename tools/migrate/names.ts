import { Resolver } from "node:dns/promises";

/** Who is asked for addresses: Node's own resolver, or a test's. */
export interface Addresses {
  resolve4(
    name: string,
    options: { ttl: true },
  ): Promise<readonly { readonly address: string; readonly ttl: number }[]>;
}

export interface NameState {
  readonly name: string;
  /** Absent when the name is not known, or nobody could be asked. */
  readonly address?: string;
  /** Seconds that others may go on with the old address, at most; a resolver on the way tells what is left of it. */
  readonly ttl?: number;
}

export const resolver = (): Addresses => new Resolver({ timeout: 3000, tries: 1 });

export const namesAsked = (names: readonly string[], dns: Addresses): Promise<readonly NameState[]> =>
  Promise.all(
    names.map(async (name) => {
      try {
        const [first] = await dns.resolve4(name, { ttl: true });
        return first === undefined ? { name } : { name, ...first };
      } catch {
        return { name };
      }
    }),
  );

/** What to do with the names, for people. `same`: both sides have them. */
export function aboutNames(states: readonly NameState[], same: boolean): readonly string[] {
  if (!same) {
    return [
      "The target has other names: tell them to people, and change them where others call: webhooks at Meta, WhatsApp and Telegram,",
      "the website's widget, addresses within workflows.",
    ];
  }
  if (states.length === 0) return [];
  const known = states.filter((s) => s.address !== undefined);
  const longest = Math.max(0, ...known.map((s) => s.ttl ?? 0));
  return [
    ...states.map(({ name, address, ttl }) =>
      address === undefined ? `${name}: no address is known here` : `${name}: ${address}, ${ttl ?? "?"} s`,
    ),
    longest > 60
      ? `Lower their TTL to 60 s now, and cut over ${Math.ceil(longest / 60)} minutes later at the earliest: until then others keep the old address.`
      : "Their TTL is short: others notice the move within a minute.",
  ];
}
