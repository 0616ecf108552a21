/** Something to put right before pulumi can do its work: what is wrong, and the way out. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly hint: readonly string[] = [],
  ) {
    super(message);
    this.name = "CliError";
  }
}

/** Words of a command that nobody can carry out: it ends with 2. */
export class UsageError extends CliError {}
