import { expect } from "chai";
import { catalogue as factories } from "../../../../services/catalogue";
import { record, type RecordedResource } from "../../../../record/record";
import { dumpName } from "../../../../services/dump";
import { importName } from "../../../../services/import";
import { fargateCatalogue, fargateDemo, fargateProgram } from "../../../support/recorded/fargate-services";
import { Waits } from "../../../support/recorded/waits";

type Inputs = Readonly<Record<string, unknown>>;
const json = (value: unknown) => JSON.parse(String(value)) as unknown;

describe("FargateServices", () => {
  const catalogue = fargateCatalogue();
  let resources: readonly RecordedResource[] = [];
  let program: ReturnType<typeof fargateProgram>;

  const typed = (type: string, from = resources) => from.filter((r) => r.type === type);
  const ecsServices = (from = resources) => typed("aws:ecs/service:Service", from);
  const named = (type: string, name: string, from = resources): RecordedResource => {
    const found = typed(type, from).find((r) => r.name === name);
    if (found === undefined) throw new Error(`no ${type} ${name}`);
    return found;
  };
  const service = (name: string) => named("aws:ecs/service:Service", `test-${name}`);
  const has = (inputs: Inputs, wanted: Inputs) =>
    Object.entries(wanted).every(([k, v]) => JSON.stringify(inputs[k]) === JSON.stringify(v));

  before(async () => {
    ({ resources, result: program } = await record(() => fargateProgram(catalogue)));
  });

  it("makes a service for each of the catalogue, on ARM64, in private subnets", () => {
    expect(ecsServices().map((r) => r.inputs["name"])).to.have.members(catalogue.services.map((s) => s.name));
    for (const { inputs } of ecsServices()) {
      expect(inputs).to.not.have.property("launchType");
      expect(inputs["networkConfiguration"]).to.include({ assignPublicIp: false });
      expect(inputs).to.include({ waitForSteadyState: true, platformVersion: "1.4.0" });
      expect(inputs["deploymentCircuitBreaker"]).to.deep.equal({ enable: true, rollback: true });
    }
    const definitions = typed("aws:ecs/taskDefinition:TaskDefinition");
    expect(definitions.length).to.equal(catalogue.services.length + catalogue.jobs.length);
    for (const { inputs } of definitions) {
      expect(inputs["runtimePlatform"]).to.deep.equal({ cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" });
      expect(inputs["taskRoleArn"]).not.to.equal(inputs["executionRoleArn"]);
    }
  });

  it("never runs two of n8n's main process, and never none of the others", () => {
    expect(service("n8n").inputs).to.include({
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
      availabilityZoneRebalancing: "DISABLED",
    });
    for (const { inputs } of ecsServices().filter((r) => r.inputs["name"] !== "n8n")) {
      expect(inputs).to.include({
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        availabilityZoneRebalancing: "ENABLED",
      });
    }
  });

  it("runs on Spot what may die, and nothing else", () => {
    const spot = ecsServices()
      .filter((r) => JSON.stringify(r.inputs["capacityProviderStrategies"]).includes("FARGATE_SPOT"))
      .map((r) => r.inputs["name"]);
    expect(spot).to.have.members(["n8n-worker", "data-bridge"]);
  });

  it("leaves the number of tasks to the scaling where there is one", () => {
    const scaled = catalogue.services.filter((s) => s.fargate !== undefined && s.fargate.maxTasks > s.fargate.minTasks);
    const owned = ecsServices().filter((r) => r.ignoreChanges.includes("desiredCount"));
    expect(owned.map((r) => r.inputs["name"])).to.have.members(scaled.map((s) => s.name));
    expect(typed("aws:appautoscaling/target:Target").map((r) => r.name)).to.have.members(
      scaled.map((s) => `test-${s.name}-scaling`),
    );
    expect(service("n8n").ignoreChanges).to.deep.equal([]);
  });

  it("scales on CPU, memory, requests and the queues", () => {
    const policies = typed("aws:appautoscaling/policy:Policy").map((r) => r.name);
    const kinds = (name: string) =>
      policies.filter((p) => p.startsWith(`test-${name}-scaling-`)).map((p) => p.split("-scaling-")[1]);
    expect(kinds("chatwoot-web")).to.have.members(["cpu", "memory", "requests"]);
    expect(kinds("n8n-worker")).to.have.members(["cpu", "memory", "queue"]);
    expect(kinds("chatwoot-sidekiq")).to.have.members(["cpu", "memory", "queue"]);
    expect(kinds("data-bridge")).to.deep.equal([]);
    const queue = named("aws:appautoscaling/policy:Policy", "test-n8n-worker-scaling-queue");
    expect(queue.inputs["targetTrackingScalingPolicyConfiguration"]).to.deep.include({
      targetValue: 5,
      customizedMetricSpecification: {
        namespace: "AiEcosystem/prod",
        metricName: "n8nBacklogPerWorker",
        statistic: "Average",
      },
    });
    const requests = named("aws:appautoscaling/policy:Policy", "test-chatwoot-web-scaling-requests");
    expect(JSON.stringify(requests.inputs)).to.contain(
      "app/edge/0123456789abcdef/targetgroup/chatwoot-web/0123456789abcdef",
    );
  });

  it("publishes what waits in the queues by a function that may do nothing else", () => {
    expect(program.services.queues.map(({ id, namespace, name }) => [id, namespace, name])).to.deep.equal([
      ["n8n", "AiEcosystem/prod", "n8nBacklog"],
      ["sidekiq", "AiEcosystem/prod", "sidekiqLatency"],
    ]);
    const lambda = named("aws:lambda/function:Function", "test-queues-function");
    const { variables } = lambda.inputs["environment"] as { variables: Record<string, string> };
    expect(json(variables["QUEUES"])).to.deep.equal({
      bull: { id: "n8n", database: 1, prefix: "n8n", service: "n8n-worker" },
      sidekiq: { id: "sidekiq", database: 0 },
    });
    expect(JSON.stringify(variables)).not.to.contain("facade");
    expect(typed("aws:cloudwatch/eventRule:EventRule").map((r) => r.inputs["scheduleExpression"])).to.deep.equal([
      "rate(1 minute)",
      "cron(30 4 * * ? *)",
    ]);
    expect(program.allowed).to.include("queue-metrics>redis");
    const policy = named("aws:iam/rolePolicy:RolePolicy", "test-queues-role-policy");
    expect(String(policy.inputs["policy"])).to.contain("service/test-cluster/n8n-worker");
  });

  it("runs each job before those that wait for it, and all of them before their services", () => {
    const run = (job: string) =>
      job === dumpName
        ? named("aws:cloudwatch/eventTarget:EventTarget", `test-${job}-clock-target`)
        : named("command:local:Command", `test-${job}-run`);
    const after = (name: string) =>
      [...catalogue.services, ...catalogue.jobs].find((c) => c.name === name)?.after ?? [];
    // somebody starts that one
    for (const job of catalogue.jobs.filter((j) => j.name !== importName)) {
      for (const earlier of after(job.name)) expect(run(job.name).dependencies).to.include(run(earlier).urn);
    }
    for (const { name } of catalogue.services) {
      for (const earlier of after(name)) expect(service(name).dependencies, name).to.include(run(earlier).urn);
    }
    expect(after("chatwoot-web")).to.include("chatwoot-admin");
    expect(after("n8n-worker")).to.include("n8n-import");
  });

  it("runs a job again with each new definition, and says nothing of this machine", () => {
    for (const { inputs } of typed("command:local:Command")) {
      expect(inputs["triggers"]).to.have.length(1);
      expect(inputs["dir"]).to.equal(".");
    }
    expect(typed("command:local:Command").map((r) => r.name)).to.include("test-n8n-verify");
  });

  it("starts no task before its roles may do their work", () => {
    const waits = new Waits(resources);
    for (const r of [...ecsServices(), ...typed("command:local:Command").filter((c) => c.name.endsWith("-run"))]) {
      const base = r.name.replace(/-run$/, "");
      expect(waits.of(r), r.name).to.include(named("aws:iam/rolePolicy:RolePolicy", `${base}-start-policy`).urn);
    }
  });

  it("gives each execution role its own secrets, log and images", () => {
    for (const role of typed("aws:iam/rolePolicy:RolePolicy").filter((r) => r.name.endsWith("-start-policy"))) {
      const { Statement } = json(role.inputs["policy"]) as { Statement: { Sid: string; Resource: string[] }[] };
      const of = (sid: string) => Statement.find((s) => s.Sid === sid)?.Resource;
      expect(of("Login")).to.deep.equal(["*"]);
      for (const { Sid, Resource } of Statement) if (Sid !== "Login") expect(Resource).not.to.include("*");
      expect(of("Logs")).to.have.length(1);
      const name = role.name.replace(/^test-|-start-policy$/g, "");
      const masters = (of("Secrets") ?? []).filter((a) => a.includes("master-"));
      expect(masters.length > 0, name).to.equal(
        [dumpName, importName, "postgres-setup", "postgres-grants", "mongodb-setup"].includes(name),
      );
    }
  });

  it("lets nothing through but the named ways", () => {
    const egress = typed("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    const ingress = typed("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    for (const { inputs, name } of [...egress, ...ingress]) {
      expect(inputs["ipProtocol"], name).to.equal("tcp");
      expect(inputs["fromPort"], name).to.equal(inputs["toPort"]);
      expect(inputs["description"], name).to.be.a("string");
    }
    for (const { inputs } of ingress) expect(inputs).to.not.have.property("cidrIpv4");
    const world = (who: string) =>
      egress
        .filter((r) => r.name.startsWith(`test-${who}-out-`) && r.inputs["cidrIpv4"] === "0.0.0.0/0")
        .map((r) => r.inputs["fromPort"]);
    expect(world("librechat")).to.deep.equal([443]);
    expect(world("data-bridge")).to.deep.equal([443]);
    expect(world("n8n-worker")).to.have.members([443, 80, 465, 587, 993]);
    // both ends of a way from service to service
    expect(
      ingress.some((r) => has(r.inputs, { fromPort: 3000, description: "n8n-worker calls chatwoot-web" })),
    ).to.equal(true);
    for (const s of catalogue.services) {
      for (const store of s.uses ?? []) expect(program.allowed).to.include(`${s.name}>${store}`);
    }
    expect(program.reached).to.include.members(["chatwoot-web", "n8n", "n8n-webhook", "librechat", "data-bridge"]);
    expect(program.reached).not.to.include("n8n-worker");
  });

  it("registers every port that the load balancer leads to, and lets it in there", () => {
    const ports = (service("data-bridge").inputs["loadBalancers"] as { containerPort: number }[]).map(
      (l) => l.containerPort,
    );
    expect(ports).to.deep.equal([8888, 8000]);
    for (const port of ports) {
      const rule = named(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        `test-data-bridge-from-alb-${port}`,
      );
      expect(rule.inputs["referencedSecurityGroupId"]).to.equal("sg-alb");
    }
    expect(service("n8n-worker").inputs).to.not.have.property("healthCheckGracePeriodSeconds");
  });

  it("answers to the service's name inside", () => {
    const connect = service("n8n").inputs["serviceConnectConfiguration"] as { services: unknown };
    expect(connect.services).to.deep.equal([
      { portName: "port-5678", discoveryName: "n8n", clientAlias: [{ dnsName: "n8n", port: 5678 }] },
    ]);
    const worker = service("n8n-worker").inputs["serviceConnectConfiguration"] as { services: unknown };
    expect(worker.services).to.deep.equal([]);
  });

  it("goes back when new tasks answer with errors", () => {
    expect(service("librechat").inputs["alarms"]).to.deep.equal({
      enable: true,
      rollback: true,
      alarmNames: ["ai-ecosystem-prod-deployment-errors-librechat"],
    });
    expect(service("n8n-worker").inputs).to.not.have.property("alarms");
  });

  it("shows no secret in any resource", () => {
    const shown = resources.filter((r) => JSON.stringify(r.inputs).includes("facade-"));
    expect(shown.map((r) => r.name)).to.deep.equal([]);
    for (const { inputs } of typed("aws:ecs/taskDefinition:TaskDefinition")) {
      expect(inputs["containerDefinitions"]).to.not.equal("********");
    }
  });

  it("changes one task definition for another image, and runs its job again", async () => {
    const changes = { librechat: { image: "ghcr.io/librechat-ai/librechat:v0.8.9" } };
    const next = fargateCatalogue({ services: JSON.stringify(changes) });
    const { resources: changed } = await record(() => fargateProgram(next));
    const text = (r: RecordedResource) => JSON.stringify(r.inputs);
    const before = new Map(resources.map((r) => [r.urn, text(r)]));
    expect(changed.filter((r) => before.get(r.urn) !== text(r)).map((r) => r.name)).to.have.members([
      "test-librechat-task",
      "test-librechat-admin-task",
      // an archive says what its data is of
      "test-dump-task",
    ]);
  });

  it("takes a new service from its description alone", async () => {
    const more = fargateCatalogue({}, [...factories, fargateDemo]);
    const { resources: changed, result } = await record(() => fargateProgram(more));
    const demo = named("aws:ecs/service:Service", "test-demo", changed).inputs;
    expect(demo).to.include({ name: "demo", desiredCount: 1 });
    expect(result.allowed).to.include("demo>postgres");
    expect(result.reached).to.include("demo");
    const definition = named("aws:ecs/taskDefinition:TaskDefinition", "test-demo-task", changed).inputs;
    expect(definition).to.include({ cpu: "256", memory: "512" });
    expect(String(definition["containerDefinitions"])).to.contain("DEMO__DEMO_TOKEN");
  });

  it("has no queues to publish where nothing is scaled by one", async () => {
    const changes = { n8n: { enabled: false }, "chatwoot-web": { enabled: false } };
    const { resources: changed, result } = await record(() =>
      fargateProgram(fargateCatalogue({ services: JSON.stringify(changes) })),
    );
    expect(typed("aws:lambda/function:Function", changed)).to.deep.equal([]);
    expect(result.services.queues).to.deep.equal([]);
  });
});
