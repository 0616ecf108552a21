import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { operatorsGroup } from "./operators";

export interface GuardrailsArgs {
  /** `existing`: the account has a detector in this region already; there can be one. */
  readonly guardDuty: "create" | "existing" | "off";
  /** No bucket of the whole account can be public, of whatever program it is. `existing`: somebody else sees to it. */
  readonly publicAccessBlock: "create" | "existing";
}

/**
 * Plans of GuardDuty that are billed apart. A new detector has them all on, so each is switched off by name: a plan that
 * nobody names stays on. Runtime monitoring is the exception, off until somebody asks for it.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html
 */
const plans = ["S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "EBS_MALWARE_PROTECTION", "EKS_AUDIT_LOGS"];

/** What holds for the whole account, whatever runs in it. */
export class Guardrails extends pulumi.ComponentResource {
  /** Group of those who operate the stack; its members are added by hand, they are no part of the program. */
  public readonly operatorsGroupName: pulumi.Output<string>;

  constructor(name: string, args: GuardrailsArgs, opts?: pulumi.ComponentResourceOptions) {
    // what is left to others is no resource: the policies see it by these inputs
    const { guardDuty, publicAccessBlock } = args;
    super("ai-ecosystem:guardrails:Guardrails", name, { guardDuty, publicAccessBlock }, opts);
    const inside = { parent: this };
    if (guardDuty === "create") {
      const detector = new aws.guardduty.Detector(
        `${name}-detector`,
        { enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES" },
        inside,
      );
      let detectorId = detector.id;
      for (const plan of plans) {
        // one after the other: each is a change of the same detector
        detectorId = new aws.guardduty.DetectorFeature(
          `${name}-detector-${plan.toLowerCase().replaceAll("_", "-")}`,
          { detectorId, name: plan, status: "DISABLED" },
          inside,
        ).detectorId;
      }
    }
    if (publicAccessBlock === "create") {
      new aws.s3.AccountPublicAccessBlock(
        `${name}-private-buckets`,
        { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
        // others rely on it by the time that this stack goes
        { ...inside, retainOnDelete: true },
      );
    }
    this.operatorsGroupName = operatorsGroup(`${name}-operators`, this);
    this.registerOutputs({ operatorsGroupName: this.operatorsGroupName });
  }
}
