import * as pulumi from "@pulumi/pulumi";

/** Time between two looks; ms. Looks are counted and not time: a machine that is busy does not stand still. */
const look = 50;

/** Watches over something that should move on. */
export interface DeadlockDetector {
  /** Something has happened: the patience begins anew. */
  progress(): void;
  /** Resolves when nothing has happened for too long. */
  readonly deadlocked: Promise<void>;
  end(): void;
}

/** `patience` is asked at each look, in ms. */
export function detectDeadlock(patience: () => number): DeadlockDetector {
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  const deadlocked = new Promise<void>((resolve) => {
    // it also keeps the process alive, which would end without a word when nothing is left to do
    timer = setInterval(() => {
      looks++;
      if (looks * look >= patience()) resolve();
    }, look);
  });
  return {
    progress: () => (looks = 0),
    deadlocked,
    end: () => {
      clearInterval(timer);
    },
  };
}

/** A resource that a program has made, as its constructor was called. */
export type Declared = Pick<pulumi.ResourceTransformationArgs, "type" | "name" | "props" | "opts">;

const never = Symbol("never");

/** Whether a value, with everything in it, is there at once. */
async function isThere(value: unknown): Promise<boolean> {
  const later = new Promise((resolve) => setTimeout(resolve, look, never));
  const output = pulumi.output(value) as unknown as { promise(): Promise<unknown> };
  return (await Promise.race([output.promise().catch(() => never), later])) !== never;
}

/** What a resource waits for: names of its inputs and options. */
async function missing({ props, opts }: Declared): Promise<string[]> {
  const { dependsOn, parent } = opts as pulumi.CustomResourceOptions;
  const inputs: [string, unknown][] = [
    ...Object.entries<unknown>(props),
    ["dependsOn", (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).map(urnOf)],
    ["parent", urnOf(parent)],
  ];
  const there = await Promise.all(inputs.map(([, value]) => isThere(value)));
  return inputs.filter((_, i) => there[i] === false).map(([key]) => key);
}

const urnOf = (value: unknown): unknown => (pulumi.Resource.isInstance(value) ? value.urn : value);

const shown = 10;

/** What a program that stands still waits for; `waiting` in the order in which the resources were made. */
export async function describeDeadlock(waiting: readonly Declared[]): Promise<string> {
  if (waiting.length === 0) {
    return "The program never ended: it waits for a value that never comes, and for no resource.";
  }
  const lines = await Promise.all(
    waiting.slice(0, shown).map(async (r) => {
      const inputs = await missing(r);
      return `- ${r.type} ${r.name}${inputs.length === 0 ? "" : `: ${inputs.join(", ")}`}`;
    }),
  );
  const more = waiting.length - shown;
  return [
    `The program never ended: ${waiting.length === 1 ? "1 resource waits" : `${waiting.length} resources wait`} for inputs that never come. The first is the likeliest cause:`,
    ...lines,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join("\n");
}
