import { expect } from "chai";
import { said } from "../../../services/model/text";
import { record, valueOf, type RecordedResource } from "../../../record/record";
import { estimateCost } from "../../../cost/estimate";
import { composeStack } from "../../../stacks/compose";
import { prodSettings } from "../../support/recorded/profile";
import type { FargatePreview } from "../../../tools/report/data";
import { prodPreviewOf } from "../../support/recorded/preview";

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Series that an alarm reads. */
const series = (alarm: RecordedResource): number => {
  const queries = list(alarm.inputs["metricQueries"]).filter(
    (q) => typeof q === "object" && q !== null && "metric" in q,
  );
  return queries.length > 0 ? queries.length : 1;
};

describe("cost of production against the resources that it declares", function () {
  // the whole stack for each variant
  const variants: readonly [name: string, values: Readonly<Record<string, string>>][] = [
    ["standard", { alertEmail: "ops@example.com" }],
    ["economy", { costProfile: "economy" }],
    ["blue/green", { deployment: "blueGreen" }],
    [
      "three zones, MongoDB elsewhere",
      { azCount: "3", natGateways: "3", mongoUri: "mongodb+srv://u:p@c.example.net/l" },
    ],
  ];
  for (const [name, values] of variants) {
    describe(name, () => {
      let data: FargatePreview;
      before(async () => {
        data = await prodPreviewOf(values);
      });
      const of = (type: string) => data.resources.filter((r) => r.type === type);
      const quantity = (id: string) => data.cost.floor.find((l) => l.id === id)?.quantity ?? 0;
      const hours = 730;

      it("counts what AWS will count", () => {
        const [acl] = of("aws:wafv2/webAcl:WebAcl");
        const [balancer] = of("aws:lb/loadBalancer:LoadBalancer");
        const masters = of("aws:rds/instance:Instance").length + of("aws:docdb/cluster:Cluster").length;
        expect(quantity("waf-rules"), "rules").to.equal(list(acl?.inputs["rules"]).length);
        expect(quantity("alb-ipv4") / hours, "addresses").to.equal(list(balancer?.inputs["subnets"]).length);
        expect(quantity("nat") / hours, "NAT").to.equal(of("aws:ec2/natGateway:NatGateway").length);
        // the domain's own zone is there already
        const zones = 1 + of("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace").length;
        expect(quantity("hosted-zone"), "zones").to.equal(zones);
        expect(quantity("keys"), "keys").to.equal(of("aws:kms/key:Key").length);
        expect(quantity("secrets"), "secrets").to.equal(of("aws:secretsmanager/secret:Secret").length + masters);
        const repositories = of("aws:ecr/repository:Repository").length;
        const images = data.cost.usage.find((l) => l.id === "images");
        expect(said(images?.note ?? "")).to.contain(`${repositories} images`);
      });

      it("is what the stack says itself", async () => {
        const { result, resources } = await record(() => composeStack(prodSettings(values)), { stack: "prod" });
        const { floorUsd } = estimateCost({ ...result, resources });
        expect(await valueOf(result.outputs["estimatedMonthlyUsd"])).to.equal(floorUsd);
      });

      it("counts every series of the alarms, and those of autoscaling", () => {
        const own = of("aws:cloudwatch/metricAlarm:MetricAlarm").reduce((sum, a) => sum + series(a), 0);
        // one alarm for more and one for fewer tasks, each of every series that the policy reads
        const policies = of("aws:appautoscaling/policy:Policy");
        const read = policies.map((p) => JSON.stringify(p.inputs).split('"metricStat"').length - 1 || 1);
        const scaling = 2 * read.reduce((sum, n) => sum + n, 0);
        expect(quantity("alarms")).to.equal(own + scaling - 10);
      });

      it("counts a report of the live health for every call of its function", () => {
        const rules = of("aws:cloudwatch/eventRule:EventRule").filter((r) => r.name.endsWith("-health-minutely"));
        expect(rules.map((r) => r.inputs["scheduleExpression"])).to.deep.equal(["rate(1 minute)"]);
        expect(quantity("live-health") * 1000).to.equal(hours * 60);
      });

      it("has the sizes that the stores are made with", () => {
        const [postgres] = of("aws:rds/instance:Instance");
        const text = JSON.stringify(data.cost.floor);
        expect(text).to.contain(String(postgres?.inputs["instanceClass"]));
        expect(quantity("postgres-storage")).to.equal(postgres?.inputs["allocatedStorage"]);
        expect(quantity("mongodb") > 0).to.equal(of("aws:docdb/cluster:Cluster").length === 1);
      });

      it("has a line for every service that runs, with its least number of tasks", () => {
        const services = of("aws:ecs/service:Service");
        expect(data.cost.floor.filter((l) => l.id.startsWith("task-"))).to.have.length(services.length);
        for (const s of services) {
          expect(quantity(`task-${String(s.inputs["name"])}`) / hours).to.equal(s.inputs["desiredCount"]);
        }
      });
    });
  }
});
