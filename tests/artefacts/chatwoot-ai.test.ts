import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { need } from "../support/need";
import { root } from "../support/root";

describe("Chatwoot's own AI for people, with stand-ins for its models", () => {
  it("gets the stack's key once, follows it, leaves what somebody has set up, and goes with the setting", function () {
    need(this, "ruby");
    const args = [join(root, "tests", "fixtures", "chatwoot-ai.rb"), join(root, "services", "chatwoot", "files")];
    const { status, stdout, stderr } = spawnSync("ruby", args, { encoding: "utf8" });
    expect(status, stderr).to.equal(0);
    const line = (said: string, keys: string, features = '["captain_tasks"]') =>
      `[${JSON.stringify(said)}, [${keys}], ${features}]`;
    expect(stdout.trim().split("\n")).to.deep.equal([
      line("nil", "", "[]"),
      line('"switched on"', '"key-1"'),
      line("nil", '"key-1"'),
      line('"has the new key"', '"key-2"'),
      line('"left as somebody has set it up"', '"theirs"'),
      line("nil", '"theirs"'),
      line('"switched off"', ""),
      line('"this version has no captain_tasks"', "", "[]"),
      "not set up: RuntimeError",
    ]);
  });
});
