/**
 * How people get in: a command in a container of one of the service's jobs. It takes a request as JSON, in `USER_REQUEST` or on
 * standard input, and prints a line `users: {...}`; services/librechat/files/users.js says both in full.
 */
export interface UserCommand {
  readonly job: string;
  /** In place of the job's own command, after the same entrypoint. */
  readonly command: readonly string[];
}
