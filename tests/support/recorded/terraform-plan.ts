import { isObject } from "../../../policies/engine/inputs";
import type { RecordedResource } from "../../../policies/engine/types";

/** What is named otherwise than its Pulumi type says; the rest follows from module and name. */
const types: Readonly<Record<string, string>> = {
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "aws_iam_openid_connect_provider",
  "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
  "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
};
/** Modules whose name is not the beginning of Terraform's. */
const modules: Readonly<Record<string, string>> = { ec2: "", rds: "db_", servicediscovery: "service_discovery_" };

/** Inputs whose keys are the user's, not the provider's. */
const maps = new Set(["tags", "targetTags", "variables", "dimensions"]);

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Terraform names a block by what one of them is; Pulumi, which makes a list of them, by all. */
const singular = (name: string): string =>
  /(?:ss|us)$/.test(name) ? name : name.replace(/ies$/, "y").replace(/s$/, "");

/** Terraform's type for one of Pulumi's AWS provider: `aws:iam/rolePolicy:RolePolicy` is `aws_iam_role_policy`. */
export function terraformType(type: string): string {
  const [, module = "", name = ""] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  return types[type] ?? `aws_${modules[module] ?? `${module}_`}${snake(name)}`;
}

/** Names without dots: a dot would end the name in a reference. */
const addressOf = ({ type, name }: RecordedResource): string =>
  `${terraformType(type)}.${name.replace(/[^A-Za-z0-9_-]/g, "_")}`;

const isBlock = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isObject);

function attribute(value: unknown, refer: (text: string) => string): unknown {
  if (typeof value === "string") return refer(value);
  if (Array.isArray(value)) return value.map((v) => attribute(v, refer));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => {
      if (maps.has(key)) return [snake(key), v];
      const name = snake(key);
      return [isBlock(v) ? singular(name) : name, attribute(v, refer)];
    }),
  );
}

/** How a value tells which resource it came from: it is that one's id, or an ARN with its id or name in it. */
function reference(text: string, used: readonly RecordedResource[]): string {
  const from = used.find(
    ({ id, name }) =>
      id !== undefined && (text === id || (text.startsWith("arn:") && (text.includes(id) || text.includes(name)))),
  );
  return from === undefined ? text : `${addressOf(from)}.${text.startsWith("arn:") ? "arn" : "id"}`;
}

/**
 * The AWS resources of a stack as `terraform show -json` would write a plan of them, for scanners that read such plans.
 * Values that came from another resource are references to it again.
 */
export function terraformPlan(resources: readonly RecordedResource[]): object {
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  const planned = resources
    .filter((r) => r.type.startsWith("aws:"))
    .map((resource) => {
      const used = resource.dependencies
        .flatMap((urn) => byUrn.get(urn) ?? [])
        .filter((r) => r.type.startsWith("aws:"));
      const address = addressOf(resource);
      const [type, name] = address.split(".");
      const values = attribute(resource.inputs, (text) => reference(text, used));
      return { address, mode: "managed", type, name, values };
    });
  return {
    format_version: "1.2",
    terraform_version: "1.9.8",
    planned_values: { root_module: { resources: planned } },
    resource_changes: planned.map(({ values, ...r }) => ({
      ...r,
      change: { actions: ["create"], before: null, after: values },
    })),
    configuration: { root_module: { resources: [] } },
  };
}
