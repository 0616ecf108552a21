import type { RecordedResource } from "../../record/record";

/** The last part of a type: `aws:ec2/vpc:Vpc` is `Vpc`, a provider is `aws provider`. */
export function shortType(type: string): string {
  const [first = "", second = "", third = ""] = type.split(":");
  return first === "pulumi" && second === "providers" ? `${third} provider` : third;
}

/** Components: our own types, and whatever has children. */
export function isComponent(resource: RecordedResource, resources: readonly RecordedResource[]): boolean {
  return resource.type.startsWith("ai-ecosystem:") || resources.some((r) => r.parent === resource.urn);
}
