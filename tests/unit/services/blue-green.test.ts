import { expect } from "chai";
import { canBeBlueGreen } from "../../../services/model/blue-green";
import { record, type RecordedResource } from "../../../record/record";
import { fargateCatalogue, fargateProgram } from "../../support/recorded/fargate-services";
import { Waits } from "../../support/recorded/waits";

describe("blue/green deployments on Fargate", () => {
  const catalogue = fargateCatalogue();
  let resources: readonly RecordedResource[];
  let changed: readonly RecordedResource[];
  before(async () => {
    ({ resources } = await record(() => fargateProgram(catalogue)));
    ({ resources: changed } = await record(() => fargateProgram(catalogue, { deployment: "blueGreen" })));
  });
  const typed = (type: string, list = resources) => list.filter((r) => r.type === type);
  const named = (type: string, name: string, list = changed): RecordedResource => {
    const [found] = typed(type, list).filter((r) => r.name === name);
    if (found === undefined) throw new Error(`no ${type} ${name}`);
    return found;
  };

  it("are for services that may run twice behind one rule", () => {
    const may = catalogue.services.filter(canBeBlueGreen).map((s) => s.name);
    expect(may).to.include.members(["chatwoot-web", "librechat"]).and.not.include.members(["n8n"]);
    const [web] = catalogue.services.filter((s) => s.name === "chatwoot-web");
    const { route, fargate } = web ?? {};
    if (route === undefined || fargate === undefined) throw new Error("chatwoot-web is no web service");
    expect(canBeBlueGreen({ route, fargate: { ...fargate, single: true } })).to.equal(false);
    expect(canBeBlueGreen({ route, fargate: { ...fargate, spot: true } })).to.equal(false);
    expect(canBeBlueGreen({ route: { ...route, paths: [{ prefix: "/api/", port: 1 }] }, fargate })).to.equal(false);
    expect(canBeBlueGreen({ fargate })).to.equal(false);
  });

  it("rolls by default, and is blue/green by setting where there are two target groups", () => {
    for (const { inputs } of typed("aws:ecs/service:Service"))
      expect(inputs).to.not.have.property("deploymentConfiguration");
    const librechat = named("aws:ecs/service:Service", "test-librechat").inputs;
    expect(librechat["deploymentConfiguration"]).to.deep.equal({ strategy: "BLUE_GREEN", bakeTimeInMinutes: "5" });
    const [balancer] = librechat["loadBalancers"] as { advancedConfiguration: Record<string, string> }[];
    expect(balancer?.advancedConfiguration).to.include({ productionListenerRule: "arn:rule/librechat" });
    expect(balancer?.advancedConfiguration["roleArn"]).to.contain("test-blue-green");
    const n8n = named("aws:ecs/service:Service", "test-n8n").inputs;
    expect(n8n).to.not.have.property("deploymentConfiguration");
  });

  it("watches and scales a blue/green service by both of its target groups", () => {
    const both = /targetgroup\/librechat\/.*targetgroup\/librechat-green\//;
    const alarm = named("aws:cloudwatch/metricAlarm:MetricAlarm", "test-librechat-deployment-errors").inputs;
    expect(alarm).to.not.have.any.keys("metricName", "statistic", "period");
    expect(JSON.stringify(alarm["metricQueries"])).to.contain("FILL(e0, 0) + FILL(e1, 0)").and.match(both);
    const requests = named("aws:appautoscaling/policy:Policy", "test-librechat-scaling-requests").inputs;
    const tracking = requests["targetTrackingScalingPolicyConfiguration"] as Record<string, unknown>;
    expect(tracking).to.include({ targetValue: 600 }).and.not.have.property("predefinedMetricSpecification");
    expect(JSON.stringify(tracking["customizedMetricSpecification"]))
      .to.contain("FILL(r0, 0) + FILL(r1, 0)")
      .and.contain("RequestCountPerTarget")
      .and.match(both);
    const rolling = named("aws:appautoscaling/policy:Policy", "test-chatwoot-web-scaling-requests").inputs;
    expect(JSON.stringify(rolling)).to.contain("ALBRequestCountPerTarget");
  });

  it("gives ECS the role that moves the traffic, with its rights, before the service is made", () => {
    const role = named("aws:iam/role:Role", "test-blue-green");
    expect(JSON.parse(String(role.inputs["assumeRolePolicy"]))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ecs.amazonaws.com" } }],
    });
    const rights = named("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "test-blue-green-policy");
    const waits = new Waits(changed);
    expect(waits.of(named("aws:ecs/service:Service", "test-librechat"))).to.include(rights.urn);
    expect(waits.of(named("aws:ecs/service:Service", "test-n8n"))).not.to.include(rights.urn);
    expect(typed("aws:iam/rolePolicyAttachment:RolePolicyAttachment")).to.deep.equal([]);
  });
});
