import { expect } from "chai";
import { catalogue as factories } from "../../../services/catalogue";
import type { ServiceFactory } from "../../../services/model/context";
import type { RecordedResource } from "../../../record/record";
import type { FargatePreview } from "../../../tools/report/data";
import { renderPage } from "../../../tools/report/page";
import { paintFor } from "../../../tools/preview/table";
import { previewText } from "../../../tools/preview/text";
import { demo } from "../../support/fixtures";
import { prodPreviewOf } from "../../support/recorded/preview";
import { unexpectedConnections } from "../../support/recorded/connections";
import { secret } from "../../../services/model/values";

/** A further service, with everything that a service can ask for on Fargate: this object is all that there is of it. */
const further: ServiceFactory = (context) => {
  const plain = demo(context);
  const image = "registry.example.com/acme/demo:1.2.3";
  return {
    ...plain,
    image,
    ports: [9000, 9100],
    environment: { ...plain.environment, POSTGRES_HOST: context.postgres.host },
    uses: ["postgres", "redis"],
    calls: ["librechat"],
    internet: { 8443: "An API of another company" },
    route: {
      ...(plain.route ?? expect.fail("the demo has no route")),
      paths: [{ prefix: "/api/", port: 9100 }],
      cached: ["/demo-assets/"],
    },
    jobs: [
      {
        name: "demo-setup",
        purpose: "what the demo needs",
        image,
        environment: { DEMO_TOKEN: secret("demo-token") },
        networks: ["backend"],
        uses: ["postgres"],
        memoryMb: { compact: 10, standard: 20 },
        after: ["postgres-setup"],
      },
    ],
    after: ["demo-setup"],
    fargate: { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 3, scaling: "requests", tracing: true },
  };
};

const list = (value: unknown) => value as Record<string, unknown>[];

