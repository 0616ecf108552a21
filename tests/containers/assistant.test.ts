import { AssistantLab } from "../support/host/assistant-lab";
import { behaviour, release } from "./assistant/behaviour";
import { check, checkElsewhere } from "./assistant/check";
import { conversation } from "./assistant/conversation";
import { digest, firstDigest } from "./assistant/digest";
import { firstImport } from "./assistant/first-import";
import { knowledge } from "./assistant/knowledge";
import { providers, silentModels } from "./assistant/providers";

/** One n8n for all of it: each start takes a minute. */
describe("assistant in the real n8n", function () {
  this.timeout(1_800_000);
  const lab = new AssistantLab();

  before(function () {
    return lab.start(this);
  });
  after(() => {
    lab.stop();
  });

  describe("its workflows", () => {
    firstImport(lab);
  });

  describe("with a provider", () => {
    before(() => lab.begin(release, 1));

    firstDigest(lab);
    behaviour(lab);
    conversation(lab);
    knowledge(lab);
    check(lab);
    checkElsewhere(lab);
    // whose models say nothing for some minutes, while the digest is looked at
    providers(lab);
    digest(lab);
    silentModels(lab);
  });
});
