import { inspect } from "node:util";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself, not a view of it: a function of it is replaced
import log = require("@pulumi/pulumi/log");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the same
import failure = require("@pulumi/pulumi/cmd/run/error");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the same
import debuggable = require("@pulumi/pulumi/runtime/debuggable");

/** What the SDK's typings leave out. */
interface Debuggable {
  debuggablePromise(promise: Promise<unknown>, context: string): Promise<unknown>;
}

/** Messages that say only that the SDK has come one step further, or hold what a function is called with. */
const steps = /^\S+ (?:Invoke )?RPC (?:prepared|finished)|^Resource RPC serialization requested|^, obj=/;

/**
 * The SDK traces each registration with its decrypted outputs at debug level. The terminal hides that, but `pulumi up
 * --json` and event logs would hold every secret of the stack in plain: the answer is cut off the trace. What only says
 * that a step was taken is not sent at all: each message is a call to the engine, 1,500 in production.
 */
export function cutSecretsOffTraces(): void {
  const sdk = log as { debug: typeof log.debug };
  const { debug } = sdk;
  sdk.debug = (message, ...rest) =>
    steps.test(message)
      ? Promise.resolve()
      : debug(message.replace(/, resp: [\s\S]*$/, ", resp: [not shown]"), ...rest);
}

/**
 * Node's own traces, which know the source maps of what tsx made: a place is a line of a file of ours. The SDK puts
 * others in their place, which do not, and look for a map at every frame.
 */
export function traceToSources(): void {
  (Error as { prepareStackTrace?: unknown }).prepareStackTrace = undefined;
}

/**
 * An error in words as Node prints it, without colours. With them Node (20.20) looks for the name of the package in each
 * line, and of `node_modules/@pulumi/resource.ts`, as a source map calls a file of the SDK, it finds no end: every refused
 * setting took a minute and 2 GB until the text was as long as a text can be (markNodeModules in lib/internal/util/inspect.js).
 */
export function tellErrorsPlainly(): void {
  const sdk = failure as unknown as { defaultErrorMessage: (error: unknown) => string };
  const { defaultErrorMessage } = sdk;
  sdk.defaultErrorMessage = (error) => (error instanceof Error ? inspect(error) : defaultErrorMessage(error));
}

let forgetting = false;

/**
 * The SDK keeps a stack trace with each of the ten thousands of promises of a run, for a message that it prints only
 * with PULUMI_DEBUG_PROMISE_LEAKS: a third of the time of a run. Without that variable they are left empty.
 */
export function forgetPromiseTraces(): void {
  if (forgetting || process.env["PULUMI_DEBUG_PROMISE_LEAKS"] !== undefined) return;
  forgetting = true;
  const sdk = debuggable as unknown as Debuggable;
  const debuggablePromise = sdk.debuggablePromise.bind(sdk);
  sdk.debuggablePromise = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
