import { expect } from "chai";
import { memoryBudget } from "../../cost/memory";
import { sandboxCatalogue, sandboxSettings } from "../support/fixtures";

// What is true of the services that are shipped, and of no catalogue in general: whoever adds one changes these lines.
describe("the shipped services", () => {
  const total = (plan: "compact" | "standard") =>
    sandboxCatalogue().services.reduce((sum, s) => sum + s.memoryMb[plan], 0);
  const budget = (values: Record<string, string> = {}) =>
    memoryBudget({ settings: sandboxSettings(values), catalogue: sandboxCatalogue(values) });

  it("are nine", () => {
    expect(sandboxCatalogue().services.map((s) => s.name)).to.have.members([
      ...["nginx", "n8n", "chatwoot-web", "chatwoot-sidekiq", "librechat", "data-bridge"],
      ...["postgres", "mongodb", "redis"],
    ]);
  });

  it("say what the compact plan takes: the seed's 2,190 MB and what LibreChat, MongoDB and Sidekiq really need", () => {
    expect(total("compact")).to.equal(2688);
    expect(total("standard")).to.equal(3840);
  });

  it("fit on a medium instance, on a small one with swap, and are a demo on a micro one", () => {
    expect(budget()).to.include({ plan: "standard", verdict: "fits" });
    expect(budget({ instanceType: "t3.small" })).to.include({ plan: "compact", verdict: "swap" });
    expect(budget({ instanceType: "t3.small" }).sentence).to.contain("2,688 MiB");
    expect(budget({ instanceType: "t4g.micro" })).to.include({ plan: "compact", verdict: "demo" });
  });
});
