import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { need } from "../support/need";

describe("the Python tests (data bridge, SQL scripts) against a real PostgreSQL", () => {
  it("all pass", function () {
    need(this, "python3");
    if (!existsSync("/usr/lib/postgresql") && process.getuid?.() !== 0) need(this, "postgres");
    const { status, stderr } = spawnSync(join(__dirname, "run.sh"), ["--verbose"], { encoding: "utf8" });
    console.log(stderr.replace(/^/gm, "      "));
    expect(status).to.equal(0);
    expect(Number(/^Ran (\d+) tests/m.exec(stderr)?.[1])).to.be.greaterThan(40);
  });
});
