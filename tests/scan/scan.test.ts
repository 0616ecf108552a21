import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { matches } from "../../policies/engine/evaluate";
import type { RecordedResource } from "../../policies/engine/types";
import { record } from "../../record/record";
import { composeStack } from "../../stacks/compose";
import { sandboxSettings } from "../support/fixtures";
import { need, unmet } from "../support/need";
import { everything, recordProd } from "../support/recorded/prod";
import { terraformPlan } from "../support/recorded/terraform-plan";
import { accepted } from "./accepted";

/** Of checkov's report. */
interface Check {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly file_path: string;
}
interface Report {
  readonly results: { readonly passed_checks: readonly Check[]; readonly failed_checks: readonly Check[] };
}

/** Controls for which policies/ has no rule because the scanner looks: it must have something to look at. */
const relied = [
  ...[7, 18, 21, 23, 26, 50, 51, 65, 66, 85, 86, 91, 104, 115, 116, 117, 118, 126, 129, 131, 135, 136, 144, 145, 149],
  ...[157, 158, 161, 163, 173, 182, 189, 191, 192, 211, 226, 259, 261, 272, 305, 310, 328, 338, 353, 354, 374, 378],
].map((n) => `CKV_AWS_${n}`);
const reliedGraph = [11, 19, 28, 30, 31, 32, 41, 42, 50, 57, 60, 61, 62, 65, 71].map((n) => `CKV2_AWS_${n}`);

const line = (c: Check): string => `${c.check_id} ${c.resource} in ${c.file_path}: ${c.check_name}`;

describe("what a public scanner finds in the recorded stacks", function () {
  const folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-scan-"));
  const scan = (resources: Readonly<Record<string, readonly RecordedResource[]>>): Report => {
    const files = Object.entries(resources).map(([stack, of]) => {
      const file = join(folder, `${stack}.json`);
      writeFileSync(file, JSON.stringify(terraformPlan(of), null, 1));
      return ["--file", file];
    });
    const offline = ["--skip-download", "--skip-results-upload"];
    const { stdout, stderr } = spawnSync(
      join(__dirname, "tool"),
      ["checkov", ...files.flat(), "--framework", "terraform_plan", "--output", "json", "--compact", ...offline],
      { encoding: "utf8", cwd: folder, maxBuffer: 1 << 28 },
    );
    if (!stdout.startsWith("{")) throw new Error(`checkov: ${stderr}`);
    return JSON.parse(stdout) as Report;
  };
  let sandbox: readonly RecordedResource[];
  let report: Report;

  before(async function () {
    need(this, "python3");
    const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
    if (!existsSync(join(cache, "ai-ecosystem-tests/checkov/stamp"))) unmet(this, "no checkov: make tools installs it");
    const host = async (values: Record<string, string> = {}) =>
      (await record(() => composeStack(sandboxSettings(values)), { stack: "sandbox" })).resources;
    sandbox = await host();
    report = scan({
      sandbox,
      "sandbox-managed": await host({ data: "managed", alertEmail: "ops@example.com" }),
      prod: (await recordProd()).resources,
      "prod-everything": (await recordProd(everything)).resources,
    });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const meets = (c: Check) => accepted.filter((a) => a.check === c.check_id && matches(a.resource, c.resource));

  it("is accepted, with a reason (SEC-10, SEC-11)", () => {
    const open = report.results.failed_checks.filter((c) => meets(c).length === 0);
    expect(open.map(line), "repair it, or say in tests/scan/accepted.ts why not").to.deep.equal([]);
  });

  it("is all that is accepted", () => {
    const met = new Set(report.results.failed_checks.flatMap(meets));
    const unused = accepted.filter((a) => !met.has(a)).map((a) => `${a.check} ${a.resource}`);
    expect(unused, "nothing is found any more: take it out of tests/scan/accepted.ts").to.deep.equal([]);
  });

  it("comes of looking at every control that is left to it", () => {
    const looked = new Set(
      Object.values(report.results).flatMap((checks: readonly Check[]) => checks.map((c) => c.check_id)),
    );
    expect([...relied, ...reliedGraph].filter((id) => !looked.has(id))).to.deep.equal([]);
  });

  it("grows when something is left out", () => {
    const worse = sandbox.map((r) =>
      r.type === "aws:ec2/instance:Instance" ? { ...r, inputs: { ...r.inputs, ebsOptimized: false } } : r,
    );
    const { failed_checks: failed } = scan({ sandbox: worse }).results;
    expect(failed.filter((c) => meets(c).length === 0).map((c) => c.check_id)).to.deep.equal(["CKV_AWS_135"]);
  });
});
