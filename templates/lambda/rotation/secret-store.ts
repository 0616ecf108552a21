import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";

/** What the rotation needs of Secrets Manager. A version is named by the token of the rotation that makes it. */
export interface SecretStore {
  describe(secret: string): Promise<{
    readonly rotates: boolean;
    /** Version -> its stages. */
    readonly stages: Readonly<Record<string, readonly string[]>>;
  }>;
  /** Absent when there is no such version. */
  read(secret: string, stage: "AWSCURRENT" | "AWSPENDING", version?: string): Promise<string | undefined>;
  /** Adds a version in the stage AWSPENDING. */
  write(secret: string, version: string, value: string): Promise<void>;
  /** Moves AWSCURRENT from one version to another. */
  promote(secret: string, version: string, from: string): Promise<void>;
}

export function secretsManager(client = new SecretsManagerClient()): SecretStore {
  return {
    async describe(secret) {
      const { RotationEnabled, VersionIdsToStages } = await client.send(
        new DescribeSecretCommand({ SecretId: secret }),
      );
      return { rotates: RotationEnabled !== false, stages: VersionIdsToStages ?? {} };
    },
    async read(secret, stage, version) {
      try {
        const value = await client.send(
          new GetSecretValueCommand({
            SecretId: secret,
            VersionStage: stage,
            ...(version === undefined ? {} : { VersionId: version }),
          }),
        );
        return value.SecretString;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    async write(secret, version, value) {
      await client.send(
        new PutSecretValueCommand({
          SecretId: secret,
          ClientRequestToken: version,
          SecretString: value,
          VersionStages: ["AWSPENDING"],
        }),
      );
    },
    async promote(secret, version, from) {
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secret,
          VersionStage: "AWSCURRENT",
          MoveToVersionId: version,
          RemoveFromVersionId: from,
        }),
      );
    },
  };
}
