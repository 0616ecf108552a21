import type { Escrow } from "../backup-key/escrow";
import type { Stored } from "../restore/source";

/** An archive to be taken, and where it lies in S3. */
export interface Archive {
  readonly stored: Stored;
  /** Where it lies, and what opens it. */
  readonly backups: NonNullable<Escrow["backups"]>;
  /** AWS profile of its account. */
  readonly profile: string | undefined;
}

/** A stack that data comes from or goes to. Each step may be repeated after a cut. */
export interface Side {
  readonly stack: string;
  /** Whether no application runs, and visitors are told so. */
  closed(): Promise<boolean>;
  /**
   * Cuts visitors and senders off, and stops the applications.
   * @param drain whether what waits in the queues is worked off before
   */
  close(drain: boolean): Promise<void>;
  open(): Promise<void>;
  /**
   * Saves what is there now, in the stack's own bucket.
   * @param since when nothing was written any more: a save of that moment that still runs is waited for
   * @returns the name of its archive, of a side that tells it
   */
  save(since: string): Promise<string | undefined>;
  /**
   * What stands against an archive, a line each.
   * @param replaces whether the data there is an archive's already, and no people's
   */
  refuses(archive: Archive, replaces: boolean): Promise<readonly string[]>;
  /** Puts an archive's data in place of its own, compares every count with it, and puts it right for the applications, which are stopped. */
  take(archive: Archive): Promise<void>;
  /** What does not answer, a line each. */
  silent(): Promise<readonly string[]>;
  /** For people: how it is opened by hand. */
  readonly opening: readonly string[];
}
