import type * as pulumi from "@pulumi/pulumi";
import { DatabaseCredentials } from "../components/data/database-credentials";
import type { ManagedData } from "../components/data/managed-data";
import type { PostgresStore } from "../components/data/postgres";
import { DatabaseRotation } from "../components/data/rotation";
import type { ExternalSecret } from "../components/fargate/bundles";
import type { FargateServices } from "../components/fargate/fargate-services";
import type { Network } from "../components/network";
import type { Secrets } from "../components/secrets/secrets";
import { secretsOf, type Catalogue } from "../services/catalogue";
import { loginSecrets, userId } from "../services/model/database-users";
import type { Database } from "../services/model/database";
import { required } from "../settings/required";
import type { Settings } from "../settings/settings";

/** Days between two passwords of a database user. */
const rotationDays = 30;

/** One entry for each of the databases' users, by its name in kebab-case. */
const forUsers = <T>(databases: readonly Database[], make: (database: Database) => T): Record<string, T> =>
  Object.fromEntries(databases.map((database) => [userId(database.role), make(database)]));

/** The users' secrets, before anything that reads them; the generated passwords are the first. */
export const databaseCredentials = (
  name: string,
  databases: readonly Database[],
  secrets: Secrets,
  recoveryDays: number,
  opts: pulumi.ComponentResourceOptions,
): DatabaseCredentials =>
  new DatabaseCredentials(
    name,
    {
      users: forUsers(databases, ({ role, name: database }) => ({
        role,
        database,
        password: required(secrets.values, loginSecrets(role).password, "secret"),
      })),
      recoveryDays,
    },
    opts,
  );

/** Id of a secret -> its place, for user names and passwords that the rotation changes. */
export const loginReferences = (
  databases: readonly Database[],
  credentials: DatabaseCredentials,
): Record<string, ExternalSecret> =>
  Object.fromEntries(
    databases.flatMap(({ role }) =>
      (["username", "password"] as const).map((key) => [
        loginSecrets(role)[key],
        { arn: credentials.arnOf(userId(role)), valueFrom: credentials.reference(userId(role), key) },
      ]),
    ),
  );

/** Services whose tasks log in as a role. */
export const servicesOf = (role: string, { services }: Pick<Catalogue, "services">): string[] =>
  services.filter((s) => secretsOf(s).includes(loginSecrets(role).password)).map((s) => s.name);

export interface DatabaseRotationParts {
  readonly settings: Settings;
  readonly network: Network;
  readonly data: ManagedData;
  readonly postgres: PostgresStore;
  readonly catalogue: Catalogue;
  readonly credentials: DatabaseCredentials;
  readonly services: FargateServices;
}

/** New passwords by the calendar, from when the services run, which are then deployed anew. */
export function databaseRotation(
  name: string,
  { settings, network, data, postgres, catalogue, credentials, services }: DatabaseRotationParts,
  opts: pulumi.ComponentResourceOptions,
): DatabaseRotation {
  return new DatabaseRotation(
    name,
    {
      vpcId: network.vpcId,
      subnetIds: network.privateSubnetIds,
      postgres: {
        ...postgres,
        admit: (groupId) => Object.values(data.allow("rotation", groupId, ["postgres"])),
      },
      users: forUsers(catalogue.databases, ({ role }) => ({
        secretArn: credentials.arnOf(userId(role)),
        services: servicesOf(role, catalogue).flatMap((service) => services.serviceArns[service] ?? []),
      })),
      everyDays: rotationDays,
      logRetentionDays: settings.logRetentionDays,
    },
    opts,
  );
}
