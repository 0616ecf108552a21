import * as pulumi from "@pulumi/pulumi";
import type * as Diagnosis from "./diagnosis";
import type { Clients } from "./diagnosis";

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** `arn:aws:ecs:<region>:…` */
const regionOf = (arn: string): string | undefined => arn.split(":")[3];

/** Loaded when something has failed: the SDK would cost each preview a third of a second. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const diagnosis = (): typeof Diagnosis => require("./diagnosis") as typeof Diagnosis;

/** What to say of a service whose deployment failed; nothing when it never came to be. */
export async function reasonsOf(
  inputs: Readonly<Record<string, unknown>>,
  clients: (region: string | undefined) => Clients = diagnosis().awsClients,
): Promise<string | undefined> {
  const [cluster, service] = [text(inputs["cluster"]), text(inputs["name"])];
  if (cluster === undefined || service === undefined) return undefined;
  const at = { cluster, service };
  const lines = await diagnosis().describeService(clients(regionOf(cluster)), at, text(inputs["taskDefinition"]));
  return [`${service} did not become steady:`, ...lines].join("\n");
}

/** Only an engine that changes something calls hooks: no preview does, and no test's stand-in for the engine knows them. */
function hooksAreCalled(): boolean {
  const monitor = pulumi.runtime.getMonitor() as { registerErrorHook?: unknown } | undefined;
  return !pulumi.runtime.isDryRun() && typeof monitor?.registerErrorHook === "function";
}

/** Says why a service did not become steady: the provider knows no more than that it waited in vain. Does not try again. */
export function sayReasons(name: string): Pick<pulumi.CustomResourceOptions, "hooks"> {
  if (!hooksAreCalled()) return {};
  const hook = new pulumi.ErrorHook(name, async ({ newInputs, failedOperation }) => {
    const said = failedOperation === "delete" ? undefined : await reasonsOf(newInputs ?? {});
    if (said !== undefined) await pulumi.log.error(said);
    return false;
  });
  return { hooks: { onError: [hook] } };
}
