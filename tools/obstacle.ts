/** Something to put right before pulumi can do its work: what is wrong, and the way out. */
export class Obstacle extends Error {
  constructor(
    message: string,
    readonly wayOut: readonly string[] = [],
  ) {
    super(message);
    this.name = "Obstacle";
  }
}
