import { expect } from "chai";
import { said } from "../../../services/model/text";
import { catalogue as factories } from "../../../services/catalogue";
import { loadPrices, pricedClasses } from "../../../settings/prices/prices";
import type { CostEstimate, FloorLine, UsageLine } from "../../../cost/types";
import { demo } from "../../support/fixtures";
import { prodSettings } from "../../support/recorded/profile";
import { prodEstimate as estimate } from "../../support/recorded/prod-estimate";

const prices = loadPrices("/nowhere/prices.overrides.json");
const floorLine = (e: CostEstimate, id: string) => e.floor.find((l) => l.id === id);
const usageLine = (e: CostEstimate, id: string) => e.usage.find((l) => l.id === id);
const itemOf = (line: FloorLine | UsageLine | undefined) => said(line?.item ?? "");
const prefixed = (e: CostEstimate, prefix: string) =>
  e.floor.filter((l) => l.id.startsWith(prefix)).reduce((sum, l) => sum + l.monthlyUsd, 0);
const economy = { costProfile: "economy" };

describe("cost estimate of production", function () {
  // the whole stack for each variant

  it("is in two zones in the economy profile, too", async () => {
    const e = await estimate(economy);
    expect(e.floorUsd).to.be.lessThan((await estimate()).floorUsd);
    expect(floorLine(e, "alb-ipv4")?.quantity).to.equal(2 * 730);
    expect(itemOf(floorLine(e, "postgres"))).to.contain("Multi-AZ");
    expect(itemOf(floorLine(e, "mongodb"))).to.contain("2 instances");
  });

  it("prices tasks by size, Spot apart", async () => {
    const e = await estimate();
    expect(floorLine(e, "task-librechat")?.monthlyUsd).to.be.closeTo(28.83, 0.02);
    expect(floorLine(e, "task-n8n-worker")).to.include({ monthlyUsd: 4.33 });
    expect(itemOf(floorLine(e, "task-n8n-worker"))).to.contain("on Spot");
    expect(itemOf(floorLine(e, "task-librechat"))).not.to.contain("Spot");
    const more = await estimate({ services: '{"librechat":{"minTasks":3,"cpu":1,"memoryMb":2048}}' });
    expect(floorLine(more, "task-librechat")).to.include({ quantity: 3 * 730, monthlyUsd: 86.51 });
    expect(itemOf(usageLine(more, "more-librechat"))).to.contain("up to 3 tasks more");
  });

  it("takes the stores of the table (b) of the price list", async () => {
    const standard = await estimate();
    expect(floorLine(standard, "postgres")).to.include({ monthlyUsd: 46.72 });
    expect(floorLine(standard, "mongodb")).to.include({ monthlyUsd: 110.46 });
    expect(floorLine(standard, "valkey")).to.include({ monthlyUsd: 18.69 });
    const small = await estimate(economy);
    expect(floorLine(small, "postgres")).to.include({ monthlyUsd: 23.36 });
    expect(floorLine(small, "mongodb")).to.include({ monthlyUsd: 60.01 });
    expect(floorLine(small, "valkey")).to.include({ monthlyUsd: 18.69 });
  });

  it("follows the class of a single store", async () => {
    const own = await estimate({
      postgresClass: "db.t4g.large",
      documentDbClass: "db.r6g.large",
      valkeyClass: "cache.t4g.small",
    });
    expect(floorLine(own, "postgres")).to.include({ monthlyUsd: 188.34, item: "PostgreSQL db.t4g.large, Multi-AZ" });
    expect(floorLine(own, "mongodb")).to.include({ monthlyUsd: 384.2, item: "DocumentDB db.r6g.large (2)" });
    expect(floorLine(own, "valkey")).to.include({ monthlyUsd: 37.38 });
    // a burstable class may cost more than its hours, the others not
    expect(usageLine(own, "postgres-surplus")?.maxQuantity).to.equal(246);
    expect(usageLine(own, "mongodb-surplus")).to.equal(undefined);
    const small = await estimate({ ...economy, documentDbClass: "db.t4g.medium" });
    expect(floorLine(small, "mongodb")?.monthlyUsd).to.equal(floorLine(await estimate(), "mongodb")?.monthlyUsd);
    expect(floorLine(small, "postgres")).to.include({ monthlyUsd: 23.36 });
    const grows = await estimate({ documentDbClass: "db.serverless" });
    expect(floorLine(grows, "mongodb")).to.include({ monthlyUsd: 60.01 });
    expect(usageLine(grows, "mongodb-capacity")?.maxUsd).to.be.greaterThan(0);
  });

  it("has a price for every class that it offers", async () => {
    for (const setting of ["postgresClass", "documentDbClass", "valkeyClass"] as const) {
      const offered = pricedClasses(setting, prices);
      expect(offered.length, setting).to.be.at.least(4);
      for (const instanceClass of offered) {
        expect((await estimate({ [setting]: instanceClass })).floorUsd, instanceClass).to.be.greaterThan(250);
      }
    }
  });

  it("has no DocumentDB beside a MongoDB of one's own", async () => {
    const e = await estimate({ mongoUri: "mongodb+srv://user:password@cluster.example.net/librechat" });
    expect([...e.floor, ...e.usage].filter((l) => l.id.startsWith("mongodb"))).to.be.empty;
    expect(JSON.stringify(e)).not.to.contain("cluster.example.net");
  });

  it("follows zones and NAT gateways", async () => {
    const two = await estimate();
    expect(prefixed(two, "nat")).to.be.closeTo(73, 0.01);
    expect(prefixed(await estimate({ natGateways: "1" }), "nat")).to.be.closeTo(36.5, 0.01);
    expect(() => prodSettings({ natGateways: "0" })).to.throw("natGateways must be at least 1");
    expect(floorLine(await estimate({ azCount: "3" }), "alb-ipv4")).to.include({ monthlyUsd: 10.95 });
  });

  it("has Container Insights in the standard profile only", async () => {
    expect(floorLine(await estimate(), "metrics")?.monthlyUsd).to.be.greaterThan(0);
    expect(floorLine(await estimate(economy), "metrics")).to.equal(undefined);
  });

  it("counts GuardDuty only where this stack makes it", async () => {
    expect(usageLine(await estimate(), "guardduty-events")?.minUsd).to.equal(4);
    for (const guardDuty of ["existing", "off"])
      expect(usageLine(await estimate({ guardDuty }), "guardduty-events")).to.equal(undefined);
  });

  it("grows with a service: its tasks, alarms and images", async () => {
    const fargate = { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 2 };
    const more = await estimate({}, [...factories, (context) => ({ ...demo(context), fargate })]);
    const before = await estimate();
    expect(floorLine(more, "task-demo")).to.include({ monthlyUsd: 7.21 });
    expect(usageLine(more, "more-demo")?.maxQuantity).to.equal(176);
    const grows = (id: string) => (floorLine(more, id)?.quantity ?? 0) - (floorLine(before, id)?.quantity ?? 0);
    expect(grows("alarms")).to.be.at.least(6);
    expect(grows("metrics")).to.equal(17);
    expect(grows("secrets")).to.equal(1);
    expect(usageLine(more, "images")?.minQuantity).to.be.greaterThan(usageLine(before, "images")?.minQuantity ?? 0);
  });

  it("multiplies quantity and unit price in every line, and the lines add up to the totals shown", async () => {
    for (const values of [{}, economy, { azCount: "3", natGateways: "3" }]) {
      const e = await estimate(values);
      for (const l of e.floor) expect(l.monthlyUsd, l.id).to.be.closeTo(l.quantity * l.unitPriceUsd, 0.0051);
      for (const l of e.usage) {
        expect(l.minUsd, l.id).to.be.closeTo(l.minQuantity * l.unitPriceUsd, 0.0051);
        expect(l.maxUsd, l.id).to.be.closeTo(l.maxQuantity * l.unitPriceUsd, 0.0051);
        expect(l.maxQuantity, l.id).to.be.at.least(l.minQuantity);
      }
      const total = (amounts: number[]) => amounts.reduce((sum, usd) => sum + usd, 0);
      expect(e.floorUsd).to.be.closeTo(total(e.floor.map((l) => l.monthlyUsd)), 1e-6);
      expect(e.usageMinUsd).to.be.closeTo(total(e.usage.map((l) => l.minUsd)), 1e-6);
      expect(e.usageMaxUsd).to.be.closeTo(total(e.usage.map((l) => l.maxUsd)), 1e-6);
      for (const l of [...e.floor, ...e.usage]) expect(l.source, l.id).not.to.equal("");
      expect(new Set([...e.floor, ...e.usage].map((l) => l.id)).size).to.equal(e.floor.length + e.usage.length);
    }
  });

  it("computes what each saving saves", async () => {
    const { savings, floorUsd } = await estimate();
    const saves = (start: string) => savings.find((l) => said(l.title).startsWith(start))?.savesUsd;
    expect(saves("one NAT gateway")).to.equal(36.5);
    expect(floorUsd - (await estimate({ natGateways: "1" })).floorUsd).to.be.closeTo(36.5, 0.001);
    // sizes of the tasks are the catalogue's, which the saving keeps
    expect(saves("the economy profile")).to.be.greaterThan(100);
    expect(saves("a MongoDB of your own")).to.be.greaterThan(110);
    expect(savings.map((l) => l.savesUsd)).to.deep.equal(savings.map((l) => l.savesUsd).sort((a, b) => b - a));
    const titles = (await estimate(economy)).savings.map((l) => said(l.title));
    expect(titles).not.to.include("the economy profile");
    expect(titles).not.to.include("one NAT gateway");
  });
});
