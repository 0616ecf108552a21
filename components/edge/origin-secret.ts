import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** Header by which the load balancer knows this stack's CloudFront from anybody else's. */
export const originSecretHeader = "X-Origin-Verify";

export interface OriginSecret {
  /** What CloudFront sends. */
  readonly sent: pulumi.Input<string>;
  /** What the load balancer takes: the one that is sent, and the one before it. */
  readonly accepted: readonly pulumi.Input<string>[];
}

/**
 * The values of two generations, this one and the one before, each in a slot of its own (even and odd). The next
 * generation replaces the older of the two, so that what CloudFront's edges still send is accepted until all of them
 * have the new value.
 */
export function originSecret(name: string, generation: number, parent: pulumi.Resource): OriginSecret {
  if (!Number.isInteger(generation) || generation < 1) {
    throw new pulumi.RunError(`originSecretGeneration is ${generation}; it counts from 1 upwards`);
  }
  const slot = (role: "even" | "odd") => {
    const parity = role === "even" ? 0 : 1;
    const latest = generation % 2 === parity ? generation : generation - 1;
    return new random.RandomPassword(
      `${name}-origin-secret-${role}`,
      { length: 48, special: false, keepers: { generation: String(latest) } },
      { parent, ignoreChanges: ["length", "special"] },
    ).result;
  };
  const even = pulumi.secret(slot("even"));
  const odd = pulumi.secret(slot("odd"));
  return { sent: generation % 2 === 0 ? even : odd, accepted: [even, odd] };
}
