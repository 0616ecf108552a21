import { expect } from "chai";
import { evaluate } from "../../../policies/engine/evaluate";
import { record, type RecordedResource } from "../../../record/record";
import { composeStack } from "../../../stacks/compose";
import { sandboxSettings } from "../../support/fixtures";
import { may, type Document } from "../../support/iam/iam";

const compose = async (values: Record<string, string> = {}) => {
  const { resources, result } = await record(() => composeStack(sandboxSettings(values)), { stack: "sandbox" });
  const of = (type: string, end: string): RecordedResource => {
    const found = resources.filter((r) => r.type === type && r.name.endsWith(end));
    expect(found, `${type} ${end}`).to.have.length(1);
    return found[0] as RecordedResource;
  };
  return { resources, of, result };
};
type Stack = Awaited<ReturnType<typeof compose>>;

describe("the bucket of the host's backups", function () {
  let stack: Stack;
  before(async () => {
    stack = await compose();
  });

  it("is closed, encrypted, versioned, and locks what it is given for the days of the retention", async () => {
    const { of } = stack;
    expect(of("aws:s3/bucket:Bucket", "-host-backups").inputs).to.include({
      objectLockEnabled: true,
      forceDestroy: false,
    });
    const lock = (from: Stack) =>
      from.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "-backups-lock").inputs["rule"];
    expect(lock(stack)).to.deep.equal({ defaultRetention: { mode: "GOVERNANCE", days: 7 } });
    expect(lock(await compose({ backupRetentionDays: "30" }))).to.have.nested.property("defaultRetention.days", 30);
    expect(evaluate(stack.resources).filter((f) => f.severity === "error" && f.waiver === undefined)).to.deep.equal([]);
  });

  it("lets archives go when the retention is over, and a week to notice that no new ones come", () => {
    const [rule] = stack.of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "-backups-lifecycle")
      .inputs["rules"] as Record<string, unknown>[];
    expect(rule).to.deep.include({
      expiration: { days: 14 },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
    });
  });

  it("is deleted, with what is in it, only when that is stated", async () => {
    expect(stack.of("aws:s3/bucket:Bucket", "-host-backups").protect).to.equal(true);
    const open = (await compose({ deletionProtection: "false" })).of("aws:s3/bucket:Bucket", "-host-backups");
    expect(open.protect).to.equal(false);
    expect(open.inputs).to.include({ forceDestroy: true });
  });

  it("is told to the host, which has a key for it; neither is there with backups: host", async () => {
    const text = JSON.stringify(stack.resources.map((r) => r.name));
    expect(text).to.contain("host-backups").and.contain("secrets-backup-key");
    expect(stack.result.envNames).to.include("backup-key");
    const none = await compose({ backups: "host" });
    expect(JSON.stringify(none.resources.map((r) => r.name))).not.to.match(/host-backups|backup-key/);
    expect(none.result.envNames).not.to.include("backup-key");
    expect(none.result.outputs).not.to.have.property("backups");
  });

  describe("and the role of the host", () => {
    let policies: Document[];
    let arn: string;
    before(() => {
      const { inputs } = stack.of("aws:iam/rolePolicy:RolePolicy", "-host-role-policy");
      policies = [JSON.parse(String(inputs["policy"])) as Document];
      arn = String(policies[0]?.Statement.find((s) => s.Action?.includes("s3:ListBucket"))?.Resource);
    });
    const allowed = (action: string, key = "", context: Record<string, string> = {}) =>
      may(policies, action, `${arn}${key}`, context);
    const archive = "/archives/ai-ecosystem-20260101T000000Z.tar.gz.sealed";
    const completes = { "s3:ObjectCreationOperation": "true" };

    it("writes a name only if it is free: the header that S3 then heeds is a condition", () => {
      expect(allowed("s3:PutObject", archive, { ...completes, "s3:if-none-match": "*" })).to.equal(true);
      expect(allowed("s3:PutObject", archive, completes)).to.equal(false);
    });

    it("sends the parts of an upload, which take no such header and make no object", () => {
      expect(allowed("s3:PutObject", archive, { "s3:ObjectCreationOperation": "false" })).to.equal(true);
    });

    it("lists and reads", () => {
      expect(allowed("s3:ListBucket")).to.equal(true);
      expect(allowed("s3:GetObject", archive)).to.equal(true);
      expect(allowed("s3:GetObject", "/elsewhere")).to.equal(false);
      expect(may(policies, "s3:ListBucket", "arn:aws:s3:::another")).to.equal(false);
    });

    it("tells CloudWatch in its own namespace, where somebody hears of it", async () => {
      expect(may(policies, "cloudwatch:PutMetricData", "*", {})).to.equal(false);
      const heard = await compose({ alertEmail: "ops@example.com" });
      const { inputs } = heard.of("aws:iam/rolePolicy:RolePolicy", "-host-role-policy");
      const tells = (namespace: string) =>
        may([JSON.parse(String(inputs["policy"])) as Document], "cloudwatch:PutMetricData", "*", {
          "cloudwatch:namespace": namespace,
        });
      expect(tells("AiEcosystem/sandbox")).to.equal(true);
      expect(tells("AiEcosystem/prod")).to.equal(false);
    });

    for (const action of [
      ...["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention", "s3:BypassGovernanceRetention"],
      ...["s3:PutObjectLegalHold", "s3:PutBucketVersioning", "s3:PutLifecycleConfiguration", "s3:PutBucketPolicy"],
      ...["s3:DeleteBucket", "s3:PutBucketObjectLockConfiguration", "s3:AbortMultipartUpload", "s3:PutObjectAcl"],
    ]) {
      it(`has no ${action}`, () => {
        for (const key of ["", archive]) {
          expect(allowed(action, key, { ...completes, "s3:if-none-match": "*" })).to.equal(false);
        }
      });
    }
  });
});
