import { at, isOpaque, wants, wantsAny, wantsAtLeast } from "../engine/inputs";
import type { Rule } from "../engine/types";

const lambda = { types: ["aws:lambda/function:Function"] } as const;
const invocation = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

/** Functions. What is right for one depends on who calls it: the waivers say it of each. */
export const functionRules: readonly Rule[] = [
  {
    ...lambda,
    id: "AIE-LAMBDA-01",
    severity: "warning",
    title: "Events that a function fails on are kept",
    reason: "Lambda tries an event three times and then forgets it.",
    remedy: "Set destinationConfig.onFailure of its aws.lambda.FunctionEventInvokeConfig, or deadLetterConfig.",
    references: ["CKV_AWS_116"],
    scope: "stack",
    check: (r, stack) =>
      [
        r.inputs["deadLetterConfig"],
        ...stack.usersOf(r, invocation).map((c) => at(c.inputs, "destinationConfig.onFailure")),
      ].some((kept) => kept !== undefined && kept !== null)
        ? []
        : ["forgets the events that it fails on"],
  },
  {
    ...lambda,
    id: "AIE-LAMBDA-02",
    severity: "warning",
    title: "A function has a limit of its own",
    reason: "A flood of events would take the account's concurrency from all others.",
    remedy: "Set reservedConcurrentExecutions; the account must have ten to spare beyond it.",
    references: ["CKV_AWS_115"],
    scope: "resource",
    check: wantsAtLeast("reservedConcurrentExecutions", 0, "has no limit of its own"),
  },
  {
    ...lambda,
    id: "AIE-LAMBDA-03",
    severity: "warning",
    title: "Functions are traced",
    reason: "Which of several calls was slow is seen only there.",
    remedy: "Set tracingConfig.mode to Active, and allow xray:PutTraceSegments.",
    references: ["CKV_AWS_50", "AVD-AWS-0066"],
    scope: "resource",
    check: wants("tracingConfig.mode", "Active", "is not traced"),
  },
  {
    ...lambda,
    id: "AIE-LAMBDA-04",
    severity: "warning",
    title: "A function's code is signed",
    reason: "Whoever may update functions could put in code of their own.",
    remedy: "Set codeSigningConfigArn, and sign the archive with AWS Signer.",
    references: ["CKV_AWS_272"],
    scope: "resource",
    check: wantsAny("codeSigningConfigArn", "takes code that nobody signed"),
  },
  {
    ...lambda,
    id: "AIE-LAMBDA-05",
    severity: "warning",
    title: "Functions are in the VPC",
    reason: "Outside, no security group says whom a function may call.",
    remedy: "Set vpcConfig to private subnets with a way out (smallLambda: vpc).",
    references: ["CKV_AWS_117"],
    scope: "resource",
    check: wantsAny("vpcConfig", "is in no VPC"),
  },
  {
    ...lambda,
    id: "AIE-LAMBDA-06",
    severity: "warning",
    title: "Variables of functions are encrypted with the stack's own key",
    reason: "Only then can the access to them be withdrawn with the key.",
    remedy: "Set kmsKeyArn (1 USD a month).",
    references: ["CKV_AWS_173"],
    scope: "resource",
    check: (r) =>
      r.inputs["environment"] === undefined || isOpaque(r.inputs["environment"])
        ? []
        : wantsAny("kmsKeyArn", "has its variables encrypted with AWS's key")(r),
  },
];
