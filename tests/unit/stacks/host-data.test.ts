import { expect } from "chai";
import { said } from "../../../services/model/text";
import { load } from "js-yaml";
import { estimateCost } from "../../../cost/estimate";
import { memoryBudget } from "../../../cost/memory";
import { evaluate } from "../../../policies/engine/evaluate";
import { record, valueOf, type RecordedResource } from "../../../record/record";
import { settingsSchema } from "../../../settings/schema";
import { unusedSettings } from "../../../settings/unused";
import { buildCatalogue, catalogue as factories, CatalogueError } from "../../../services/catalogue";
import { composeStack, type ComposedStack } from "../../../stacks/compose";
import { hostContext } from "../../../stacks/contexts";
import { sandboxCatalogue, sandboxSettings } from "../../support/fixtures";

const compose = (values: Record<string, string> = {}) =>
  record(() => composeStack(sandboxSettings(values)), { stack: "sandbox" });

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      { environment?: Record<string, string>; networks: object; healthcheck: { test: string[] }; volumes?: object[] }
    >
  >;
}

describe("a host with managed data", function () {
  let resources: readonly RecordedResource[];
  let stack: ComposedStack;
  let local: readonly RecordedResource[];

  const of = (type: string) => resources.filter((r) => r.type === type);
  const files = async () => valueOf(stack.files);

  before(async () => {
    ({ resources: local } = await compose());
    ({ resources, result: stack } = await compose({ data: "managed" }));
  });

  it("has production's stores in its own private subnets, reached by the host alone", () => {
    for (const type of ["aws:rds/instance:Instance", "aws:docdb/cluster:Cluster"]) expect(of(type)).to.have.length(1);
    const cache = of("aws:elasticache/replicationGroup:ReplicationGroup");
    expect(cache).to.have.length(1);
    expect(of("aws:rds/instance:Instance")[0]?.inputs).to.include({ publiclyAccessible: false, multiAz: true });
    const rules = of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter((r) =>
      r.name.includes("-data-"),
    );
    expect(rules.map((r) => [r.inputs["fromPort"], r.inputs["cidrIpv4"]])).to.have.deep.members([
      [5432, undefined],
      [27017, undefined],
      [6379, undefined],
    ]);
    expect(of("aws:ecs/service:Service")).to.deep.equal([]);
  });

  it("leaves every resource of a host as it was, but the release", () => {
    const now = new Map(resources.map((r) => [r.urn, r]));
    for (const before of local) {
      const after = now.get(before.urn);
      expect(after, before.name).not.to.equal(undefined);
      if (!/-(push|push-request|metrics?)$/.test(before.name)) {
        expect(after?.inputs, before.name).to.deep.equal(before.inputs);
      }
    }
  });

  it("breaks no policy, and protects the data", () => {
    expect(evaluate(resources).filter((f) => f.waiver === undefined && f.severity === "error")).to.deep.equal([]);
    const kept = resources.filter((r) => r.protect).map((r) => r.type);
    expect(kept).to.include.members(["aws:rds/instance:Instance", "aws:docdb/cluster:Cluster"]);
  });

  it("gives the masters passwords of the stack's own, which AWS does not change", () => {
    const [instance, cluster] = [of("aws:rds/instance:Instance")[0], of("aws:docdb/cluster:Cluster")[0]];
    for (const made of [instance, cluster]) expect(made?.inputs).not.to.have.property("manageMasterUserPassword");
    expect(instance?.inputs).to.have.property("password");
    expect(cluster?.inputs).to.have.property("masterPassword");
    expect(stack.envNames).to.include.members(["postgres-password", "mongodb-root-password", "redis-password"]);
  });

  it("has a client in each store's place, whose check asks the managed one, and everybody else its address", async () => {
    const { services } = load((await files())["compose.yaml"] ?? "") as Compose;
    const [rds] = of("aws:rds/instance:Instance");
    expect(rds).not.to.equal(undefined);
    const at = services["postgres"]?.environment?.["PGHOST"] ?? "";
    expect(at).to.match(/\.rds\.amazonaws\.com$/);
    expect(services["postgres"]?.environment).to.include({ PGUSER: "ecosystem", PGSSLMODE: "verify-full" });
    expect(services["postgres"]?.healthcheck.test).to.include("pg_isready");
    for (const store of ["postgres", "mongodb", "redis", "postgres-setup", "mongodb-setup", "postgres-grants"]) {
      // the other network has no way out
      expect(services[store]?.networks, store).to.deep.equal({ frontend: {} });
      expect(JSON.stringify(services[store]?.volumes ?? []), store).not.to.contain("ai-eco-");
    }
    expect(services["chatwoot-web"]?.environment).to.include({ POSTGRES_HOST: at, PGSSLMODE: "verify-full" });
    expect(services["chatwoot-web"]?.environment?.["REDIS_URL"]).to.match(/^rediss:\/\/.*cache\.amazonaws\.com:6379/);
    expect(services["n8n"]?.environment).to.include({ DB_POSTGRESDB_HOST: at, DB_POSTGRESDB_SSL_ENABLED: "true" });
    expect(services["librechat"]?.environment?.["MONGO_URI"]).to.contain("docdb.amazonaws.com").and.contain("tls=true");
    for (const name of ["chatwoot-web", "chatwoot-sidekiq", "n8n", "librechat", "data-bridge", "postgres-setup"]) {
      expect(JSON.stringify(services[name]?.volumes), name).to.contain("certs/aws.pem");
    }
    expect((await files())["certs/aws.pem"]).to.contain("BEGIN CERTIFICATE");
  });

  it("tells the host where its data is, and which volumes it had", async () => {
    const facts = JSON.parse((await files())["release.json"] ?? "") as Record<string, unknown>;
    expect(facts["ownMongo"]).to.be.false;
    expect(Object.keys(facts["managed"] as object)).to.have.members(["postgres", "mongodb", "redis"]);
    expect(facts["ownVolumes"]).to.deep.equal({
      postgres: "ai-eco-postgres",
      mongodb: "ai-eco-mongo",
      redis: "ai-eco-redis",
    });
  });

  it("frees the stores' memory and tells what AWS takes for them", () => {
    const cost = (values: Record<string, string>) =>
      estimateCost({ settings: sandboxSettings(values), catalogue: sandboxCatalogue(values), resources: [] });
    const memory = (values: Record<string, string>) =>
      memoryBudget({ settings: sandboxSettings(values), catalogue: sandboxCatalogue(values) });
    expect(memory({ data: "managed" }).limitsMb).to.equal(memory({}).limitsMb - 464);
    expect(memory({}).idleMb - memory({ data: "managed" }).idleMb).to.be.greaterThan(200);
    const managed = cost({ data: "managed", costProfile: "economy" });
    expect(managed.floor.map((l) => l.id)).to.include.members(["postgres", "mongodb", "valkey", "instance"]);
    expect(managed.floorUsd).to.be.greaterThan(cost({}).floorUsd + 80);
    expect(cost({ data: "managed" }).savings.map((s) => said(s.title))).to.include("the economy profile");
  });

  it("has production's alarms of the stores once somebody is told, made after the stores have served, and priced", async () => {
    const { resources: told, result } = await compose({ data: "managed", alertEmail: "ops@example.com" });
    const alarms = told.filter((r) => r.type === "aws:cloudwatch/metricAlarm:MetricAlarm");
    const of = (store: string) => alarms.filter((r) => r.name.includes(`-alarms-${store}-`)).map((r) => r.inputs);
    expect([of("postgres").length, of("mongodb").length, of("redis").length]).to.deep.equal([4, 3, 3]);
    const [rds] = told.filter((r) => r.type === "aws:rds/instance:Instance");
    for (const alarm of of("postgres"))
      expect(alarm["dimensions"]).to.deep.equal({ DBInstanceIdentifier: rds?.inputs["identifier"] });
    const push = told.find((r) => r.name === "ai-ecosystem-sandbox-host-push")?.urn ?? "no push";
    expect(alarms.find((r) => r.name.endsWith("-postgres-cpu"))?.dependencies).to.include(push);
    const settings = sandboxSettings({ data: "managed", alertEmail: "ops@example.com" });
    const { floor, floorUsd } = estimateCost({ settings, catalogue: result.catalogue, resources: told });
    // each of Valkey's three reads the series of both nodes; ten are free
    expect(floor.find((l) => l.id === "alarms")?.quantity).to.equal(15 + 3 - 10);
    expect(floor.find((l) => l.id === "keys")?.quantity).to.equal(1);
    expect(await valueOf(result.outputs["estimatedMonthlyUsd"])).to.equal(floorUsd);
  });

  it("keeps backups and last snapshots as production does", () => {
    const [instance, cluster] = [of("aws:rds/instance:Instance")[0], of("aws:docdb/cluster:Cluster")[0]];
    const [cache] = of("aws:elasticache/replicationGroup:ReplicationGroup");
    for (const made of [instance, cluster]) {
      expect(made?.inputs).to.include({ backupRetentionPeriod: 7, deletionProtection: true, skipFinalSnapshot: false });
      expect(made?.inputs).to.include({ storageEncrypted: true });
    }
    expect(cache?.inputs).to.include({ snapshotRetentionLimit: 7, atRestEncryptionEnabled: true });
    expect(cache?.protect).to.equal(true);
    for (const made of [instance, cluster, cache]) expect(made?.inputs["finalSnapshotIdentifier"]).to.match(/-final$/);
  });

  it("has none of the settings of managed stores unused, and a host with its own stores all of them", () => {
    const keys = ["costProfile", "postgresClass", "mongoUri", "logRetentionDays", "deployment"].map(
      (name) => `ai-ecosystem:${name}`,
    );
    expect(unusedSettings({ topology: "host", data: "local" }, keys)).to.deep.equal(keys);
    expect(unusedSettings({ topology: "host", data: "managed" }, keys)).to.deep.equal(["ai-ecosystem:deployment"]);
    expect(unusedSettings({ topology: "fargate", data: "managed" }, ["ai-ecosystem:data"])).to.have.length(1);
  });

  it("needs two zones", () => {
    const issues = (azCount: number) =>
      settingsSchema
        .safeParse({ topology: "host", sshAllowedCidrs: ["203.0.113.7/32"], data: "managed", azCount })
        .error?.issues.map((i) => i.path.join("."));
    expect(issues(1)).to.deep.equal(["azCount"]);
    expect(issues(2)).to.equal(undefined);
  });

  it("takes a MongoDB of the user's own where there is no DocumentDB, and says so", async () => {
    const settings = (values: Record<string, string>) => ({
      ...sandboxSettings({ data: "managed", ...values }),
      region: "us-west-1",
    });
    const built = (values: Record<string, string>) => {
      const of = settings(values);
      return buildCatalogue(factories, hostContext(of), of.services);
    };
    expect(() => built({})).to.throw(CatalogueError, /has no DocumentDB.*mongoUri/);
    const { services } = built({ mongoUri: "mongodb://a.example.net/librechat" });
    expect(services.map((s) => s.name)).not.to.include("mongodb");
    const { resources: own, result } = await compose({
      data: "managed",
      mongoUri: "mongodb://a.example.net/librechat",
    });
    expect(own.filter((r) => r.type.startsWith("aws:docdb/"))).to.deep.equal([]);
    expect(result.envNames).to.include("mongo-uri");
    expect(JSON.parse((await valueOf(result.files))["release.json"] ?? "")).to.include({ ownMongo: true });
  });
});
