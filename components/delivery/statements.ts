/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Where the rights of a delivery role end. */
export interface Scope {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  /** ARN of the bucket that keeps the state, and of the key that encrypts the secrets in it. */
  readonly state?: { readonly bucketArn: string; readonly keyArn?: string | undefined } | undefined;
}

/** IAM's limit for one managed policy, without blanks. */
export const longestPolicy = 6144;

export const policyDocument = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const allow = (
  sid: string,
  action: readonly string[],
  resource: string | readonly string[],
  condition?: Statement["Condition"],
): Statement => ({
  Sid: sid,
  Effect: "Allow",
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});

/** Start of the names that the program gives: logical names begin so, and Pulumi adds some letters at the end. */
export const namePrefix = (stack: string): string => `ai-ecosystem-${stack}`;

/** Writes ARNs of this account and region; `global` ones have no region. */
export function arns({ account, region }: Scope) {
  const write = (where: string) => (service: string, resources: readonly string[]) =>
    resources.map((r) => `arn:aws:${service}:${where}:${account}:${r}`);
  return { regional: write(region), global: write(""), virginia: write("us-east-1"), anyRegion: write("*") };
}

/** Condition: the resource belongs to this stack (tag of the provider). */
export const ofStack = ({ stack }: Scope): NonNullable<Statement["Condition"]> => ({
  StringEquals: { "aws:ResourceTag/ai-ecosystem:stack": stack },
});

/** Actions of one service: `actions("s3", "GetObject PutObject")`. */
export const actions = (service: string, names: string): readonly string[] =>
  names.split(/\s+/).map((name) => `${service}:${name}`);

/** Resources of CloudFront that the program makes, as they stand in ARNs. */
export const cdnTypes: readonly string[] = [
  "distribution/*",
  "cache-policy/*",
  "function/*",
  "origin-access-control/*",
  "origin-request-policy/*",
  "response-headers-policy/*",
];

/** Resources of load balancers; their names say nothing of the stack. */
export const balancerTypes: readonly string[] = [
  "loadbalancer/app/*/*",
  "listener/app/*/*/*",
  "listener-rule/app/*/*/*/*",
  "targetgroup/*/*",
];

/** Condition: not by itself, only as part of what another service of AWS is asked for. */
export const viaService: NonNullable<Statement["Condition"]> = { Bool: { "aws:ViaAWSService": "true" } };
