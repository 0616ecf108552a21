import { statementsOf } from "../engine/documents";
import { isOpaque } from "../engine/inputs";
import type { RecordedResource, Rule, Stack } from "../engine/types";

const bucket = {
  types: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"],
} as const;

/** The resource beside a bucket that says one thing about it; in older programs with `V2` at the end. */
const beside = (r: RecordedResource, stack: Stack, kind: string): readonly RecordedResource[] => {
  const file = kind.charAt(0).toLowerCase() + kind.slice(1);
  return stack.usersOf(r, `aws:s3/${file}:${kind}`, `aws:s3/${file}V2:${kind}V2`);
};

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
/** What a public access block leaves open. */
export const unblocked = (r: RecordedResource): readonly string[] =>
  blocks.filter((key) => !isOpaque(r.inputs[key]) && r.inputs[key] !== true);

const refusesPlain = (policy: RecordedResource): boolean =>
  isOpaque(policy.inputs["policy"]) ||
  statementsOf(policy).some(
    (s) =>
      !s.allows &&
      s.principals.some((p) => /^(?:AWS:)?\*$/.test(p)) &&
      s.conditions.some((c) => c.key === "aws:SecureTransport" && c.values.includes("false")),
  );

/** Buckets. */
export const bucketRules: readonly Rule[] = [
  {
    ...bucket,
    id: "AIE-S3-01",
    severity: "error",
    title: "Buckets are closed to the public",
    reason: "One mistaken policy or ACL would publish the customers' attachments.",
    remedy: "Add an aws.s3.BucketPublicAccessBlock with all four settings true.",
    references: [
      ...["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "FSBP S3.8", "CIS 2.1.4"],
      ...["AVD-AWS-0086", "AVD-AWS-0087", "AVD-AWS-0091", "AVD-AWS-0093", "AVD-AWS-0094"],
    ],
    scope: "stack",
    check: (r, stack) => {
      const found = beside(r, stack, "BucketPublicAccessBlock");
      if (found.length === 0) return ["may be made public"];
      const open = found.flatMap(unblocked);
      return open.length > 0 ? [`leaves ${open.join(", ")} off`] : [];
    },
  },
  {
    ...bucket,
    id: "AIE-S3-02",
    severity: "error",
    title: "Buckets are reached by TLS only",
    reason: "A client with a wrong setting would send attachments in plain.",
    remedy: "Give the bucket a policy that denies everything where aws:SecureTransport is false.",
    references: ["FSBP S3.5", "CIS 2.1.1"],
    scope: "stack",
    check: (r, stack) => (beside(r, stack, "BucketPolicy").some(refusesPlain) ? [] : ["answers without TLS"]),
  },
];
