import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { measure, metricLine, type Queues } from "./queues";
import { Redis, RedisError } from "./redis";

const ecs = new ECSClient();
const secrets = new SecretsManagerClient();

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

async function password(): Promise<string> {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: required("SECRET_ARN") }));
  return (JSON.parse(SecretString ?? "{}") as { readonly REDIS_PASSWORD?: string }).REDIS_PASSWORD ?? "";
}

/** Read once for as long as the function stays loaded. */
let known: string | undefined;

async function open(): Promise<Redis> {
  const server = { host: required("REDIS_HOST"), port: Number(required("REDIS_PORT")) };
  const login = async () => Redis.open({ ...server, password: (known ??= await password()) });
  try {
    return await login();
  } catch (error) {
    if (!(error instanceof RedisError)) throw error;
    // it was changed in the meantime
    known = undefined;
    return login();
  }
}

async function workers(service: string): Promise<number> {
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: required("CLUSTER"), services: [service] }),
  );
  return services?.[0]?.runningCount ?? 0;
}

/** Lambda's entry point, called once a minute. */
export async function handler(): Promise<void> {
  const redis = await open();
  try {
    const now = Date.now() / 1000;
    const values = await measure(redis, JSON.parse(required("QUEUES")) as Queues, workers, now);
    console.log(metricLine(required("NAMESPACE"), values, now));
  } finally {
    redis.close();
  }
}
