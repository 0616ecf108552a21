// eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself, not a view of it: a function of it is replaced
import log = require("@pulumi/pulumi/log");

/**
 * The SDK traces each registration with its decrypted outputs at debug level. The terminal hides that, but `pulumi up
 * --json` and event logs would hold every secret of the stack in plain: the answer is cut off the trace.
 */
export function cutSecretsOffTraces(): void {
  const sdk = log as { debug: typeof log.debug };
  const { debug } = sdk;
  sdk.debug = (message, ...rest) => debug(message.replace(/, resp: [\s\S]*$/, ", resp: [not shown]"), ...rest);
}
