import { composeStack } from "./stacks/compose";
import { readSettings } from "./stacks/settings";
import { cutSecretsOffTraces } from "./stacks/trace";

cutSecretsOffTraces();
module.exports = composeStack(readSettings()).outputs;
