/**
 * Actions for which `Resource: "*"` is right, with the reason. A `*` at the end of a name stands for the rest.
 * See https://docs.aws.amazon.com/service-authorization/latest/reference/ for what an action can be limited to.
 */
export const unscopedActions: Readonly<Record<string, string>> = {
  "cloudwatch:PutMetricData": "no resource level; limit it by the condition cloudwatch:namespace",
  "ec2:Describe*": "no resource level",
  "ec2messages:*": "no resource level; the SSM agent's channel",
  "ecr:GetAuthorizationToken": "no resource level",
  "ssm:UpdateInstanceInformation": "the agent speaks for its own instance, whose id is not known before the role is",
  "ssmmessages:CreateControlChannel": "no resource level",
  "ssmmessages:CreateDataChannel": "no resource level",
  "ssmmessages:OpenControlChannel": "no resource level",
  "ssmmessages:OpenDataChannel": "no resource level",
  "sts:GetCallerIdentity": "no resource level",
  "xray:PutTelemetryRecords": "no resource level",
  "xray:PutTraceSegments": "no resource level",
};

/** Whether AWS cannot limit the action to a resource. */
export function isUnscoped(action: string): boolean {
  const name = action.toLowerCase();
  return Object.keys(unscopedActions).some((known) => {
    const pattern = known.toLowerCase();
    return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  });
}
