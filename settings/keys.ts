import { z } from "zod";
import { applicationKeys } from "./keys/applications";
import { hostKeys } from "./keys/host";
import { managedKeys } from "./keys/managed";
import { networkKeys } from "./keys/network";
import { operationKeys } from "./keys/operation";
import { topologies, type SettingKey } from "./keys/kinds";

export { instanceFamilies, instanceSizes, type SettingKey, type Topology } from "./keys/kinds";

/** Every key of the namespace `ai-ecosystem:`, in the order of the documentation. */
export const settingKeys = {
  topology: {
    schema: z.enum(topologies),
    doc: "the switch: one EC2 host, or the highly available installation",
    allowed: "host or fargate",
    example: "host",
    defaultText: "required",
  },
  ...hostKeys,
  ...networkKeys,
  ...applicationKeys,
  ...managedKeys,
  ...operationKeys,
} as const satisfies Record<string, SettingKey>;

export type SettingName = keyof typeof settingKeys;
