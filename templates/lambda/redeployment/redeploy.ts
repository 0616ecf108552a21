/** The event of a label that moved to another version of a secret. */
export interface LabelEvent {
  /** The secret's ARN. */
  readonly resources: readonly string[];
}

/** A secret and the ECS services (ARNs) that read it when their tasks start. */
export interface Consumers {
  readonly secret: string;
  readonly services: readonly string[];
}

/** Starts a deployment of a service as it is. */
export type Redeploy = (cluster: string, service: string) => Promise<void>;

/** Not there any more, or not yet: then its tasks read the new value anyway. */
const absent = new Set(["ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"]);

/** arn:aws:ecs:<region>:<account>:service/<cluster>/<service> */
function partsOf(arn: string): readonly [string, string] {
  const [kind, cluster, service] = arn.split(":").slice(5).join(":").split("/");
  if (kind !== "service" || cluster === undefined || service === undefined)
    throw new Error(`no ARN of a service: ${arn}`);
  return [cluster, service];
}

/** Restarts whatever reads the secrets of the event. All are tried; a failure is reported, and so tried again. */
export async function redeployConsumers(
  event: LabelEvent,
  consumers: readonly Consumers[],
  redeploy: Redeploy,
): Promise<readonly string[]> {
  const services = consumers.filter((c) => event.resources.includes(c.secret)).flatMap((c) => c.services);
  const failures: string[] = [];
  const done: string[] = [];
  for (const arn of new Set(services)) {
    try {
      await redeploy(...partsOf(arn));
      done.push(arn);
    } catch (error) {
      if (error instanceof Error && absent.has(error.name)) continue;
      failures.push(`${arn}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failures.length > 0) throw new Error(`not redeployed: ${failures.join("; ")}`);
  return done;
}
