import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { bundleLambda } from "../../../templates/lambda/bundle";
import { Aws, authorization } from "../../../templates/lambda/health/aws";
import type { HealthReport, ServiceHealth } from "../../../templates/lambda/health/report";
import { serviceHealth, type EcsService } from "../../../templates/lambda/health/services";
import { storeHealth } from "../../../templates/lambda/health/stores";
import {
  cacheCluster,
  dbInstance,
  healthAws,
  json,
  targetHealth,
  type Call,
  type Replies,
} from "../../support/aws/health";

const identity = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

/** A service of ECS that runs as it should, with changes. */
const ecs = (changes: Partial<EcsService> & { readonly serviceName: string }): EcsService => ({
  status: "ACTIVE",
  desiredCount: 2,
  runningCount: 2,
  deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED", failedTasks: 0 }],
  ...changes,
});
const behind = (...arns: readonly string[]): Pick<EcsService, "loadBalancers"> => ({
  loadBalancers: arns.map((targetGroupArn) => ({ targetGroupArn })),
});
const deploying = (failedTasks = 0) => ({
  deployments: [
    { status: "PRIMARY", rolloutState: "IN_PROGRESS", failedTasks },
    { status: "ACTIVE", rolloutState: "COMPLETED", failedTasks: 0 },
  ],
});

