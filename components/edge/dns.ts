import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** IPv4 and IPv6 records of names that a distribution answers; queries for them are free. */
export function aliasRecords(
  name: string,
  zoneId: pulumi.Input<string>,
  names: readonly string[],
  distribution: aws.cloudfront.Distribution,
  parent: pulumi.Resource,
): void {
  for (const host of names) {
    for (const type of ["A", "AAAA"] as const) {
      new aws.route53.Record(
        `${name}-${host.replaceAll(".", "-")}-${type.toLowerCase()}`,
        {
          zoneId,
          name: host,
          type,
          aliases: [{ name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false }],
        },
        { parent },
      );
    }
  }
}
