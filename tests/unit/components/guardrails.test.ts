import { expect } from "chai";
import { Guardrails, type GuardrailsArgs } from "../../../components/guardrails";
import { evaluate } from "../../../policies/engine/evaluate";
import { record, type RecordedResource } from "../../../record/record";
import { may, type Document } from "../../support/iam/iam";

const make = async (overrides: Partial<GuardrailsArgs> = {}): Promise<readonly RecordedResource[]> =>
  (await record(() => new Guardrails("rails", { guardDuty: "create", publicAccessBlock: "create", ...overrides })))
    .resources;
const ofType = (resources: readonly RecordedResource[], type: string) => resources.filter((r) => r.type === type);

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

describe("Guardrails", () => {
  it("makes the detector only where the account has none", async () => {
    const detectors = async (guardDuty: GuardrailsArgs["guardDuty"]) =>
      ofType(await make({ guardDuty }), "aws:guardduty/detector:Detector").length;
    expect([await detectors("create"), await detectors("existing"), await detectors("off")]).to.deep.equal([1, 0, 0]);
  });

  it("states every plan that a new detector has on by itself (AWS-8)", async () => {
    const features = (resources: readonly RecordedResource[]) =>
      ofType(resources, "aws:guardduty/detectorFeature:DetectorFeature");
    const stated = features(await make()).map(({ inputs }) => [inputs["name"], inputs["status"]]);
    expect(Object.fromEntries(stated)).to.deep.equal({
      EBS_MALWARE_PROTECTION: "DISABLED",
      EKS_AUDIT_LOGS: "DISABLED",
      LAMBDA_NETWORK_LOGS: "DISABLED",
      RDS_LOGIN_EVENTS: "DISABLED",
      S3_DATA_EVENTS: "DISABLED",
    });
    expect(features(await make({ guardDuty: "existing" }))).to.deep.equal([]);
  });

  it("changes the detector once at a time", async () => {
    const resources = await make();
    const list = ofType(resources, "aws:guardduty/detectorFeature:DetectorFeature");
    const waits = list.map((r) => r.dependencies.filter((d) => d.includes("guardduty/")));
    // the detector, and one more for each
    expect(waits.map((w) => w.length).sort()).to.deep.equal([1, 1, 1, 1, 1]);
    expect(new Set(waits.flat()).size).to.equal(list.length);
  });

  it("lets the account have no public bucket, unless somebody else sees to that", async () => {
    const type = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
    const [block] = ofType(await make(), type);
    expect(block?.inputs).to.deep.equal({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(ofType(await make({ publicAccessBlock: "existing" }), type)).to.deep.equal([]);
  });

  it("refuses operators everything without a second factor, but setting it up", async () => {
    const [policy] = ofType(await make(), "aws:iam/groupPolicy:GroupPolicy");
    const { Statement } = JSON.parse(String(policy?.inputs["policy"])) as { Statement: Statement[] };
    const deny = Statement.find((s) => s.Sid === "NothingWithoutSecondFactor");
    expect(deny?.Condition).to.deep.equal({ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } });
    expect(deny?.NotAction).to.include.members(["iam:CreateVirtualMFADevice", "iam:EnableMFADevice"]);
    // a stolen password must not be able to take the second factor away
    expect(deny?.NotAction).not.to.include("iam:DeactivateMFADevice");
    expect(deny?.NotAction?.filter((a) => /\*|Delete|Attach|Put|AccessKey/.test(a))).to.deep.equal([]);
  });

  it("lets operators ask for the role on call with the code itself, and for no other role", async () => {
    const [policy] = ofType(await make(), "aws:iam/groupPolicy:GroupPolicy");
    const documents = [JSON.parse(String(policy?.inputs["policy"])) as Document];
    const everyRole = { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }] };
    const take = (role: string, context = {}) =>
      may([...documents, everyRole], "sts:AssumeRole", `arn:aws:iam::1:role/${role}`, context);
    // a call that a long-lived key signs has no such word
    expect(take("ai-ecosystem/prod/delivery/ai-ecosystem-prod-on-call-1a2b3c4")).to.equal(true);
    expect(take("administrator")).to.equal(false);
    expect(take("administrator", { "aws:MultiFactorAuthPresent": "true" })).to.equal(true);
  });

  it("lets operators look and not change", async () => {
    const attached = ofType(await make(), "aws:iam/groupPolicyAttachment:GroupPolicyAttachment");
    expect(attached.map((r) => r.inputs["policyArn"])).to.have.members([
      "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
      "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess",
    ]);
  });

  it("breaks no rule about identities", async () => {
    const findings = evaluate(await make()).filter((f) => f.rule.startsWith("AIE-IAM"));
    expect(findings).to.deep.equal([]);
  });
});
