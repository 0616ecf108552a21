import { instanceFamilies, instanceSizes } from "../settings/keys";

type Family = (typeof instanceFamilies)[number];
type Size = (typeof instanceSizes)[number];

/** What an instance type offers. */
export interface InstanceSpec {
  readonly family: Family;
  readonly size: Size;
  readonly architecture: "x86_64" | "arm64";
  readonly vcpus: number;
  /** MiB. */
  readonly ramMb: number;
  /** Share of each vCPU that may be used for ever; what is above costs CPU credits. */
  readonly baseline: number;
}

const sizes: Readonly<Record<Size, { readonly ramMb: number; readonly baseline: number }>> = {
  micro: { ramMb: 1024, baseline: 0.1 },
  small: { ramMb: 2048, baseline: 0.2 },
  medium: { ramMb: 4096, baseline: 0.2 },
  large: { ramMb: 8192, baseline: 0.3 },
};

/**
 * Family, size and capacity of `t3.medium` and its like.
 * @throws Error when the type is not one that the settings allow.
 */
export function instanceSpec(instanceType: string): InstanceSpec {
  const [familyName, sizeName] = instanceType.split(".");
  const family = instanceFamilies.find((f) => f === familyName);
  const size = instanceSizes.find((s) => s === sizeName);
  if (family === undefined || size === undefined) throw new Error(`unknown instance type ${instanceType}`);
  return { family, size, architecture: family === "t4g" ? "arm64" : "x86_64", vcpus: 2, ...sizes[size] };
}

/** The next smaller size of the same family; `undefined` for the smallest. */
export function smaller(instanceType: string): string | undefined {
  const { family, size } = instanceSpec(instanceType);
  const next = instanceSizes[instanceSizes.indexOf(size) - 1];
  return next === undefined ? undefined : `${family}.${next}`;
}
