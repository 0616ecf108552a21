import { expect } from "chai";
import { prodEstimate } from "../../support/recorded/prod-estimate";
import { memoryBudget } from "../../../cost/memory";
import { taskSizes } from "../../../cost/tasks";
import { fargateCatalogue } from "../../support/recorded/fargate-services";
import { sandboxCatalogue, sandboxSettings } from "../../support/fixtures";

// What is true of the services that are shipped, and of no catalogue in general: whoever adds one changes these lines.
describe("the shipped services", () => {
  const total = (plan: "compact" | "standard") =>
    sandboxCatalogue({ memoryPlan: plan }).services.reduce((sum, s) => sum + s.memoryMb[plan], 0);
  const budget = (values: Record<string, string> = {}) =>
    memoryBudget({ settings: sandboxSettings(values), catalogue: sandboxCatalogue(values) });

  it("are ten", () => {
    expect(sandboxCatalogue().services.map((s) => s.name)).to.have.members([
      ...["nginx", "n8n", "n8n-runners", "chatwoot-web", "chatwoot-sidekiq", "librechat", "data-bridge"],
      ...["postgres", "mongodb", "redis"],
    ]);
  });

  it("say what the compact plan takes: the seed's 2,190 MB and what LibreChat, MongoDB and Sidekiq really need (APP-2, APP-37)", () => {
    expect(total("compact")).to.equal(2688);
    expect(total("standard")).to.equal(3840);
  });

  it("fit on a medium instance, on a small one with swap, and are a demo on a micro one", () => {
    expect(budget()).to.include({ plan: "standard", verdict: "fits" });
    expect(budget({ instanceType: "t3.small" })).to.include({ plan: "compact", verdict: "swap" });
    expect(budget({ instanceType: "t3.small" }).sentence.en).to.contain("2,688 MiB");
    expect(budget({ instanceType: "t4g.micro" })).to.include({ plan: "compact", verdict: "demo" });
  });

  it("say what they need to start and what they hold at idle", () => {
    expect(sandboxCatalogue().services.filter((s) => s.memoryNeed === undefined)).to.deep.equal([]);
  });

  it("are seven with nine jobs on Fargate, one of them nightly and one by hand, nine tasks at rest", () => {
    const { services, jobs } = fargateCatalogue();
    expect(services.map((s) => s.name)).to.have.members([
      ...["chatwoot-web", "chatwoot-sidekiq", "n8n", "n8n-worker", "n8n-webhook", "librechat", "data-bridge"],
    ]);
    expect(jobs).to.have.length(9);
    expect(jobs.filter((j) => j.scheduled?.cron !== undefined)).to.have.length(1);
    expect(taskSizes({ services })).to.include({
      minTasks: 9,
      maxTasks: 28,
      minCpu: 4.25,
      maxCpu: 13.75,
      deploymentCpu: 7,
    });
  });

  it("cost about 445 USD a month on Fargate, and at most 290 in the economy profile", async function () {
    const standard = await prodEstimate();
    expect(standard.floorUsd).to.be.closeTo(445, 15);
    expect(standard.floor.find((l) => l.id === "metrics")?.monthlyUsd).to.be.closeTo(33, 6);
    expect((await prodEstimate({ costProfile: "economy" })).floorUsd).to.be.at.most(290);
  });
});
