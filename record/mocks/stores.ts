import { fakeAccount, hash } from "./fake";
import type { Maker } from "./resources";

const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

/** Where AWS keeps a master password that it manages. */
const masterSecret = (name: string, kind: string, region: string) => ({
  kmsKeyId: `arn:aws:kms:${region}:${fakeAccount}:key/${hash(name, 32)}`,
  secretArn: `arn:aws:secretsmanager:${region}:${fakeAccount}:secret:rds!${kind}-${hash(name, 32)}`,
  secretStatus: "active",
});

/** AWS names it, and others refer to it by that name. */
const named: Maker = (name) => ({ id: name, state: { name } });

/** Managed data stores: addresses as AWS makes them from the identifier. */
export const stores: Readonly<Record<string, Maker>> = {
  "aws:rds/instance:Instance": (name, inputs, region) => {
    const address = `${text(inputs["identifier"], name)}.example.${region}.rds.amazonaws.com`;
    return {
      id: `db-${hash(name, 26).toUpperCase()}`,
      state: { address, endpoint: `${address}:5432`, masterUserSecrets: [masterSecret(name, "db", region)] },
    };
  },
  "aws:docdb/cluster:Cluster": (name, inputs, region) => {
    const id = text(inputs["clusterIdentifier"], name);
    return {
      id,
      state: {
        endpoint: `${id}.cluster-example.${region}.docdb.amazonaws.com`,
        readerEndpoint: `${id}.cluster-ro-example.${region}.docdb.amazonaws.com`,
        masterUserSecrets: [masterSecret(name, "cluster", region)],
      },
    };
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": (name, inputs) => {
    const id = text(inputs["replicationGroupId"], name);
    return {
      id,
      state: {
        primaryEndpointAddress: `master.${id}.example.use1.cache.amazonaws.com`,
        readerEndpointAddress: `replica.${id}.example.use1.cache.amazonaws.com`,
      },
    };
  },
  "aws:rds/subnetGroup:SubnetGroup": named,
  "aws:rds/parameterGroup:ParameterGroup": named,
  "aws:docdb/subnetGroup:SubnetGroup": named,
  "aws:docdb/clusterParameterGroup:ClusterParameterGroup": named,
  "aws:elasticache/subnetGroup:SubnetGroup": named,
  "aws:elasticache/parameterGroup:ParameterGroup": named,
  "aws:cloudwatch/eventRule:EventRule": named,
  // their id is the ARN
  "aws:secretsmanager/secret:Secret": (name, _, region) => {
    const arn = `arn:aws:secretsmanager:${region}:${fakeAccount}:secret:${name}-${hash(name, 6)}`;
    return { id: arn, state: { arn, name } };
  },
  "aws:secretsmanager/secretVersion:SecretVersion": (name, inputs) => ({
    id: `${text(inputs["secretId"], name)}|${hash(name, 32)}`,
    state: { arn: text(inputs["secretId"], name), versionId: hash(name, 32) },
  }),
};
