import { expect } from "chai";
import { joined } from "../../../services/model/text";
import { memoryBudget } from "../../../cost/memory";
import { threeServices } from "../../fixtures/three-services";
import { demo, sandboxCatalogue, sandboxSettings } from "../../support/fixtures";

const budget = (values: Record<string, string> = {}, from = threeServices) =>
  memoryBudget({ settings: sandboxSettings(values), catalogue: sandboxCatalogue(values, {}, from) });

describe("memory budget", () => {
  it("fits on a medium instance, with nothing to warn of", () => {
    const { verdict, sentence, evidence, limitsMb, ramMb, systemMb } = budget();
    expect(verdict).to.equal("fits");
    expect(limitsMb + systemMb).to.be.at.most(ramMb);
    expect(sentence.en).to.match(/^Fits: limits of [\d,]+ MiB .* 4 GB of RAM of a t3\.medium\.$/);
    expect(evidence).to.deep.equal([]);
  });

  it("fits on a small one with swap only", () => {
    const { verdict, limitsMb, sentence, evidence, plan } = budget({ instanceType: "t3.small" });
    expect({ verdict, limitsMb, plan }).to.deep.equal({ verdict: "swap", limitsMb: 2028, plan: "compact" });
    expect(sentence.en).to.match(/^Fits with swap only: .*2,028 MiB.*2 GB of RAM.*4 GB of swap/);
    expect(joined(evidence, " ").en)
      .to.match(/^When idle, desk holds 768 MiB, .* holds \d+ MiB, .* holds \d+ MiB\. /)
      .and.contain("honest minimum");
  });

  it("is a demo on a micro one, with the stress test as evidence", () => {
    const { verdict, sentence, evidence } = budget({ instanceType: "t4g.micro" });
    expect(verdict).to.equal("demo");
    expect(sentence.en).to.match(/^Demo only: .*1 GB of RAM of a t4g\.micro/);
    expect(joined(evidence, ",").en).to.contain("5 to 30 seconds").and.contain("a worker or a store");
  });

  it("is a demo where swap is missing, or the standard plan meets a small instance", () => {
    expect(budget({ instanceType: "t3.small", swapSizeGb: "0" })).to.include({ verdict: "demo", swapMb: 0 });
    expect(budget({ instanceType: "t3.small", swapSizeGb: "0" }).sentence.en).to.contain("there is no swap");
    expect(budget({ instanceType: "t3.small", memoryPlan: "standard" }).verdict).to.equal("demo");
  });

  it("warns of the compact plan even where it fits", () => {
    const { verdict, evidence } = budget({ memoryPlan: "compact" });
    expect(verdict).to.equal("fits");
    expect(joined(evidence, ",").en).to.contain("2,028 MiB");
  });

  it("lists every service once, largest first, and adds them up", () => {
    const { services, limitsMb } = budget();
    expect(services.map((s) => s.name)).to.have.members(
      sandboxCatalogue({}, {}, threeServices).services.map((s) => s.name),
    );
    expect(services.map((s) => s.limitMb)).to.deep.equal(services.map((s) => s.limitMb).sort((a, b) => b - a));
    expect(services.reduce((sum, s) => sum + s.limitMb, 0)).to.equal(limitsMb);
  });

  it("counts a further service and a changed limit", () => {
    expect(budget({}, [...threeServices, demo]).limitsMb - budget().limitsMb).to.equal(20);
    const settings = sandboxSettings({ services: '{"desk":{"memoryMb":3200}}' });
    const catalogue = sandboxCatalogue({}, settings.services, threeServices);
    expect(memoryBudget({ settings, catalogue }).verdict).to.equal("swap");
  });
});
