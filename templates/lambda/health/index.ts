import { Aws } from "./aws";
import { cacheSeconds, staleAfterSeconds, type HealthReport, type ServiceHealth } from "./report";
import { servicesHealth } from "./services";
import { health, type Store } from "./stores";

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

const client = () =>
  new Aws({
    region: required("AWS_REGION"),
    identity: {
      accessKeyId: required("AWS_ACCESS_KEY_ID"),
      secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
      ...(process.env["AWS_SESSION_TOKEN"] === undefined ? {} : { sessionToken: process.env["AWS_SESSION_TOKEN"] }),
    },
    endpoint: process.env["AWS_ENDPOINT_URL"],
  });

type Entries = Readonly<Record<string, ServiceHealth>>;

/**
 * Lambda's entry point, called once a minute: writes `health.json` of the dashboard. What cannot be learnt is left out of
 * it, and makes the call fail in the end, so that an alarm can tell.
 */
export async function handler(): Promise<void> {
  const aws = client();
  const stores = Object.entries(JSON.parse(required("STORES")) as Readonly<Record<string, Store>>);
  const asked: readonly Promise<Entries>[] = [
    servicesHealth(aws, required("CLUSTER"), JSON.parse(required("SERVICES")) as readonly string[]),
    ...stores.map(async ([name, store]) => ({ [name]: await health(aws, store) })),
  ];
  const answers = await Promise.allSettled(asked);
  const report: HealthReport = {
    time: new Date().toISOString(),
    staleAfterSeconds,
    services: Object.assign({}, ...answers.map((a) => (a.status === "fulfilled" ? a.value : {}))) as Entries,
  };
  const headers = {
    "cache-control": `public, max-age=${cacheSeconds}`,
    "content-type": "application/json; charset=utf-8",
  };
  await aws.put(required("BUCKET"), "health.json", headers, `${JSON.stringify(report)}\n`);
  const failures = answers.flatMap((a) => (a.status === "rejected" ? [String(a.reason)] : []));
  if (failures.length > 0) throw new Error(failures.join("; "));
}
