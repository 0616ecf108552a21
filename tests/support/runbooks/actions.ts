/** Services whose rights are called otherwise than the command of the AWS CLI. */
const services: Readonly<Record<string, string>> = {
  docdb: "rds",
  elbv2: "elasticloadbalancing",
  resourcegroupstaggingapi: "tag",
};

/** Commands of the CLI's own, and what they ask AWS for. */
const own: Readonly<Record<string, readonly string[]>> = {
  "configure set": [],
  "logs tail": ["logs:FilterLogEvents"],
  "ecs wait": ["ecs:DescribeTasks"],
  "ec2 wait": ["ec2:DescribeInstances"],
  // its program ends a session, and takes up one that was cut off
  "ssm start-session": ["ssm:StartSession", "ssm:ResumeSession", "ssm:TerminateSession"],
  // everybody may
  "sts get-caller-identity": [],
};

/** Rights that come with another. */
const beside: Readonly<Record<string, readonly string[]>> = {
  "ecs:runtask": ["iam:passrole"],
  "secretsmanager:rotatesecret": ["lambda:invokefunction"],
};

/** The rights that a call of the AWS CLI needs, in small letters, as IAM does not tell letters apart. */
export function actionsOfCall(words: readonly string[]): readonly string[] {
  const [service = "", operation = ""] = words;
  const special = own[`${service} ${operation}`];
  const asked = special ?? [`${services[service] ?? service}:${operation.replaceAll("-", "")}`];
  return asked.map((action) => action.toLowerCase()).flatMap((action) => [action, ...(beside[action] ?? [])]);
}
