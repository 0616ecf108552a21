import { databaseOf } from "./database";
import { secretsManager } from "./secret-store";
import { rotate, type RotationRequest, type Tools } from "./steps";

function environment(key: string): string {
  const value = process.env[key];
  if (value === undefined || value === "") throw new Error(`${key} is not set`);
  return value;
}

let tools: Tools | undefined;

/** Lambda's entry point. */
export async function handler(request: RotationRequest): Promise<void> {
  tools ??= {
    secrets: secretsManager(),
    database: databaseOf({ host: environment("DATABASE_HOST"), port: Number(environment("DATABASE_PORT")) }),
  };
  await rotate(tools, request);
  console.log(JSON.stringify({ step: request.Step, secret: request.SecretId, version: request.ClientRequestToken }));
}
