import { need, needVariable } from "../support/need";
import { otherInstanceType, otherNginxSetting, nothingNew } from "./life/changes";
import { automation, creation, entrance } from "./life/creation";
import { elsewhere, Remains, takenAway } from "./life/elsewhere";
import { end } from "./life/end";
import { failedPushes, interruptedPush } from "./life/failures";
import { neverHealthy } from "./life/health";
import { Life } from "./life/life";
import { operation } from "./life/operation";
import { secrecy } from "./life/secrecy";
import { otherSettings } from "./life/settings";
import { turns } from "./life/turns";

// One deployment by the real engine, from nothing to its end: each step goes on from where the one before left off.
describe("life of a sandbox", function () {
  let life: Life | undefined;
  const remains = new Remains();
  const get = () => {
    if (life === undefined) throw new Error("there is no project");
    return life;
  };
  // once it could not be made, nothing else says more
  const made = () => {
    if (!get().made) throw new Error("there is no deployment: see its creation");
    return get();
  };

  before(function () {
    for (const program of ["pulumi", "git", "ssh", "bash"]) need(this, program);
    // never a real account
    needVariable(this, "AWS_ENDPOINT_URL", "an emulated AWS");
    const fresh = needVariable(this, "HOST_FRESH", "a command that makes a fresh emulated AWS and a fresh host");
    const exec = needVariable(this, "HOST_EXEC", "the words before a command that run it on the host as root");
    Life.renew(fresh);
    life = new Life(exec);
    // its host has no AWS CLI and no role
    return life.project.init({ "ai-ecosystem:tls": "self-signed", "ai-ecosystem:backups": "host" });
  });

  after(async () => {
    await life?.seenArguments();
    life?.project.remove();
  });

  creation(get);
  entrance(made);
  automation(made);
  nothingNew(made);
  secrecy(made);
  otherInstanceType(made);
  otherNginxSetting(made);
  failedPushes(made);
  neverHealthy(made);
  interruptedPush(made);
  operation(made);
  turns(made);
  otherSettings(made);
  takenAway(made, process.env["HOST_EXEC"] ?? "", remains);
  end(made);
  elsewhere(() => process.env["HOST_FRESH"] ?? "", process.env["HOST_EXEC"] ?? "", remains);
});
