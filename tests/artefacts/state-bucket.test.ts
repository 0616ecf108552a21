import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stateBucket } from "../../settings/formats/state-bucket";
import { root } from "../support/root";

const script = join(root, "tools", "state-bucket.sh");
const key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** In place of the AWS CLI: writes down what it is asked, one call a line; `there` decides whether key and bucket exist. */
const stand = (there: boolean) => `#!/bin/sh
echo "$AWS_REGION $*" >> "$CALLS"
case "$2" in
  describe-key) ${there ? `echo ${key}` : "exit 254"} ;;
  create-key) echo ${key} ;;
  head-bucket) ${there ? "" : "exit 254"} ;;
esac
`;

describe("tools/state-bucket.sh", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "state-bucket-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function run(args: readonly string[], there = false) {
    const aws = join(folder, "aws");
    const calls = join(folder, "calls");
    writeFileSync(aws, stand(there));
    chmodSync(aws, 0o755);
    writeFileSync(calls, "");
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}`, CALLS: calls, AWS_REGION: "" };
    const { status, stdout, stderr } = spawnSync("bash", [script, ...args], { encoding: "utf8", env });
    return { status, output: `${stdout}${stderr}`, calls: readFileSync(calls, "utf8").split("\n").filter(Boolean) };
  }
  const named = (calls: readonly string[], operation: string) => calls.filter((c) => c.includes(` ${operation} `));

  it("makes a closed, versioned, encrypted bucket and its key, in the region that is asked for", () => {
    const { status, calls, output } = run(["acme-state", "eu-west-1"]);
    expect(status, output).to.equal(0);
    expect(calls.filter((c) => !c.startsWith("eu-west-1 "))).to.deep.equal([]);
    for (const [operation, text] of [
      ["create-key", ""],
      ["create-alias", `--alias-name alias/acme-state --target-key-id ${key}`],
      ["enable-key-rotation", key],
      ["create-bucket", "LocationConstraint=eu-west-1"],
      ["put-public-access-block", "RestrictPublicBuckets=true"],
      ["put-bucket-versioning", "Status=Enabled"],
      ["put-bucket-encryption", key],
      ["put-bucket-policy", '"aws:SecureTransport":"false"'],
      ["put-bucket-lifecycle-configuration", "NoncurrentDays"],
    ] as const) {
      const [call = ""] = named(calls, operation);
      expect(call, operation).to.contain(operation).and.contain(text);
    }
    for (const call of calls) {
      const [, json] = /(?:configuration|policy) (\{.*\})$/.exec(call) ?? [];
      if (json !== undefined) expect(() => JSON.parse(json) as unknown, call).not.to.throw();
    }
  });

  it("makes nothing twice, and in us-east-1 names no region to S3", () => {
    const { status, calls } = run(["acme-state"], true);
    expect(status).to.equal(0);
    expect(calls.filter((c) => / create-(?:key|alias|bucket) /.test(c))).to.deep.equal([]);
    expect(named(run(["acme-state"]).calls, "create-bucket").join()).not.to.contain("LocationConstraint");
  });

  it("says what comes next, in a form that the settings take", () => {
    const { output } = run(["acme-state", "eu-west-1"]);
    const [, address = ""] = /pulumi login '([^']+)'/.exec(output) ?? [];
    expect(stateBucket(address)).to.deep.equal({ name: "acme-state", folder: "" });
    expect(output).to.contain("--secrets-provider='awskms://alias/acme-state?region=eu-west-1'");
    expect(output).to.contain(`ai-ecosystem:stateKmsKeyArn ${key}`);
  });

  it("refuses names that no bucket can have, and those of the stacks' own", () => {
    for (const name of ["", "Acme", "a", "ai-ecosystem-prod-state"]) {
      const { status, calls } = run(name === "" ? [] : [name]);
      expect(status, name).to.equal(2);
      expect(calls, name).to.deep.equal([]);
    }
  });
});