describe("a further service in production is one object, and is there", function () {
  let without: FargatePreview;
  let data: FargatePreview;
  before(async () => {
    without = await prodPreviewOf();
    data = await prodPreviewOf({}, [...factories, further]);
  });

  const typed = (type: string, from = data) => from.resources.filter((r) => r.type === type);
  const named = (type: string, name: string): RecordedResource => {
    const found = typed(type).filter((r) => r.name === `ai-ecosystem-prod-${name}`);
    expect(found, `${type} ${name}`).to.have.length(1);
    return found[0] as RecordedResource;
  };
  const definition = (name: string) =>
    JSON.parse(
      String(named("aws:ecs/taskDefinition:TaskDefinition", `services-${name}-task`).inputs["containerDefinitions"]),
    ) as Record<string, unknown>[];

  it("in ECS: a service, its tasks, its scaling, its job before it", () => {
    const service = named("aws:ecs/service:Service", "services-demo");
    expect(service.inputs).to.include({ name: "demo", desiredCount: 1, waitForSteadyState: true });
    expect(list(service.inputs["loadBalancers"]).map((l) => l["containerPort"])).to.deep.equal([9000, 9100]);
    const [container] = definition("demo").filter((c) => c["name"] === "demo");
    expect(list(container?.["portMappings"]).map((p) => p["containerPort"])).to.deep.equal([9000, 9100]);
    expect(definition("demo").map((c) => c["name"])).to.deep.equal(["collector", "demo"]);
    const policies = typed("aws:appautoscaling/policy:Policy").filter((r) => r.name.includes("-services-demo-"));
    expect(policies.map((r) => r.name.split("-scaling-")[1])).to.have.members(["cpu", "memory", "requests"]);
    const run = named("command:local:Command", "services-demo-setup-run");
    expect(service.dependencies).to.include(run.urn);
    expect(run.dependencies).to.include(named("command:local:Command", "services-postgres-setup-run").urn);
  });

  it("at the load balancer, in CloudFront and in DNS", () => {
    const groups = typed("aws:lb/targetGroup:TargetGroup").filter((r) => r.name.includes("-alb-demo"));
    expect(groups.map((r) => r.inputs["port"])).to.have.members([9000, 9100]);
    const rules = typed("aws:lb/listenerRule:ListenerRule").filter((r) => r.name.includes("-alb-demo"));
    expect(rules).to.have.length(2);
    const records = typed("aws:route53/record:Record").filter((r) => r.inputs["name"] === "demo.example.com");
    expect(records.map((r) => r.inputs["type"])).to.have.members(["A", "AAAA"]);
    const [distribution] = typed("aws:cloudfront/distribution:Distribution").filter((d) =>
      (d.inputs["aliases"] as string[]).includes("demo.example.com"),
    );
    expect(JSON.stringify(distribution?.inputs["orderedCacheBehaviors"])).to.contain('"/demo-assets/*"');
  });

  it("in the security groups: the ways that it asks for, and no others", () => {
    expect(unexpectedConnections(data.resources, data.catalogue)).to.deep.equal([]);
    const rules = data.resources.filter((r) => /securityGroup(In|E)gressRule/.test(r.type));
    const own = rules.map((r) => r.name.replace(/^ai-ecosystem-prod-/, "")).filter((name) => /\bdemo\b/.test(name));
    expect(own).to.have.members([
      ...["edge-alb-to-demo-9000", "edge-alb-to-demo-9100"],
      ...["services-demo-from-alb-9000", "services-demo-from-alb-9100"],
      ...["services-demo-to-librechat-3080", "services-librechat-from-demo-3080"],
      ...["services-demo-to-postgres-5432", "services-demo-to-redis-6379"],
      ...["data-postgres-from-demo", "data-redis-from-demo"],
      ...["services-demo-out-443", "services-demo-out-8443"],
    ]);
  });

  it("in Secrets Manager: a bundle, which its containers refer to", () => {
    named("random:index/randomPassword:RandomPassword", "secrets-demo-token");
    const bundle = named("aws:secretsmanager/secret:Secret", "services-demo-secrets-secret");
    for (const name of ["demo", "demo-setup"]) {
      const [container] = definition(name).filter((c) => c["name"] === name);
      const [reference] = list(container?.["secrets"]);
      const key = `${name.toUpperCase().replace("-", "_")}__DEMO_TOKEN`;
      expect(reference?.["valueFrom"], name).to.contain(`${String(bundle.id)}:${key}::`);
    }
  });

  it("in ECR: a repository, of which its tasks take the image", () => {
    const repositories = typed("aws:ecr/repository:Repository").map((r) => r.inputs["name"]);
    expect(repositories).to.include("ai-ecosystem/prod/registry.example.com/acme/demo");
    for (const name of ["demo", "demo-setup"]) {
      const [container] = definition(name).filter((c) => c["name"] === name);
      expect(container?.["image"]).to.match(/\.dkr\.ecr\..*\/registry\.example\.com\/acme\/demo:1\.2\.3$/);
    }
  });

  it("in the logs, of the service and of its job", () => {
    const groups = typed("aws:cloudwatch/logGroup:LogGroup").map((r) => r.inputs["name"]);
    expect(groups).to.include.members(["/ai-ecosystem/prod/demo", "/ai-ecosystem/prod/demo-setup"]);
  });

  it("in the alarms: the same as every other behind the load balancer", () => {
    const alarms = typed("aws:cloudwatch/metricAlarm:MetricAlarm").map((r) => String(r.inputs["name"]));
    const of = (service: string) =>
      alarms.filter((name) => name.endsWith(`-${service}`)).map((name) => name.slice(0, -service.length));
    // those are made of LibreChat's own log lines
    const usual = of("librechat").filter((name) => !name.includes("application-errors"));
    expect(of("demo")).to.have.members(usual);
    expect(of("demo").length).to.be.greaterThan(4);
    // and the queues' are there for those that have one
    expect(alarms).to.include.members(["ai-ecosystem-prod-queue-n8n", "ai-ecosystem-prod-queue-sidekiq"]);
  });

  it("on CloudWatch's dashboard", () => {
    const [dashboard] = typed("aws:cloudwatch/dashboard:Dashboard");
    expect(dashboard?.inputs["dashboardBody"]).to.contain("## Demo (demo)");
  });

  it("on the dashboard for the people of the desk", () => {
    const files = typed("aws:s3/bucketObjectv2:BucketObjectv2").filter((r) => r.inputs["key"] === "services.json");
    expect(files).to.have.length(1);
    const { services } = JSON.parse(String(files[0]?.inputs["content"])) as { services: Record<string, unknown>[] };
    expect(services.find((s) => s["name"] === "demo")).to.deep.include({ url: "https://demo.example.com/" });
  });

  it("in the cost", () => {
    const line = data.cost.floor.find((l) => l.id === "task-demo");
    expect(line?.quantity).to.equal(730);
    expect(data.cost.floorUsd).to.be.greaterThan(without.cost.floorUsd + 5);
    const images = (from: FargatePreview) => Number(/(\d+) images/.exec(JSON.stringify(from.cost.usage))?.[1]);
    expect(images(data)).to.equal(images(without) + 1);
  });

  it("in the preview and in its report", () => {
    const text = previewText(data, paintFor(false));
    expect(text).to.contain("https://demo.example.com/");
    expect(data.tasks.services.map((s) => s.name)).to.include("demo");
    const page = renderPage(data);
    const section = page.slice(page.indexOf('id="tasks"'), page.indexOf('id="findings"'));
    expect(section).to.contain("demo; scales on");
    expect(page).to.contain('data-node="demo"').and.contain('data-ends="demo redis"');
    expect(data.files.map((f) => f.path)).to.include.members([
      "task-definitions/demo.json",
      "task-definitions/demo-setup.json",
    ]);
  });

  it("without an error of the policies", () => {
    const errors = data.findings.filter((f) => f.severity === "error" && f.waiver === undefined);
    expect(errors.map((f) => `${f.rule} ${f.urn}`)).to.deep.equal([]);
  });

  it("and changes no service, task, secret or store of the others", () => {
    const text = (r: RecordedResource) => JSON.stringify([r.inputs, r.protect, r.ignoreChanges]);
    const earlier = new Map(without.resources.map((r) => [r.urn, text(r)]));
    const later = new Map(data.resources.map((r) => [r.urn, text(r)]));
    expect([...earlier.keys()].filter((urn) => !later.has(urn))).to.deep.equal([]);
    const changed = data.resources.filter((r) => earlier.has(r.urn) && earlier.get(r.urn) !== text(r));
    expect(changed.map((r) => r.name.replace(/^ai-ecosystem-prod-/, ""))).to.have.members([
      ...["edge-cdn", "edge-dashboard-legacy-paths", "edge-dashboard-index-html", "edge-dashboard-services-json"],
      // an archive says what its data is of
      "services-dump-task",
      // it asks for the health of one more
      ...["health-function", "health-role-policy"],
      ...["observability-dashboard", "observability-query-errors", "observability-query-last-errors"],
    ]);
  });
});
