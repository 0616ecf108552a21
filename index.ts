import { composeStack } from "./stacks/compose";
import { readSettings } from "./stacks/settings";

module.exports = composeStack(readSettings()).outputs;
