import * as pulumi from "@pulumi/pulumi";
import type { Declared } from "../cost/declared";
import { costOutputs, estimateCost } from "../cost/estimate";
import type { CostInput } from "../cost/types";

/**
 * What the program declares from now on, of all types; comes when it has declared everything. It declares all of it
 * before it waits for anything, as no resource is made inside `apply`.
 */
export function declaredFromNow(): Promise<readonly Declared[]> {
  const declared: Declared[] = [];
  pulumi.runtime.registerStackTransformation(({ type, name, props }) => {
    declared.push({ type, name, inputs: props });
    return undefined;
  });
  return new Promise((resolve) =>
    setImmediate(() => {
      resolve(declared);
    }),
  );
}

/** The outputs that say what a stack costs, of all that it declares. */
export const costOf = (
  settings: CostInput["settings"],
  catalogue: CostInput["catalogue"],
  declared: Promise<readonly Declared[]>,
) => pulumi.output(declared.then((resources) => costOutputs(estimateCost({ settings, catalogue, resources }))));
