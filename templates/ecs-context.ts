import type { Address } from "../services/model/values";

/** The release's files, a `shellArchive`, and what they must be: where they come from, nobody else may have written. */
export interface ReleaseArchive {
  /** `s3://bucket/key`. */
  readonly uri: string;
  /** Of the archive, hexadecimal. */
  readonly sha256: string;
}

/** What a task needs to know of its context, all of it resolved. */
export interface TaskContext {
  readonly region: string;
  /** Image of the catalogue -> image in the stack's own registry. */
  readonly image: (image: string) => string;
  /** Variable -> `valueFrom`, for each variable of the container that holds a secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Of stores, buckets and hosts that the containers name. */
  readonly address: (address: Address) => string;
  readonly logGroup: string;
  /** Containers that mount files of the release get them from there. */
  readonly release: ReleaseArchive;
}

/** A container of a task definition; only what is set is there. */
export type ContainerDefinition = Readonly<Record<string, unknown>>;
