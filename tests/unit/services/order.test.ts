import { expect } from "chai";
import { catalogue as factories } from "../../../services/catalogue";
import type { ServiceFactory } from "../../../services/model/context";
import { composeStack } from "../../../stacks/compose";
import { record } from "../../../record/record";
import { demo, sandboxSettings } from "../../support/fixtures";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { everything, recordProd } from "../../support/recorded/prod";
import { outOfOrder } from "../../support/recorded/order";
import { Waits } from "../../support/recorded/waits";

type Values = Readonly<Record<string, string>>;

const off = (...names: string[]): Values => ({
  services: JSON.stringify(Object.fromEntries(names.map((name) => [name, { enabled: false }]))),
});
const { services: all } = prodCatalogue(prodSettings());
const services = all.map((s) => s.name);
/** The others cannot be off by themselves. */
const dispensable = all.filter((s) => s.needed === undefined).map((s) => s.name);

/** A service that calls others and is called itself; in the list before those that it calls. */
const further: ServiceFactory = (context) => ({
  ...demo(context),
  uses: ["postgres", "redis"],
  calls: ["librechat", "n8n-webhook"],
  fargate: { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 3, scaling: "requests" },
});

describe("who waits for whom in production", function () {
  const variants: Readonly<Record<string, Values>> = {
    "as it is by default": {},
    "the smallest sizes": { costProfile: "economy" },
    "everything on, blue/green": everything,
    "blue/green alone": { deployment: "blueGreen" },
    "a MongoDB of one's own": { mongoUri: "mongodb://desk:hidden-from-all@a.example.net:27018/librechat" },
    "three zones and one NAT gateway": { azCount: "3", natGateways: "1" },
    "no application at all": off(...services),
    ...Object.fromEntries(dispensable.map((name) => [`without ${name}`, off(name)])),
  };
  for (const [name, values] of Object.entries(variants)) {
    it(`is whoever needs it to be there, and no circle: ${name} (AWS-2, AWS-4, AWS-5, AWS-24, AWS-26)`, async () => {
      const { resources, result } = await recordProd(values);
      expect(outOfOrder(resources, result.catalogue)).to.deep.equal([]);
    });
  }

  it("holds for a further service that calls others, wherever it stands in the list", async () => {
    const { resources, result } = await recordProd({}, [further, ...factories]);
    expect(result.catalogue.services.map((s) => s.name)).to.include("demo");
    expect(outOfOrder(resources, result.catalogue)).to.deep.equal([]);
  });

  it("brings callers, and nobody else, a deployment when one that they call comes or goes", async () => {
    const revisions = async (values: Values) => {
      const { resources } = await recordProd(values, [further, ...factories]);
      const definitions = resources.filter((r) => r.type === "aws:ecs/taskDefinition:TaskDefinition");
      // the release's files may change as well, which is another matter
      return new Map(definitions.map((r) => [r.name, JSON.stringify(r.inputs).replace(/releases\/\w+/g, "")]));
    };
    const [before, without] = [await revisions({}), await revisions(off("n8n-webhook"))];
    const changed = [...without].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);
    expect(changed).to.deep.equal(["ai-ecosystem-prod-services-demo-task"]);
  });

  it("is refused where services call each other, by their names", async () => {
    const caller =
      (name: string, calls: string): ServiceFactory =>
      (context) => ({
        ...further(context),
        name,
        calls: [calls],
        secrets: [],
        environment: {},
        route: undefined as never,
      });
    const circle = [...factories, caller("left", "right"), caller("right", "left")];
    const failure = await recordProd({}, circle).then(() => "", String);
    expect(failure).to.match(/services: left, right call each other.* public address/);
  });
});

describe("who waits for whom on the host", () => {
  it("is the instance for its way out and its rights, and whoever logs in for the ways in", async () => {
    const { resources } = await record(() => composeStack(sandboxSettings()), { stack: "sandbox" });
    const called = (pattern: RegExp) => resources.filter((r) => pattern.test(r.name));
    const waits = new Waits(resources);
    const missing = (who: RegExp, what: RegExp) => {
      expect(called(what), String(what)).not.to.deep.equal([]);
      return called(who).flatMap((r) => waits.missing(r, called(what)));
    };
    expect(missing(/-host-instance$/, /-network-(igw|public-internet)$|-host-(out|role-policy)$/)).to.deep.equal([]);
    expect(missing(/-host-(ready|push)$/, /-sandbox-host-(instance|in-.+)$/)).to.deep.equal([]);
    expect(missing(/-host-snapshots$/, /-host-snapshot-role-policy$/)).to.deep.equal([]);
    const associations = resources.filter((r) => /(eipAssociation|volumeAttachment):/.test(r.type));
    for (const r of called(/-host-ready$/)) expect(waits.missing(r, associations)).to.deep.equal([]);
    expect(waits.circles()).to.deep.equal([]);
  });
});
