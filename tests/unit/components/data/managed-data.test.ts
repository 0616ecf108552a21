import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ManagedData, type ManagedDataArgs } from "../../../../components/data/managed-data";
import { dataSizes, sizesOf } from "../../../../settings/data-sizes";
import { record, valueOf, type RecordedResource } from "../../../../record/record";

const args: ManagedDataArgs = {
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b"],
  zones: ["us-east-1a", "us-east-1b"],
  costProfile: "standard",
  deletionProtection: true,
  backupRetentionDays: 7,
  logRetentionDays: 30,
  redisAuthToken: pulumi.secret("redisredisredisredis"),
  stores: ["postgres", "mongodb", "redis"],
  buckets: { files: { origins: ["https://desk.example.com"] } },
};
const make = (overrides: Partial<ManagedDataArgs> = {}, preview = false) =>
  record(() => new ManagedData("data", { ...args, ...overrides }), { preview });

const one = (resources: readonly RecordedResource[], name: string): RecordedResource => {
  const found = resources.find((r) => r.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${resources.map((r) => r.name).join(", ")}`);
  return found;
};
const ofType = (resources: readonly RecordedResource[], type: string) => resources.filter((r) => r.type === type);

const instance = "data-postgres-instance";
const cluster = "data-mongodb-cluster";
const group = "data-redis-group";
const bucket = "data-files-bucket";

describe("ManagedData", () => {
  let resources: readonly RecordedResource[];
  before(async () => {
    ({ resources } = await make());
  });

  it("runs PostgreSQL in two zones, encrypted, backed up, with TLS only", () => {
    expect(one(resources, instance).inputs).to.deep.include({
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.small",
      multiAz: true,
      publiclyAccessible: false,
      storageEncrypted: true,
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: false,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      performanceInsightsRetentionPeriod: 7,
      allocatedStorage: 20,
      maxAllocatedStorage: 200,
      applyImmediately: false,
    });
    expect(one(resources, instance).ignoreChanges).to.deep.equal(["allocatedStorage"]);
    expect(one(resources, instance).inputs["username"]).not.to.be.oneOf(["postgres", "admin"]);
    const settings = one(resources, "data-postgres-settings").inputs;
    expect(settings["family"]).to.equal("postgres17");
    expect(settings["parameters"]).to.deep.include({ name: "rds.force_ssl", value: "1", applyMethod: "immediate" });
    expect(settings["parameters"]).to.deep.include({ name: "log_statement", value: "ddl", applyMethod: "immediate" });
  });

  it("runs DocumentDB with a replica in the other zone, TLS and audit", () => {
    expect(one(resources, cluster).inputs).to.deep.include({
      engineVersion: "5.0.0",
      storageEncrypted: true,
      manageMasterUserPassword: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      backupRetentionPeriod: 7,
      enabledCloudwatchLogsExports: ["audit", "profiler"],
    });
    expect(one(resources, "data-mongodb-settings").inputs["parameters"]).to.deep.include.members([
      { name: "audit_logs", value: "enabled" },
      { name: "tls", value: "enabled" },
    ]);
    const instances = ofType(resources, "aws:docdb/clusterInstance:ClusterInstance");
    expect(instances.map((r) => [r.inputs["availabilityZone"], r.inputs["promotionTier"]])).to.have.deep.members([
      ["us-east-1a", 0],
      ["us-east-1b", 1],
    ]);
  });

  it("runs Valkey with a replica, cluster mode off, TLS and a token, and never evicts", () => {
    expect(one(resources, group).inputs).to.deep.include({
      engine: "valkey",
      nodeType: "cache.t4g.micro",
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      authToken: "********",
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: 7,
    });
    expect(one(resources, group).inputs).not.to.have.any.keys("numNodeGroups", "clusterMode");
    expect(one(resources, "data-redis-settings").inputs["parameters"]).to.deep.equal([
      { name: "maxmemory-policy", value: "noeviction" },
    ]);
  });

  it("keeps files private, versioned and encrypted, and refuses plain HTTP", () => {
    expect(one(resources, "data-files-private").inputs).to.deep.include({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(one(resources, "data-files-versioning").inputs["versioningConfiguration"]).to.deep.equal({
      status: "Enabled",
    });
    const policy = JSON.parse(String(one(resources, "data-files-policy").inputs["policy"])) as {
      Statement: Record<string, unknown>[];
    };
    expect(policy.Statement).to.have.length(1);
    expect(policy.Statement[0]).to.deep.include({
      Effect: "Deny",
      Principal: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    const [rule] = one(resources, "data-files-lifecycle").inputs["rules"] as Record<string, unknown>[];
    expect(rule).to.deep.include({
      status: "Enabled",
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
    });
    expect(resources.some((r) => r.type.includes("bucketLogging"))).to.equal(false);
  });

  it("gives pages of the origins, and no others, the files of a bucket", async () => {
    expect(one(resources, "data-files-cors").inputs["corsRules"]).to.have.length(1);
    const { resources: two } = await make({
      buckets: { files: { origins: [] }, others: { origins: ["https://a.b"] } },
    });
    const cors = ofType(two, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration");
    expect(cors.map((r) => r.name)).to.deep.equal(["data-others-cors"]);
    expect((cors[0]?.inputs["corsRules"] as Record<string, unknown>[])[0]).to.deep.include({
      allowedOrigins: ["https://a.b"],
      allowedMethods: ["GET", "HEAD"],
    });
  });

  it("writes access logs where it is told to", async () => {
    const { resources: logged } = await make({ accessLogBucket: "logs" });
    expect(one(logged, "data-files-logging").inputs).to.include({
      targetBucket: "logs",
      targetPrefix: "s3/data-files/",
    });
  });

  it("makes the log groups with their retention before the stores write to them", () => {
    const groups = ofType(resources, "aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map((r) => r.inputs["retentionInDays"])).to.deep.equal([30, 30, 30, 30]);
    const urns = (part: string) => groups.filter((r) => r.name.includes(part)).map((r) => r.urn);
    expect(one(resources, instance).dependencies).to.include.members(urns("postgres"));
    expect(one(resources, cluster).dependencies).to.include.members(urns("mongodb"));
    const id = String(one(resources, instance).inputs["identifier"]);
    expect(groups.map((r) => r.inputs["name"])).to.include(`/aws/rds/instance/${id}/postgresql`);
  });

  it("names its stores within AWS's limits, whatever the stack is called", async () => {
    const { resources: named } = await record(
      () => new ManagedData("ai-ecosystem-The.Long_stack-name-of-someone", args),
    );
    const ids = [
      ...ofType(named, "aws:rds/instance:Instance").map((r) => [r.inputs["identifier"], 63] as const),
      ...ofType(named, "aws:docdb/cluster:Cluster").map((r) => [r.inputs["clusterIdentifier"], 63] as const),
      ...ofType(named, "aws:elasticache/replicationGroup:ReplicationGroup").map(
        (r) => [r.inputs["replicationGroupId"], 40] as const,
      ),
    ];
    expect(ids).to.have.length(3);
    for (const [id, limit] of ids) {
      expect(id)
        .to.match(/^[a-z](?:-?[a-z0-9])+$/)
        .and.have.length.at.most(limit);
    }
  });

  it("takes a snapshot of its own name at the end of each store", () => {
    const names = [instance, cluster, group].map((n) => one(resources, n).inputs["finalSnapshotIdentifier"]);
    expect(new Set(names).size).to.equal(3);
    for (const name of names) expect(name).to.match(/-[0-9a-f]{8}-final$/);
  });

  it("protects everything with data, or nothing of a stack to throw away", async () => {
    const protectedNames = (list: readonly RecordedResource[]) => list.filter((r) => r.protect).map((r) => r.name);
    expect(protectedNames(resources)).to.have.members([instance, cluster, group, bucket]);
    expect(one(resources, bucket).inputs["forceDestroy"]).to.equal(false);
    const { resources: open } = await make({ deletionProtection: false });
    expect(protectedNames(open)).to.deep.equal([]);
    for (const name of [instance, cluster]) expect(one(open, name).inputs["deletionProtection"]).to.equal(false);
    expect(one(open, bucket).inputs["forceDestroy"]).to.equal(true);
    // the last snapshot is taken all the same
    expect(one(open, instance).inputs["skipFinalSnapshot"]).to.equal(false);
  });

  it("sets the sizes by cost profile, and single ones by hand", async () => {
    const { resources: economy } = await make({ costProfile: "economy" });
    expect(one(economy, instance).inputs["instanceClass"]).to.equal("db.t4g.micro");
    expect(one(economy, "data-mongodb-writer").inputs["instanceClass"]).to.equal("db.serverless");
    expect(one(economy, cluster).inputs["serverlessV2ScalingConfiguration"]).to.deep.equal({
      minCapacity: 0.5,
      maxCapacity: 4,
    });
    expect(one(resources, cluster).inputs).not.to.have.property("serverlessV2ScalingConfiguration");
    const { resources: mixed } = await make({
      costProfile: "economy",
      sizes: { documentDbClass: "db.t4g.medium", valkeyClass: "cache.t4g.small" },
    });
    expect(one(mixed, "data-mongodb-replica").inputs["instanceClass"]).to.equal("db.t4g.medium");
    expect(one(mixed, cluster).inputs).not.to.have.property("serverlessV2ScalingConfiguration");
    expect(one(mixed, group).inputs["nodeType"]).to.equal("cache.t4g.small");
    expect(sizesOf("standard")).to.deep.equal(dataSizes.standard);
  });

  it("changes sizes only when the cost profile changes", async () => {
    const { resources: economy } = await make({ costProfile: "economy" });
    const sized = ["instanceClass", "nodeType", "maxAllocatedStorage", "serverlessV2ScalingConfiguration"];
    const rest = (list: readonly RecordedResource[]) =>
      list.map((r) => ({
        ...r,
        inputs: Object.fromEntries(Object.entries(r.inputs).filter(([key]) => !sized.includes(key))),
      }));
    expect(rest(economy)).to.deep.equal(rest(resources));
  });

  it("makes no DocumentDB for those who have a MongoDB", async () => {
    const { resources: own, result } = await make({ stores: ["postgres", "redis"] });
    expect(own.filter((r) => r.type.startsWith("aws:docdb") || r.name.includes("mongodb"))).to.deep.equal([]);
    expect(result.mongodb).to.equal(undefined);
  });

  it("lets in who is allowed, on the store's port, and nobody else", async () => {
    const { resources: allowed, result } = await record(() => {
      const data = new ManagedData("data", args);
      data.allow("librechat", "sg-librechat", ["mongodb", "redis", "redis"]);
      const own = new ManagedData("other", { ...args, stores: ["postgres", "redis"] });
      own.allow("librechat", "sg-librechat", ["mongodb"]);
      return data;
    });
    const rules = ofType(allowed, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    expect(rules.map((r) => r.name)).to.have.members(["data-mongodb-from-librechat", "data-redis-from-librechat"]);
    expect(one(allowed, "data-mongodb-from-librechat").inputs).to.deep.equal({
      securityGroupId: await valueOf(result.mongodb?.securityGroupId ?? ""),
      referencedSecurityGroupId: "sg-librechat",
      ipProtocol: "tcp",
      fromPort: 27017,
      toPort: 27017,
      description: "DocumentDB for librechat",
    });
    for (const sg of ofType(allowed, "aws:ec2/securityGroup:SecurityGroup")) {
      expect(sg.inputs).not.to.have.any.keys("ingress", "egress");
      expect(sg.inputs["description"]).to.match(/services that use it/);
    }
    expect(ofType(allowed, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")).to.deep.equal([]);
  });

  it("tells where the stores are", async () => {
    const { result } = await make();
    expect(await valueOf(result.postgres?.masterSecretArn)).to.match(/^arn:aws:secretsmanager:.*:secret:rds!db-/);
    expect(await valueOf(result.mongodb?.masterSecretArn ?? "")).to.match(/:secret:rds!cluster-/);
    expect(await valueOf(result.redis?.host)).to.match(/^master\./);
    expect(await valueOf(result.redis?.nodeIds[1] ?? "")).to.match(/-002$/);
    expect([result.postgres?.port, result.mongodb?.port, result.redis?.port]).to.deep.equal([5432, 27017, 6379]);
  });

  it("registers the same in a preview, where nothing is known yet", async () => {
    const { resources: preview } = await make({}, true);
    expect(preview.map((r) => r.urn).sort()).to.deep.equal(resources.map((r) => r.urn).sort());
  });

  it("refuses one zone", async () => {
    const error = await make({ subnetIds: ["subnet-a"], zones: ["us-east-1a"] }).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(String(error)).to.contain("two zones are needed");
  });
});
