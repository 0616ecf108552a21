import { allow } from "../iam-policy";
import type { Statement } from "./statements";
import type { StateBucket } from "../../settings/formats/state-bucket";

/** State of the stack, as far as AWS keeps it; with Pulumi Cloud there is none of it. */
export interface State {
  /** Pulumi's name of the project. */
  readonly project: string;
  readonly bucket?: StateBucket | undefined;
  /** ARN of the KMS key that encrypts the secrets in it, or the bucket. */
  readonly keyArn?: string | undefined;
}

/** Names of what Pulumi keeps in the bucket for one stack. */
function paths({ project, bucket }: State, stack: string) {
  if (bucket === undefined) return undefined;
  const root = `arn:aws:s3:::${bucket.name}`;
  const under = (path: string) => `${root}/${bucket.folder}.pulumi/${path}`;
  return {
    root,
    // the state and what is written beside it: .bak, and .gz where it is compressed
    read: [
      under("meta.yaml"),
      under(`stacks/${project}/${stack}.json*`),
      under(`stacks/${project}/${stack}.pulumi-tags`),
    ],
    write: [
      under(`stacks/${project}/${stack}.json*`),
      under(`stacks/${project}/${stack}.pulumi-tags`),
      ...["backups", "history", "locks/organization"].map((kind) => under(`${kind}/${project}/${stack}/*`)),
    ],
  };
}

/** Objects that a preview reads. */
export const previewedObjects = (state: State, stack: string): readonly string[] => paths(state, stack)?.read ?? [];

/** The whole bucket: without this right S3 says "forbidden" where it should say that an object is not there. */
const list = (root: string): Statement => allow("FindState", ["s3:ListBucket"], root);

/**
 * For `pulumi preview`: read the state, and decrypt what the engine compares. A preview takes no lock and writes nothing.
 * Whoever may open a pull request from a branch of the repository can therefore read what the state keeps secret.
 */
export function previewStateStatements(state: State, stack: string): readonly Statement[] {
  const at = paths(state, stack);
  return [
    ...(at === undefined ? [] : [list(at.root), allow("ReadState", ["s3:GetObject"], at.read)]),
    ...(state.keyArn === undefined ? [] : [allow("DecryptState", ["kms:Decrypt"], state.keyArn)]),
  ];
}

/** For `pulumi up`: state, history and lock of this stack, not of others in the same bucket. */
export function deployStateStatements(state: State, stack: string): readonly Statement[] {
  const at = paths(state, stack);
  return [
    ...(at === undefined
      ? []
      : [
          list(at.root),
          allow("ReadState", ["s3:GetObject"], at.read),
          allow("WriteState", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], at.write),
        ]),
    ...(state.keyArn === undefined
      ? []
      : [
          allow("StateKey", ["kms:Decrypt", "kms:GenerateDataKey"], state.keyArn),
          // with the stack's tag it would be a key of the stack, to be changed and deleted
          { Sid: "StateKeyStays", Effect: "Deny" as const, Action: ["kms:TagResource"], Resource: state.keyArn },
        ]),
  ];
}
