import * as pulumi from "@pulumi/pulumi";
import { forgetPromiseTraces } from "../sdk-patches/trace";
import { isWrappedSecret, mask, wrapSecret } from "./mask";
import { answer } from "./mocks/calls";
import { make } from "./mocks/resources";
import { describeDeadlock, detectDeadlock, type Declared } from "./deadlock";

/** A resource that a program declared, as the engine would have been told. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The made-up id by which others refer to it; absent for components, and in a preview. */
  readonly id?: string;
  /** URN of the parent; absent for the stack itself. */
  readonly parent: string | undefined;
  /** Plain JSON values; a property that holds a secret is `********`, unless secrets are revealed. */
  readonly inputs: Record<string, unknown>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** URNs, sorted. */
  readonly dependencies: readonly string[];
}

export interface RecordOptions {
  /** As in `pulumi preview`: nothing that AWS decides is known. @default false */
  readonly preview?: boolean;
  /** @default "ai-ecosystem" */
  readonly project?: string;
  /** @default "test" */
  readonly stack?: string;
  /** Region of the made-up ids and zones, until a provider says another. @default "us-east-1" */
  readonly region?: string;
  /** Called for each resource as it is declared. */
  readonly onResource?: (resource: RecordedResource) => void;
  /** Shows secrets, each as `{ [revealed]: value }`: for tests of where they go, as the values are made up. @default false */
  readonly reveal?: boolean;
  /** How long nothing may happen before the program counts as stuck; ms. @default 5000 */
  readonly patience?: number;
}

export interface Recording<T> {
  /** Sorted by URN, the stack first. */
  readonly resources: readonly RecordedResource[];
  /** What the program returned. */
  readonly result: T;
}

/** What is read of the runtime's registration request (the SDK's typings leave its class out). */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean | undefined;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getAdditionalsecretoutputsList(): string[];
}
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Request, callback: unknown): Promise<void>;
}

const stackType = "pulumi:pulumi:Stack";
/** After an error the rest only comes to its end: what depends on the failed part never will; ms. */
const patienceAfterError = 200;

/** Same as the engine's: the mocks' own version keeps one parent type only, and the stack's too. */
function urnOf(project: string, stack: string, parent: string, type: string, name: string): string {
  const parentType = parent.split("::")[2] ?? "";
  const qualified = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

const plain = (inputs: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, isWrappedSecret(v) ? v.value : v]));

/**
 * Runs a Pulumi program in this process without an engine, and records what it declares.
 * One at a time: the runtime is one per process.
 * @throws the program's first error; or an Error that names the resources whose inputs never came.
 */
export async function record<T>(program: () => T | Promise<T>, options: RecordOptions = {}): Promise<Recording<T>> {
  const { preview = false, project = "ai-ecosystem", stack = "test", reveal = false } = options;
  let { region = "us-east-1" } = options;
  const resources: RecordedResource[] = [];
  const errors: unknown[] = [];
  const watching = detectDeadlock(() => (errors.length > 0 ? patienceAfterError : (options.patience ?? 5000)));
  /** Made, and not yet registered, in the order of their making. */
  const waiting = new Map<string, Declared>();
  const key = (type: string, name: string) => `${type} ${name}`;
  let request: Request | undefined;

  const newResource = (args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult => {
    const inputs = args.inputs as Record<string, unknown>;
    watching.progress();
    waiting.delete(key(args.type, args.name));
    if (args.type === "pulumi:providers:aws" && typeof inputs["region"] === "string") region = inputs["region"];
    const made = make(args.type, args.name, plain(inputs), region);
    const id = args.id === undefined || args.id === "" ? made.id : args.id;
    if (request !== undefined) {
      const parent = request.getParent();
      const recorded: RecordedResource = {
        urn: urnOf(project, stack, parent, args.type, args.name),
        type: args.type,
        name: args.name,
        ...(args.custom === false || preview ? {} : { id }),
        parent: parent === "" ? undefined : parent,
        inputs: mask(inputs, reveal) as Record<string, unknown>,
        protect: request.getProtect() === true,
        ignoreChanges: request.getIgnorechangesList(),
        dependencies: [...request.getDependenciesList()].sort(),
      };
      resources.push(recorded);
      options.onResource?.(recorded);
    }
    if (args.custom === false) return { id: undefined, state: {} };
    if (preview) return { id: undefined, state: inputs };
    const secrets = new Set(request?.getAdditionalsecretoutputsList() ?? []);
    const outputs = Object.entries(made.state).map(([k, v]) => [k, secrets.has(k) ? wrapSecret(v) : v] as const);
    return { id, state: { ...Object.fromEntries(outputs), ...inputs } };
  };
  const call = (args: pulumi.runtime.MockCallArgs) => {
    watching.progress();
    return answer(args.token, args.inputs as Record<string, unknown>, region);
  };

  forgetPromiseTraces();
  await pulumi.runtime.setMocks({ newResource, call }, project, stack, preview);
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  monitor.newUrn = (parent, type, name) => urnOf(project, stack, parent, type, name);
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (current, callback) => {
    // newResource runs before the first await of this call, so `request` is its own
    request = current;
    const registration = register(current, callback);
    request = undefined;
    return registration;
  };

  let result: { value: T } | undefined;
  const run = async () => {
    await pulumi.runtime.runInPulumiStack(async () => {
      // the only place that learns of a resource before its inputs are there
      pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
        watching.progress();
        waiting.set(key(type, name), { type, name, props, opts });
        return undefined;
      });
      try {
        result = { value: await program() };
      } catch (error) {
        errors.push(error);
      }
      return {};
    });
    // without it most resources have not been registered yet
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  };
  // an error inside apply has no other way out
  const collect = (error: unknown) => errors.push(error);
  process.on("unhandledRejection", collect);
  try {
    const ended = await Promise.race([run(), watching.deadlocked.then(() => false)]);
    if (!ended && errors.length === 0) errors.push(new Error(await describeDeadlock([...waiting.values()])));
  } finally {
    watching.end();
    process.off("unhandledRejection", collect);
  }
  if (errors.length > 0) {
    // it stopped halfway: what it was still waiting for is no leak
    pulumi.runtime.terminateRpcs();
    throw errors[0];
  }
  if (result === undefined) throw new Error("the program did not run");
  const order = (r: RecordedResource) => `${r.type === stackType ? 0 : 1}${r.urn}`;
  return { resources: resources.sort((a, b) => (order(a) < order(b) ? -1 : 1)), result: result.value };
}

/**
 * The value of an output of a recorded program; `undefined` when it is not known in a preview.
 * @throws Error when it does not come within `patience` ms.
 */
export async function valueOf<T>(output: pulumi.Input<T>, patience = 5000): Promise<T> {
  const watching = detectDeadlock(() => patience);
  const late = watching.deadlocked.then((): never => {
    throw new Error("an output of the program never got a value");
  });
  try {
    return await Promise.race([(pulumi.output(output) as unknown as { promise(): Promise<T> }).promise(), late]);
  } finally {
    watching.end();
  }
}
