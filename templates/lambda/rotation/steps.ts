import { formatCredential, otherLogin, parseCredential, type Credential } from "./credential";
import type { Database } from "./database";
import { newPassword, scramVerifier } from "./scram";
import type { SecretStore } from "./secret-store";

/** What Secrets Manager calls with, once for each step, and again after a failure. */
export interface RotationRequest {
  readonly Step: string;
  readonly SecretId: string;
  /** Names the version that is being made. */
  readonly ClientRequestToken: string;
}

export interface Tools {
  readonly secrets: SecretStore;
  readonly database: Database;
}

async function credential(
  { secrets }: Tools,
  { SecretId, ClientRequestToken }: RotationRequest,
  stage: "AWSCURRENT" | "AWSPENDING",
): Promise<Credential> {
  const text = await secrets.read(SecretId, stage, stage === "AWSPENDING" ? ClientRequestToken : undefined);
  if (text === undefined) throw new Error(`the secret has no version ${stage}`);
  return parseCredential(text);
}

/** The pending version: the other login with a new password. */
async function createSecret(tools: Tools, request: RotationRequest): Promise<void> {
  const { SecretId, ClientRequestToken } = request;
  // an earlier attempt has made it, and perhaps set it in the database
  if ((await tools.secrets.read(SecretId, "AWSPENDING", ClientRequestToken)) !== undefined) return;
  const current = await credential(tools, request, "AWSCURRENT");
  const next = { ...current, username: otherLogin(current.username), password: newPassword() };
  await tools.secrets.write(SecretId, ClientRequestToken, formatCredential(next));
}

/** Sets the new password in the database. The login in use keeps its own: nobody is cut off. */
async function setSecret(tools: Tools, request: RotationRequest): Promise<void> {
  const pending = await credential(tools, request, "AWSPENDING");
  if (await tools.database.accepts(pending)) return;
  const current = await credential(tools, request, "AWSCURRENT");
  if (pending.username !== otherLogin(current.username) || pending.dbname !== current.dbname) {
    throw new Error(`${pending.username} is not the other login of ${current.username}: nothing was changed`);
  }
  if (!(await tools.database.accepts(current))) {
    throw new Error(
      `the database refuses ${current.username} with its present password: run the job postgres-setup, which sets it`,
    );
  }
  const idle = await tools.database.setIdlePassword(current, scramVerifier(pending.password));
  if (idle !== pending.username) throw new Error(`the password of ${idle} was set in place of ${pending.username}'s`);
}

async function testSecret(tools: Tools, request: RotationRequest): Promise<void> {
  const pending = await credential(tools, request, "AWSPENDING");
  if (!(await tools.database.accepts(pending))) throw new Error(`the database refuses ${pending.username}`);
}

/** From here on whoever starts reads the new login; the event that this causes restarts those that run. */
async function finishSecret(tools: Tools, { SecretId, ClientRequestToken }: RotationRequest): Promise<void> {
  const { stages } = await tools.secrets.describe(SecretId);
  const current = Object.keys(stages).find((version) => stages[version]?.includes("AWSCURRENT"));
  if (current === ClientRequestToken) return;
  if (current === undefined) throw new Error("the secret has no version AWSCURRENT");
  await tools.secrets.promote(SecretId, ClientRequestToken, current);
}

const steps: Readonly<Record<string, (tools: Tools, request: RotationRequest) => Promise<void>>> = {
  createSecret,
  setSecret,
  testSecret,
  finishSecret,
};

/** One step of the rotation of a database user between its two logins. Every step may be repeated. */
export async function rotate(tools: Tools, request: RotationRequest): Promise<void> {
  const { Step, SecretId, ClientRequestToken } = request;
  const run = Object.hasOwn(steps, Step) ? steps[Step] : undefined;
  if (run === undefined) throw new Error(`unknown step ${Step}`);
  const { rotates, stages } = await tools.secrets.describe(SecretId);
  const own = stages[ClientRequestToken];
  if (!rotates) throw new Error("rotation is not enabled for the secret");
  if (own === undefined) throw new Error("the version is none of the secret's");
  if (own.includes("AWSCURRENT")) return;
  if (!own.includes("AWSPENDING")) throw new Error("the version is not pending");
  await run(tools, request);
}
