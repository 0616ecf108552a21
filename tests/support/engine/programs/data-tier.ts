import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ManagedData } from "../../../../components/data/managed-data";
import { Network } from "../../../../components/network";

// A program for the real engine: the data tier in a network of its own, and nothing that uses it.
const opts = { providers: [new aws.Provider("aws", { region: "us-east-1" })] };
const network = new Network("net", { cidr: "10.0.0.0/16", azCount: 2, natGateways: 1 }, opts);
new ManagedData(
  "data",
  {
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
    zones: network.zones,
    costProfile: "standard",
    deletionProtection: new pulumi.Config().getBoolean("protect") ?? true,
    backupRetentionDays: 7,
    logRetentionDays: 7,
    redisAuthToken: "abcdefghijklmnop0123456789",
    stores: ["postgres", "mongodb", "redis"],
    buckets: {},
  },
  opts,
);
