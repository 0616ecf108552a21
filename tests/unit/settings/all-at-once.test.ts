import { expect } from "chai";
import { inRegion } from "../../../dev/docs/profiles";
import { parseStack } from "../../../stacks/read";

describe("all that is wrong with a configuration", () => {
  it("tells what is wrong with the services beside a fault of their form, or of another key", () => {
    const services = JSON.stringify({
      n8n: { memoryMb: 100, image: "n8n" },
      librechat: { memory: 640 },
      libreschat: { enabled: false },
      postgres: { enabled: false },
    });
    const keys = (problems: Readonly<Record<string, string>>) => {
      const values = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]', services, ...problems };
      const result = parseStack({ values, secretKeys: new Set(), aws: inRegion() }, "acme");
      return "problems" in result ? result.problems.map((p) => p.key) : [];
    };
    const all = [
      "services.librechat.memory",
      "services.libreschat",
      "services.n8n.image",
      "services.n8n.memoryMb",
      "services.postgres.enabled",
    ];
    expect([...keys({})].sort()).to.deep.equal(all);
    expect([...keys({ timezone: "Madrid" })].sort()).to.deep.equal([...all, "timezone"]);
    // what is needed to tell is wrong itself: no guesses
    expect([...keys({ memoryPlan: "compct" })].sort()).to.deep.equal([
      "memoryPlan",
      "services.librechat.memory",
      "services.n8n.image",
    ]);
  });
});
