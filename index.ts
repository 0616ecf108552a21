import * as pulumi from "@pulumi/pulumi";
import { composeRepositories, composeStack } from "./stacks/compose";
import { withPrevious } from "./stacks/existing-stores";
import { unusedSettings } from "./settings/unused";
import { readSettings } from "./stacks/read";
import { cutSecretsOffTraces, forgetPromiseTraces, tellErrorsPlainly, traceToSources } from "./sdk-patches/trace";

cutSecretsOffTraces();
traceToSources();
tellErrorsPlainly();
forgetPromiseTraces();
const settings = readSettings();
const unused = unusedSettings(settings, Object.keys(pulumi.runtime.allConfig()));
if (unused.length > 0) void pulumi.log.info(`Of no effect with topology ${settings.topology}: ${unused.join(", ")}`);
for (const note of settings.notes) void pulumi.log.info(note);
// the program asks ECS itself why a deployment failed
pulumi.output(settings.awsEnvironment).apply((env) => Object.assign(process.env, env));
// set by tools/pulumi.ts together with the targets of the update
const repositoriesOnly = process.env["AI_ECOSYSTEM_ONLY"] === "repositories";
module.exports = async () =>
  repositoriesOnly ? composeRepositories(settings) : composeStack(await withPrevious(settings)).outputs;
