import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** A role that is assumed with what came before it. */
export interface RoleLogin {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly externalId?: string;
  /** Seconds. */
  readonly duration?: number;
}

/** Roles between the credentials that are there and those that are wanted. */
export interface RoleChain {
  /** The first one, by a token in a file. */
  readonly webIdentity?: RoleLogin & { readonly webIdentityTokenFile: string };
  readonly roles: readonly RoleLogin[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variable that holds a `RoleChain` as JSON. */
export const chainVariable = "AI_ECOSYSTEM_ASSUME_ROLES";
const named = "ai-ecosystem-role";

const expanded = (path: string): string => (path.startsWith("~/") ? join(homedir(), path.slice(2)) : path);

function section(name: string, role: RoleLogin, from: readonly string[]): string {
  return [
    `[profile ${name}]`,
    `role_arn = ${role.roleArn}`,
    ...from,
    ...(role.sessionName === undefined ? [] : [`role_session_name = ${role.sessionName}`]),
    ...(role.externalId === undefined ? [] : [`external_id = ${role.externalId}`]),
    ...(role.duration === undefined ? [] : [`duration_seconds = ${role.duration}`]),
  ].join("\n");
}

/** What the first role is assumed with, in the order in which SDK and provider look for credentials. */
function source(env: Environment, files: string): readonly [string, (readonly string[])?] {
  const { AWS_PROFILE: profile, AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: role } = env;
  if (profile) return [`source_profile = ${profile}`];
  if (env["AWS_ACCESS_KEY_ID"]) return ["credential_source = Environment"];
  if (token && role) {
    const roleLogin = {
      roleArn: role,
      ...(env["AWS_ROLE_SESSION_NAME"] ? { sessionName: env["AWS_ROLE_SESSION_NAME"] } : {}),
    };
    return [
      `source_profile = ${named}-web`,
      [section(`${named}-web`, roleLogin, [`web_identity_token_file = ${token}`])],
    ];
  }
  if (env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] || env["AWS_CONTAINER_CREDENTIALS_FULL_URI"]) {
    return ["credential_source = EcsContainer"];
  }
  return [
    /^\s*\[(profile )?default\]/m.test(files) ? "source_profile = default" : "credential_source = Ec2InstanceMetadata",
  ];
}

/** The chain as profiles of a shared configuration, each the source of the next; the last one is the wanted one. */
export function profilesOf(chain: RoleChain, env: Environment, files: string): { text: string; profile: string } {
  const sections: string[] = [];
  let [from, before = []] = source(env, files);
  let profile = "";
  if (chain.webIdentity !== undefined) {
    profile = `${named}-0`;
    before = [
      section(profile, chain.webIdentity, [
        `web_identity_token_file = ${expanded(chain.webIdentity.webIdentityTokenFile)}`,
      ]),
    ];
    from = `source_profile = ${profile}`;
  }
  for (const [i, role] of chain.roles.entries()) {
    profile = `${named}-${i + 1}`;
    sections.push(section(profile, role, [from]));
    from = `source_profile = ${profile}`;
  }
  return { text: [...before, ...sections].join("\n\n"), profile };
}

/**
 * Makes the account that an environment names the one of this process and its children, for the SDK and the AWS CLI. They know
 * roles by profiles only, so a copy of the shared configuration with these is made, and removed in the end.
 */
export function logIn(env: NodeJS.ProcessEnv = process.env): void {
  for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) {
    // the SDK takes no ~
    if (env[name]) env[name] = expanded(env[name]);
  }
  const text = env[chainVariable];
  if (!text) return;
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
  const config = read(env["AWS_CONFIG_FILE"] || expanded("~/.aws/config"));
  const credentials = read(env["AWS_SHARED_CREDENTIALS_FILE"] || expanded("~/.aws/credentials"));
  const { text: profiles, profile } = profilesOf(JSON.parse(text) as RoleChain, env, `${config}\n${credentials}`);
  const folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-aws-"));
  const path = join(folder, "config");
  writeFileSync(path, `${config}\n\n${profiles}\n`, { mode: 0o600 });
  process.on("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  env["AWS_CONFIG_FILE"] = path;
  env["AWS_PROFILE"] = profile;
  env[chainVariable] = "";
}
