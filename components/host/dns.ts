import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface HostDnsArgs {
  /** Zone id (`Z…`) or zone name. */
  readonly hostedZone: string;
  /** Host names that point to the address; plain, as they decide how many records there are. */
  readonly names: readonly string[];
  readonly address: pulumi.Input<string>;
}

/** A records of the host's names. */
export class HostDns extends pulumi.ComponentResource {
  constructor(name: string, args: HostDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ai-ecosystem:host:HostDns", name, {}, opts);
    const inside = { parent: this };
    const zoneId = args.hostedZone.includes(".")
      ? aws.route53.getZoneOutput({ name: args.hostedZone }, inside).zoneId
      : args.hostedZone;
    for (const host of args.names) {
      new aws.route53.Record(
        `${name}-${host.replaceAll(".", "-")}`,
        { zoneId, name: host, type: "A", ttl: 300, records: [args.address] },
        inside,
      );
    }
    this.registerOutputs({});
  }
}
