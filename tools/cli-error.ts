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
