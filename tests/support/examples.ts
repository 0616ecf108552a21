import { readConfig, type OfflineConfig } from "../../tools/stack/offline-config";
import { exampleFile } from "../../tools/stack/file";
import { root } from "./root";

/** A stack as the project ships it, whatever the checkout has of its own. */
export const exampleConfig = (stack: "sandbox" | "prod"): OfflineConfig =>
  readConfig(root, { stack, path: exampleFile(stack) });