describe("live health of production", () => {
  describe("a service", () => {
    const health = (changes: Partial<EcsService>, healthy: Readonly<Record<string, number>> = {}): ServiceHealth =>
      serviceHealth(ecs({ serviceName: "web", ...changes }), new Map(Object.entries(healthy)));

    it("is healthy when as many tasks as wanted are", () => {
      const well = { state: "running", health: "healthy", ready: 2, wanted: 2 };
      expect(health({})).to.deep.equal(well);
      expect(health(behind("a"), { a: 2 })).to.deep.equal(well);
    });

    it("is degraded when fewer are, or the load balancer sends requests to fewer", () => {
      const half = { state: "running", health: "degraded", ready: 1, wanted: 2 };
      expect(health({ runningCount: 1 })).to.deep.equal(half);
      expect(health(behind("a"), { a: 1 })).to.deep.equal(half);
      // each of its ports counts
      expect(health(behind("a", "b"), { a: 2, b: 1 })).to.deep.equal(half);
      // a target may be healthy for a moment after its task has ended
      expect(health({ runningCount: 1, ...behind("a") }, { a: 2 })).to.deep.equal(half);
    });

    it("is down when none is", () => {
      const down = { state: "down", health: "unhealthy", ready: 0, wanted: 2 };
      expect(health({ runningCount: 0 })).to.deep.equal(down);
      expect(health(behind("a"), { a: 0 })).to.deep.equal(down);
      expect(health(behind("a"))).to.deep.equal(down);
    });

    it("is starting when none is there yet, and down when the new ones fail", () => {
      expect(health({ runningCount: 0, ...deploying() })).to.deep.equal({
        state: "starting",
        health: "starting",
        ready: 0,
        wanted: 2,
        update: "running",
      });
      expect(health({ runningCount: 0, ...deploying(2) })).to.include({ state: "down", update: "failing" });
    });

    it("stays healthy while it is updated, and says so", () => {
      const surplus = { runningCount: 4, ...behind("a"), ...deploying() };
      expect(health(surplus, { a: 3 })).to.deep.equal({
        state: "running",
        health: "healthy",
        ready: 2,
        wanted: 2,
        update: "running",
      });
      expect(health({ ...surplus, ...deploying(1) }, { a: 2 })).to.include({ health: "healthy", update: "failing" });
    });

    it("counts both groups of a blue/green deployment, which has no state", () => {
      const advancedConfiguration = { alternateTargetGroupArn: "green" };
      const loadBalancers = [{ targetGroupArn: "blue", advancedConfiguration }];
      const deployments = [{ status: "PRIMARY" }, { status: "ACTIVE" }];
      expect(health({ loadBalancers, deployments }, { blue: 0, green: 2 })).to.include({
        health: "healthy",
        update: "running",
      });
      expect(health({ loadBalancers, deployments: [{ status: "PRIMARY" }] }, { green: 1 })).to.deep.equal({
        state: "running",
        health: "degraded",
        ready: 1,
        wanted: 2,
      });
    });

    it("is off when nobody wants it, and missing when it is not there", () => {
      expect(health({ desiredCount: 0, runningCount: 0 })).to.deep.equal({
        state: "off",
        health: "none",
        ready: 0,
        wanted: 0,
      });
      expect(health({ status: "INACTIVE" })).to.deep.equal({ state: "missing", health: "none" });
    });
  });

  describe("a store", () => {
    it("works while it is backed up, changed or grown", () => {
      for (const status of [
        "available",
        "backing-up",
        "configuring-log-exports",
        "storage-optimization",
        "snapshotting",
      ])
        expect(storeHealth([status]), status).to.deep.equal({
          state: "running",
          health: "healthy",
          ready: 1,
          wanted: 1,
        });
      expect(storeHealth(["available", "modifying"])).to.include({ health: "healthy", update: "running" });
    });

    it("is degraded without its replica, starting when it comes, and down otherwise", () => {
      expect(storeHealth(["available", "rebooting"])).to.include({ health: "degraded", ready: 1, wanted: 2 });
      for (const status of ["creating", "rebooting", "upgrading", "rebooting cluster nodes"])
        expect(storeHealth([status]).state, status).to.equal("starting");
      for (const status of ["storage-full", "failed", "stopped", "inaccessible-encryption-credentials", "a new word"])
        expect(storeHealth([status]).state, status).to.equal("down");
    });
  });

  describe("the function", () => {
    const environment = { ...process.env };
    let replies: Replies;
    let aws: Awaited<ReturnType<typeof healthAws>>;
    const services = Array.from({ length: 11 }, (_, i) => `service-${i}`);
    const ok: Replies = {
      DescribeServices: ({ services: names }) =>
        json({
          services: (names as string[])
            .filter((serviceName) => serviceName !== "service-3")
            .map((serviceName) =>
              ecs({ serviceName, ...(serviceName === "service-0" ? behind("arn:web", "arn:api") : {}) }),
            ),
          failures: [{ arn: "service-3", reason: "MISSING" }],
        }),
      DescribeTargetHealth: ({ TargetGroupArn: arn }) =>
        arn === "arn:web" ? targetHealth("healthy", "healthy", "draining") : targetHealth("healthy", "unhealthy"),
      DescribeDBInstances: ({ DBInstanceIdentifier: id }) => dbInstance(id === "docdb-2" ? "creating" : "available"),
      DescribeCacheClusters: () => cacheCluster("available"),
      "PUT /the-bucket/health.json": () => ({ body: "" }),
    };
    /** The bundle that is deployed, run as the runtime runs it. */
    const run = async (): Promise<string> => {
      const module = { exports: {} as { handler?: () => Promise<void> } };
      const globals = { URL, URLSearchParams, AbortSignal, fetch, process, console, setTimeout, Buffer };
      const load = createRequire(__filename);
      runInNewContext(bundleLambda("health"), { ...globals, module, exports: module.exports, require: load });
      try {
        await module.exports.handler?.();
        return "";
      } catch (error) {
        return String(error);
      }
    };
    const put = () => aws.calls.filter((c) => c.operation.startsWith("PUT")).at(-1);
    const written = () => JSON.parse(put()?.body ?? "") as HealthReport;

    beforeEach(async () => {
      replies = ok;
      aws = await healthAws(() => replies);
      Object.assign(process.env, {
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: identity.accessKeyId,
        AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
        AWS_SESSION_TOKEN: "a session",
        AWS_ENDPOINT_URL: aws.url,
        BUCKET: "the-bucket",
        CLUSTER: "the-cluster",
        SERVICES: JSON.stringify(services),
        STORES: JSON.stringify({
          postgres: { api: "rds", ids: ["pg"] },
          mongodb: { api: "rds", ids: ["docdb-1", "docdb-2"] },
          redis: { api: "elasticache", ids: ["valkey-001", "valkey-002"] },
        }),
      });
    });
    afterEach(() => {
      aws.close();
      for (const key of Object.keys(process.env)) if (!(key in environment)) Reflect.deleteProperty(process.env, key);
      Object.assign(process.env, environment);
    });

    it("writes what it learnt of every service and store, and when", async () => {
      const before = Date.now();
      expect(await run()).to.equal("");
      const { time, staleAfterSeconds, services: found } = written();
      expect([Date.parse(time) >= before, staleAfterSeconds]).to.deep.equal([true, 180]);
      expect(Object.keys(found)).to.deep.equal([...services, "postgres", "mongodb", "redis"]);
      expect(found["service-0"]).to.include({ health: "degraded", ready: 1, wanted: 2 });
      expect(found["service-3"]).to.deep.equal({ state: "missing", health: "none" });
      expect(found["service-10"]).to.include({ health: "healthy" });
      expect(found["postgres"]).to.include({ health: "healthy", wanted: 1 });
      expect(found["mongodb"]).to.include({ health: "degraded", ready: 1, wanted: 2 });
      expect(found["redis"]).to.include({ health: "healthy", wanted: 2 });
    });

    it("says how it may be kept, and by whom it was written", async () => {
      await run();
      const headers = put()?.headers ?? {};
      expect(headers["cache-control"]).to.equal("public, max-age=15");
      expect(headers["content-type"]).to.equal("application/json; charset=utf-8");
      expect(headers["x-amz-security-token"]).to.equal("a session");
      expect(headers["authorization"]).to.match(/\/eu-west-1\/s3\/aws4_request, SignedHeaders=.*x-amz-security-token/);
    });

    it("asks ECS for ten services at a time, and for each target group once", async () => {
      await run();
      const of = (operation: string) => aws.calls.filter((c) => c.operation === operation).map((c) => c.input);
      expect(of("DescribeServices").map((i) => (i["services"] as string[]).length)).to.deep.equal([10, 1]);
      expect(of("DescribeServices")[0]).to.include({ cluster: "the-cluster" });
      expect(of("DescribeTargetHealth").map((i) => i["TargetGroupArn"])).to.have.members(["arn:web", "arn:api"]);
    });

    it("leaves out what it could not learn, writes the rest, and fails so that the alarm tells", async () => {
      replies = { ...ok, DescribeCacheClusters: () => ({ status: 403, body: "<Message>not allowed</Message>" }) };
      expect(await run()).to.contain("elasticache answered 403: not allowed");
      expect(Object.keys(written().services)).to.deep.equal([...services, "postgres", "mongodb"]);
    });

    it("names no service when any of them is unknown, but still the stores", async () => {
      replies = { ...ok, DescribeTargetHealth: () => ({ status: 500, body: "" }) };
      expect(await run()).to.contain("elasticloadbalancing answered 500");
      expect(Object.keys(written().services)).to.deep.equal(["postgres", "mongodb", "redis"]);
    });

    it("tries again once, whether AWS refuses or hangs up", async () => {
      let puts = 0;
      let asked = 0;
      replies = {
        ...ok,
        "PUT /the-bucket/health.json": () => (++puts === 1 ? { status: 503, body: "SlowDown" } : { body: "" }),
        DescribeCacheClusters: () => (++asked === 1 ? "hang up" : cacheCluster("available")),
      };
      expect(await run()).to.equal("");
      expect([puts, asked]).to.deep.equal([2, 3]);
      replies = { ...ok, "PUT /the-bucket/health.json": () => ({ status: 403, body: "<Message>denied</Message>" }) };
      expect(await run()).to.contain("s3 answered 403: denied");
    });

    it("gives up on an answer that does not come", async () => {
      const silent = new Aws({ region: "eu-west-1", identity, endpoint: aws.url, timeoutMs: 50 });
      replies = { ...ok, DescribeCacheClusters: () => "be silent" };
      let error: unknown;
      await silent.query("elasticache", "2015-02-02", "DescribeCacheClusters", {}).catch((e: unknown) => (error = e));
      expect(String(error)).to.contain("Timeout");
    });

    it("says which part of its environment is missing", async () => {
      delete process.env["BUCKET"];
      expect(await run()).to.contain("BUCKET is not set");
    });

    it("signs as the SDK does", async () => {
      const client = new ECSClient({
        endpoint: aws.url,
        region: "eu-west-1",
        credentials: { ...identity, sessionToken: "a session" },
        maxAttempts: 1,
      });
      await client.send(new DescribeServicesCommand({ cluster: "c", services: ["service-1"] }));
      const [{ headers, body } = { headers: {} as Call["headers"], body: "" }] = aws.calls;
      const [, names = ""] = /SignedHeaders=([^,]+)/.exec(headers["authorization"] ?? "") ?? [];
      expect(names).to.contain("x-amz-date").and.to.contain("x-amz-security-token");
      const signed = Object.fromEntries(names.split(";").map((name) => [name, headers[name] ?? ""]));
      const request = { method: "POST", path: "/", headers: signed, body } as const;
      expect(authorization(request, "ecs", "eu-west-1", identity)).to.equal(headers["authorization"]);
    });

    it("comes in a bundle that needs nothing but Node", () => {
      const code = bundleLambda("health");
      const needed = [...code.matchAll(/require\("([^"]+)"\)/g)].map((m) => m[1]);
      expect(needed).to.have.members(["node:crypto", "node:timers/promises"]);
      expect(code.length).to.be.lessThan(12_000);
    });
  });
});
