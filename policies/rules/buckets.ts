import { statementsOf } from "../engine/documents";
import { at, isMissing, isObject, isOpaque, list } from "../engine/inputs";
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

const lifecycles = (r: RecordedResource, stack: Stack) => beside(r, stack, "BucketLifecycleConfiguration");

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
  {
    ...bucket,
    id: "AIE-S3-03",
    severity: "warning",
    title: "Access to buckets is logged",
    reason: "Nobody can tell afterwards who read what.",
    remedy: "Add an aws.s3.BucketLogging to the bucket of the access logs.",
    references: ["FSBP S3.9", "CKV_AWS_18", "AVD-AWS-0089"],
    scope: "stack",
    check: (r, stack) => (beside(r, stack, "BucketLogging").length > 0 ? [] : ["logs no access"]),
  },
  {
    ...bucket,
    id: "AIE-S3-04",
    severity: "warning",
    title: "Buckets know no ACLs",
    reason: "Rights on single objects are seen by nobody; policies can be read.",
    remedy: 'Add an aws.s3.BucketOwnershipControls with objectOwnership: "BucketOwnerEnforced".',
    references: ["FSBP S3.12"],
    scope: "stack",
    check: (r, stack) => {
      const modes = beside(r, stack, "BucketOwnershipControls").map((c) => at(c.inputs, "rule.objectOwnership"));
      return modes.some((m) => isOpaque(m) || m === "BucketOwnerEnforced") ? [] : ["takes ACLs"];
    },
  },
  {
    ...bucket,
    id: "AIE-S3-05",
    severity: "warning",
    title: "Buckets tidy up after themselves",
    reason: "Broken uploads and old versions are paid for every month, and kept longer than anybody agreed to.",
    remedy: "Add an aws.s3.BucketLifecycleConfiguration with abortIncompleteMultipartUpload.",
    references: ["FSBP S3.13", "CKV2_AWS_61", "CKV_AWS_300"],
    scope: "stack",
    check: (r, stack) => {
      const found = lifecycles(r, stack);
      if (found.length === 0) return ["has no lifecycle"];
      const aborts = found.some(
        (l) =>
          isOpaque(l.inputs["rules"]) ||
          list(l.inputs["rules"]).some(
            (rule) => isOpaque(rule) || (isObject(rule) && !isMissing(rule["abortIncompleteMultipartUpload"])),
          ),
      );
      return aborts ? [] : ["keeps broken uploads"];
    },
  },
  {
    ...bucket,
    id: "AIE-S3-06",
    severity: "warning",
    title: "Buckets keep what was overwritten or deleted",
    reason: "A mistaken delete, or an application gone mad, can be undone.",
    remedy: "Add an aws.s3.BucketVersioning with the status Enabled.",
    references: ["FSBP S3.14", "CKV_AWS_21", "AVD-AWS-0090"],
    scope: "stack",
    check: (r, stack) => {
      const states = beside(r, stack, "BucketVersioning").map((v) => at(v.inputs, "versioningConfiguration.status"));
      return states.some((s) => isOpaque(s) || s === "Enabled") ? [] : ["keeps no versions"];
    },
  },
  {
    ...bucket,
    id: "AIE-S3-07",
    severity: "warning",
    title: "Buckets are encrypted with a key of your own",
    reason: "Only then can access to the data be cut off by the key.",
    remedy: "Set sseAlgorithm aws:kms and kmsMasterKeyId in the bucket's encryption (1 USD a month).",
    references: ["FSBP S3.17", "CKV_AWS_145", "AVD-AWS-0132"],
    scope: "stack",
    check: (r, stack) => {
      const rules = beside(r, stack, "BucketServerSideEncryptionConfiguration").flatMap((c) =>
        isOpaque(c.inputs["rules"]) ? ["opaque"] : list(c.inputs["rules"]),
      );
      const own = rules.some((rule) => {
        const algorithm = at(rule, "applyServerSideEncryptionByDefault.sseAlgorithm");
        return (
          rule === "opaque" || isOpaque(algorithm) || (typeof algorithm === "string" && algorithm.startsWith("aws:kms"))
        );
      });
      return own ? [] : ["uses the key that S3 manages"];
    },
  },
  {
    ...bucket,
    id: "AIE-S3-08",
    severity: "warning",
    title: "Buckets are copied to a second region",
    reason: "The loss of a whole region takes the attachments with it.",
    remedy: "Add an aws.s3.BucketReplicationConfig, or waive it.",
    references: ["CKV_AWS_144"],
    scope: "stack",
    check: (r, stack) =>
      [...beside(r, stack, "BucketReplicationConfig"), ...beside(r, stack, "BucketReplicationConfiguration")].length > 0
        ? []
        : ["is in one region"],
  },
  {
    ...bucket,
    id: "AIE-S3-09",
    severity: "warning",
    title: "Versions in buckets cannot be deleted before their time",
    reason: "Whoever takes over an identity that may delete can otherwise delete the versions as well.",
    remedy: "Set objectLockEnabled, or MFA delete by the account's root user, or waive it.",
    references: ["FSBP S3.15", "FSBP S3.20"],
    scope: "stack",
    check: (r, stack) => {
      const mfa = beside(r, stack, "BucketVersioning").map((v) => at(v.inputs, "versioningConfiguration.mfaDelete"));
      const lock = r.inputs["objectLockEnabled"];
      return lock === true || isOpaque(lock) || mfa.some((m) => isOpaque(m) || m === "Enabled") ? [] : ["has no lock"];
    },
  },
  {
    ...bucket,
    id: "AIE-S3-10",
    severity: "warning",
    title: "Changes in buckets are told to somebody",
    reason: "A program that waits for files does not have to ask.",
    remedy: "Add an aws.s3.BucketNotification, or waive it where nothing waits.",
    references: ["CKV2_AWS_62"],
    scope: "stack",
    check: (r, stack) => (beside(r, stack, "BucketNotification").length > 0 ? [] : ["tells of no change"]),
  },
];
