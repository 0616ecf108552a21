import * as pulumi from "@pulumi/pulumi";

/**
 * A value that is known only when what makes it usable is there: a subnet with its route, a role with its policy. Whoever
 * takes the value waits for all of that, and is deleted before any of it, without a list that somebody could forget.
 */
export const usable = <T>(value: pulumi.Input<T>, needs: readonly pulumi.CustomResource[]): pulumi.Output<T> =>
  pulumi
    .all([pulumi.output(value) as pulumi.Output<unknown>, ...needs.map((need) => need.id)])
    .apply(([known]) => known as T);
