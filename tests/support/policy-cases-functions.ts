import type { RuleCase } from "./policy-cases";
import { of, resource, UNKNOWN } from "./policy-resource";

const lambda = of("aws:lambda/function:Function");
const called = resource("aws:lambda/function:Function", {}, { name: "called" });
const invoked = (inputs: Record<string, unknown>) => [
  called,
  resource("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", inputs, { uses: [called] }),
];
const variables = { environment: { variables: { STAGE: "prod" } } };

export const functionCases: Readonly<Record<string, RuleCase>> = {
  "AIE-LAMBDA-01": {
    bad: [[called], invoked({ maximumRetryAttempts: 2 }), invoked({ destinationConfig: { onSuccess: {} } })],
    good: [
      invoked({ destinationConfig: { onFailure: { destination: "arn:aws:sqs:us-east-1:1:q" } } }),
      [resource("aws:lambda/function:Function", { deadLetterConfig: { targetArn: UNKNOWN } })],
    ],
  },
  "AIE-LAMBDA-02": lambda(
    [{ reservedConcurrentExecutions: -1 }, { reservedConcurrentExecutions: undefined }],
    [{ reservedConcurrentExecutions: 5 }, { reservedConcurrentExecutions: UNKNOWN }],
  ),
  "AIE-LAMBDA-03": lambda(
    [{ tracingConfig: { mode: "PassThrough" } }, { tracingConfig: undefined }],
    [{ tracingConfig: { mode: "Active" } }],
  ),
  "AIE-LAMBDA-04": lambda(
    [{ codeSigningConfigArn: "" }, { codeSigningConfigArn: undefined }],
    [{ codeSigningConfigArn: UNKNOWN }],
  ),
  "AIE-LAMBDA-05": lambda(
    [{ vpcConfig: undefined }],
    [{ vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } }],
  ),
  "AIE-LAMBDA-06": lambda([variables], [{}, { ...variables, kmsKeyArn: "arn:aws:kms:us-east-1:1:key/k" }]),
};
