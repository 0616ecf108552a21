import type { State } from "./state";

/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

type Condition = NonNullable<Statement["Condition"]>;

/** Whose resources, and where. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
}

/** Where the rights of a delivery role end. */
export interface Scope extends Place {
  /** The stack's domain: its records are this name and those below it. */
  readonly domain: string;
  readonly state: State;
}

/** IAM's limit for one managed policy, without blanks. */
export const longestPolicy = 6144;

export const policyDocument = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Start of the names that the program gives: logical names begin so, and Pulumi adds some letters at the end. */
export const namePrefix = (stack: string): string => `ai-ecosystem-${stack}`;

/** Writes ARNs of this account and region; `global` ones have no region. */
export function arns({ account, region }: Place) {
  const write = (where: string) => (service: string, resources: readonly string[]) =>
    resources.map((r) => `arn:aws:${service}:${where}:${account}:${r}`);
  return { regional: write(region), global: write(""), virginia: write("us-east-1"), anyRegion: write("*") };
}

/** Condition: the resource belongs to this stack (tag of the provider). */
export const ofStack = ({ stack }: Place): Condition => ({
  StringEquals: { "aws:ResourceTag/ai-ecosystem:stack": stack },
});

/** Actions of one service: `actions("s3", "GetObject PutObject")`. */
export const actions = (service: string, names: string): readonly string[] =>
  names.split(/\s+/).map((name) => `${service}:${name}`);

/** Resources of CloudFront that have neither a name nor a tag which would tell whose they are. */
export const cdnTypes: readonly string[] = [
  "cache-policy/*",
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

/** Condition: the call makes a resource of this stack, and the tags are a part of it. */
export const forStack = ({ stack }: Place): Condition => ({
  StringEquals: { "aws:RequestTag/ai-ecosystem:stack": stack },
});

/** Condition: a resource gets this stack's tag and has no stack's yet, as one that is just being made. */
export const firstTag = (place: Place): Condition => ({
  ...forStack(place),
  Null: { "aws:ResourceTag/ai-ecosystem:stack": "true" },
});

/** Condition: tags are set by the action that makes the resource, and not on one that is there. */
export const madeBy = (service: string, names: string): Condition => ({
  StringEquals: { [`${service}:CreateAction`]: names.split(" ") },
});
