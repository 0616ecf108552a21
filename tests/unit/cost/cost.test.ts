import { expect } from "chai";
import { joined, said } from "../../../services/model/text";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue as factories } from "../../../services/catalogue";
import { costOutputs, estimateCost } from "../../../cost/estimate";
import { loadPrices, pricedClasses, pricedRegions } from "../../../settings/prices/prices";
import { costSection } from "../../../tools/report/sections/cost-section";
import { previewText } from "../../../tools/preview/text";
import { paintFor } from "../../../tools/preview/table";
import { previewOf } from "../../support/recorded/preview";
import { demo, sandboxCatalogue, sandboxSettings } from "../../support/fixtures";

const prices = loadPrices("/nowhere/prices.overrides.json");
const estimate = (values: Record<string, string> = {}, from = factories) =>
  estimateCost({
    settings: sandboxSettings(values),
    catalogue: sandboxCatalogue(values, {}, from),
    resources: [],
    prices,
  });
const usage = (values: Record<string, string>, id: string) => estimate(values).usage.find((l) => l.id === id);

describe("cost estimate", () => {
  const table = {
    "t3.micro": 17.43,
    "t3.small": 25.02,
    "t3.medium": 40.21,
    "t3.large": 70.58,
    "t4g.micro": 15.97,
    "t4g.small": 22.1,
    "t4g.medium": 34.37,
    "t4g.large": 58.9,
  };
  for (const [instanceType, floor] of Object.entries(table)) {
    it(`is ${floor} a month for ${instanceType} with its disks, address, snapshots and backups`, () => {
      expect(estimate({ instanceType }).floorUsd).to.equal(floor);
    });
  }

  it("multiplies quantity and unit price in every line, and the lines add up to the total shown", () => {
    for (const instanceType of Object.keys(table)) {
      const { floor, floorUsd } = estimate({
        instanceType,
        hostedZone: "example.com",
        domain: "example.com",
        adminEmail: "a@example.com",
      });
      for (const l of floor) expect(l.monthlyUsd, l.id).to.be.closeTo(l.quantity * l.unitPriceUsd, 0.005);
      expect(floorUsd).to.be.closeTo(
        floor.reduce((sum, l) => sum + l.monthlyUsd, 0),
        1e-9,
      );
    }
  });

  it("names source and date of every price", () => {
    for (const [key, price] of Object.entries(prices.prices)) {
      expect(price.source, key).to.not.equal("");
      expect(price.date, key).to.match(/^20\d\d-\d\d(-\d\d)?$/);
      expect(price.usd, key).to.be.greaterThan(0);
    }
    for (const l of [...estimate().floor, ...estimate().usage]) expect(l.source, l.id).to.not.equal("");
  });

  it("adds half a dollar for a hosted zone", () => {
    const own = { domain: "example.com", hostedZone: "example.com", adminEmail: "a@example.com" };
    expect(estimate(own).floorUsd).to.equal(40.71);
    expect(estimate({ domain: "example.com", adminEmail: "a@example.com" }).floorUsd).to.equal(40.21);
  });

  it("adds NAT gateways with their addresses", () => {
    expect(estimate({ natGateways: "2" }).floorUsd).to.equal(113.21);
    expect(usage({ natGateways: "2" }, "nat-data")?.maxUsd).to.be.greaterThan(0);
  });

  it("follows the sizes of the volumes and the days that snapshots and backups are kept", () => {
    expect(estimate({ rootVolumeGb: "40" }).floorUsd).to.equal(41.01);
    expect(estimate({ dataVolumeGb: "40" }).floorUsd).to.equal(44);
    expect(estimate({ backupRetentionDays: "14" }).floorUsd).to.equal(41.03);
  });

  it("keeps the CPU surplus of unlimited mode out of the floor, and shows how far it goes", () => {
    expect(usage({ instanceType: "t3.small" }, "cpu-surplus")).to.include({ minUsd: 0, maxUsd: 58.4 });
    expect(usage({ instanceType: "t4g.small" }, "cpu-surplus")?.maxUsd).to.equal(46.72);
    expect(usage({ instanceType: "t3.micro" }, "cpu-surplus")?.maxUsd).to.equal(65.7);
    expect(estimate({ cpuCredits: "standard" }).floorUsd).to.equal(40.21);
    expect(usage({ cpuCredits: "standard" }, "cpu-surplus")).to.include({ maxUsd: 0 });
  });

  it("names what is free", () => {
    expect(usage({}, "transfer-out")?.free).to.have.property("en").that.contains("100 GB");
    expect(joined(estimate().free, ",").en).to.contain("Session Manager");
  });

  it("computes what each saving saves", () => {
    const { savings, floorUsd, usageMaxUsd } = estimate();
    const saves = (start: string) => savings.find((l) => said(l.title).startsWith(start));
    expect(saves("t4g.medium")).to.include({ savesUsd: 5.84, of: "floor" });
    expect(floorUsd - estimate({ instanceType: "t4g.medium" }).floorUsd).to.be.closeTo(5.84, 0.001);
    expect(saves("t3.small")).to.include({ savesUsd: 15.19 });
    expect(saves("standard CPU")).to.include({ savesUsd: 58.4, of: "usage" });
    expect(usageMaxUsd - estimate({ cpuCredits: "standard" }).usageMaxUsd).to.be.closeTo(58.4, 0.001);
    expect(savings.map((l) => l.savesUsd)).to.deep.equal([58.4, 15.19, 5.84, 0.69]);
  });

  it("offers no saving that is pulled already", () => {
    const titles = (values: Record<string, string>) => estimate(values).savings.map((l) => said(l.title));
    expect(titles({ instanceType: "t4g.micro", cpuCredits: "standard", backups: "host" })).to.deep.equal([]);
    expect(titles({ natGateways: "1" })).to.include("no NAT gateway");
  });

  it("shares the instance's price out by memory limit, so that a further service shows", () => {
    const { shares, floor } = estimate();
    const instance = floor.find((l) => l.id === "instance")?.monthlyUsd ?? 0;
    expect(shares.reduce((sum, s) => sum + s.share, 0)).to.be.closeTo(1, 1e-9);
    expect(shares.reduce((sum, s) => sum + s.monthlyUsd, 0)).to.be.closeTo(instance, 0.05);
    const more = estimate({}, [...factories, demo]).shares;
    expect(more.find((s) => s.service === "demo")).to.include({ memoryMb: 20 });
    expect(more.find((s) => s.service === "n8n")?.share).to.be.lessThan(
      shares.find((s) => s.service === "n8n")?.share ?? 0,
    );
  });

  describe("of other regions", () => {
    const inRegion = (region: string) =>
      estimateCost({
        settings: { ...sandboxSettings(), region },
        catalogue: sandboxCatalogue(),
        resources: [],
        prices: loadPrices("/nowhere/prices.overrides.json", region),
      });
    const instance = (region: string) => inRegion(region).floor.find((l) => l.id === "instance");

    it("takes the prices of the region that is set, each with its source and date", () => {
      expect(instance("us-east-1")?.unitPriceUsd).to.equal(0.0416);
      expect(instance("eu-central-1")).to.include({ unitPriceUsd: 0.048, monthlyUsd: 35.04, date: "2025-11-04" });
      expect(instance("sa-east-1")?.monthlyUsd).to.equal(49.06);
      expect(inRegion("sa-east-1").floorUsd).to.be.greaterThan(inRegion("us-east-1").floorUsd);
      for (const region of pricedRegions) {
        for (const [key, p] of Object.entries(loadPrices("/nowhere", region).prices)) {
          expect(p.source, `${region} ${key}`).to.not.equal("");
          expect(p.date, `${region} ${key}`).to.match(/^20\d\d-\d\d(-\d\d)?$/);
        }
      }
    });

    it("knows at least the seven regions, and no price or source that nothing uses", () => {
      expect(pricedRegions).to.include.members([
        "us-east-1",
        "us-east-2",
        "us-west-2",
        "eu-west-1",
        "eu-central-1",
        "eu-south-2",
        "sa-east-1",
      ]);
      const { sources, regions } = JSON.parse(
        readFileSync(join(__dirname, "..", "..", "..", "settings", "prices", "regions.json"), "utf8"),
      ) as { sources: object; regions: Record<string, Record<string, Record<string, number>>> };
      const named = Object.values(regions).flatMap((of) => Object.keys(of));
      expect([...new Set(named)].sort()).to.deep.equal(Object.keys(sources).sort());
      for (const [region, of] of Object.entries(regions)) {
        const keys = Object.values(of).flatMap((p) => Object.keys(p));
        expect(new Set(keys).size, region).to.equal(keys.length);
        expect(
          keys.filter((key) => prices.prices[key] === undefined || prices.prices[key].everywhere !== undefined),
          region,
        ).to.deep.equal([]);
      }
    });

    it("says with the sum how many prices are another region's", () => {
      expect(inRegion("us-east-1")).to.not.have.any.keys("floorOtherRegion", "usageOtherRegion");
      expect(inRegion("eu-central-1")).to.not.have.any.keys("floorOtherRegion", "usageOtherRegion");
      // no source was found for the disks in Spain
      expect(inRegion("eu-south-2").floorOtherRegion).to.have.property("en", "4 of 6 prices are us-east-1's");
      expect(inRegion("ap-southeast-2").floorOtherRegion).to.have.property("en", "6 of 6 prices are us-east-1's");
      expect(joined(inRegion("ap-southeast-2").notes, " ").en).to.contain("prices.overrides.json");
      expect(costOutputs(inRegion("eu-south-2"))).to.deep.equal({
        estimatedMonthlyUsd: inRegion("eu-south-2").floorUsd,
        estimatedMonthlyPrices: "eu-south-2, but 4 of 6 prices are us-east-1's",
      });
      expect(costOutputs(inRegion("eu-west-1")).estimatedMonthlyPrices).to.equal("eu-west-1");
    });

    it("shows it on the line of the sum, in the terminal and on the page", async () => {
      const cost = inRegion("eu-south-2");
      expect(costSection(cost).text.en).to.contain("Floor<small>4 of 6 prices are us-east-1&#39;s</small>");
      const data = await previewOf();
      const shown = previewText({ ...data, cost }, paintFor(false));
      expect(shown).to.match(/always paid \(4 of 6 prices are us-east-1's\)/);
      expect(shown).to.match(/Root volume.* 2026-08-21 us-east-1\n/);
    });
  });
});

describe("price overrides", () => {
  let folder: string;
  const write = (text: string) => {
    const path = join(folder, "prices.overrides.json");
    writeFileSync(path, text);
    return path;
  };
  before(() => (folder = mkdtempSync(join(tmpdir(), "prices-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("replace one price and leave the others", () => {
    const own = loadPrices(
      write('{ "ec2.t3.medium": 0.05, "vpc.ipv4": { "usd": 0.004, "source": "contract", "date": "2026-11-01" } }'),
    );
    const { floor } = estimateCost({
      settings: sandboxSettings(),
      catalogue: sandboxCatalogue(),
      resources: [],
      prices: own,
    });
    expect(floor.find((l) => l.id === "instance")).to.include({ monthlyUsd: 36.5, source: "prices.overrides.json" });
    expect(floor.find((l) => l.id === "ipv4")).to.include({ monthlyUsd: 2.92, source: "contract", date: "2026-11-01" });
    expect(floor.find((l) => l.id === "root-volume")?.monthlyUsd).to.equal(2.4);
  });

  it("are of the stack's region, whichever it is", () => {
    const own = loadPrices(write('{ "ebs.gp3": 0.09 }'), "eu-south-2");
    expect(own.prices["ebs.gp3"]).to.include({ usd: 0.09 }).and.not.have.property("otherRegion");
    expect(own.prices["ebs.snapshot"]).to.have.property("otherRegion", "us-east-1");
  });

  it("bring the price of a further class of a store", () => {
    const own = loadPrices(write('{ "rds.db.m8g.large.multi-az": 0.35 }'));
    expect(own.prices["rds.db.m8g.large.multi-az"]).to.include({
      usd: 0.35,
      unit: "hour",
      source: "prices.overrides.json",
    });
    expect(pricedClasses("postgresClass", own)).to.include("db.m8g.large");
    expect(() => loadPrices(write('{ "rds.db.m8g.large": 0.35 }'))).to.throw("rds.db.m8g.large is not known");
  });

  it("name the nearest price when a key is not known", () => {
    expect(() => loadPrices(write('{ "ec2.t3.medum": 0.05, "vpc.ip": 1 }')))
      .to.throw("ec2.t3.medum is not known; did you mean ec2.t3.medium?")
      .with.property("message")
      .that.contains("vpc.ip is not known");
  });

  it("refuse what is no price", () => {
    expect(() => loadPrices(write('{ "vpc.ipv4": "cheap" }'))).to.throw("vpc.ipv4");
    expect(() => loadPrices(write("{"))).to.throw("not valid JSON");
  });
});
