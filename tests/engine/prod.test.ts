import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { need, needVariable } from "../support/need";
import { creation, nothingNew } from "./production/creation";
import { otherImage, otherScale, otherCostProfile, restoredDatabase } from "./production/changes";
import { end, protection } from "./production/end";
import { liveHealth } from "./production/live-health";
import { goAndComeBack } from "./production/order";
import { Production } from "./production/production";
import { secrecy } from "./production/secrecy";

// One deployment by the real engine, from nothing to its end: each step goes on from where the one before left off.
describe("life of production", function () {
  this.timeout(1_800_000);
  let production: Production | undefined;
  const get = () => {
    if (production === undefined) throw new Error("there is no project");
    return production;
  };
  // once it could not be made, nothing else says more
  const made = () => {
    if (!get().made) throw new Error("there is no deployment: see its creation");
    return get();
  };

  before(async function () {
    for (const program of ["pulumi", "git"]) need(this, program);
    // never a real account
    needVariable(this, "AWS_ENDPOINT_URL", "an emulated AWS");
    const fresh = needVariable(this, "AWS_FRESH", "a command that empties the emulated AWS");
    const control = needVariable(
      this,
      "AWS_CONTROL",
      "where the emulated AWS is told what to fail and asked what it saw",
    );
    const strict = needVariable(this, "AWS_STRICT", "what makes it refuse what comes too early, and slow, as JSON");
    const graph = needVariable(this, "AWS_GRAPH", "a command that holds a state against what its calls needed");
    const { status, stdout, stderr } = spawnSync("bash", ["-c", fresh], { encoding: "utf8" });
    expect(status, `${fresh}\n${stdout}${stderr}`).to.equal(0);
    production = await Production.create({ control, strict, graph });
  });

  after(() => production?.remove());

  creation(get);
  nothingNew(made);
  secrecy(made);
  liveHealth(made);
  otherImage(made);
  restoredDatabase(made);
  otherScale(made);
  otherCostProfile(made);
  protection(made);
  goAndComeBack(made);
  end(made);
});
