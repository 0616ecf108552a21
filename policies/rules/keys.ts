import { statementsOf, type Statement } from "../engine/documents";
import type { RecordedResource, Rule } from "../engine/types";

const key = { types: ["aws:kms/key:Key"] } as const;
const topic = { types: ["aws:sns/topic:Topic"] } as const;
const topicPolicy = "aws:sns/topicPolicy:TopicPolicy";

/** Allows everybody, and no condition narrows it down. */
const open = (s: Statement): boolean =>
  s.allows && s.conditions.length === 0 && s.principals.some((p) => /^(?:AWS:)?\*$/.test(p));
const openTo = (r: RecordedResource, what: string): readonly string[] => (statementsOf(r).some(open) ? [what] : []);

/** Keys, topics, secrets and logs: what other services lean on. */
export const keyRules: readonly Rule[] = [
  {
    ...key,
    id: "AIE-KMS-02",
    severity: "error",
    title: "Keys are not for everybody",
    reason: "Any AWS account in the world could decrypt with it.",
    remedy: "Name accounts, roles or services in the key's policy.",
    references: ["FSBP KMS.5", "CKV_AWS_33", "CKV2_AWS_64"],
    scope: "resource",
    check: (r) => openTo(r, "may be used by everybody"),
  },
  {
    id: "AIE-SNS-02",
    severity: "error",
    title: "Topics are not for everybody",
    reason: "Anybody could read the alarms, or raise false ones.",
    remedy: "Name services with aws:SourceAccount, or accounts, in the topic's policy.",
    references: ["CKV_AWS_169", "CKV_AWS_385"],
    types: [...topic.types, topicPolicy],
    scope: "resource",
    check: (r) => openTo(r, "may be used by everybody"),
  },
];
