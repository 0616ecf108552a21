/** What is wrong with a service. `key` is the setting that leads out, if one does, or a file. */
export interface Problem {
  readonly key: string;
  readonly message: string;
}

/** A catalogue that cannot work: which service, and why. */
export class CatalogueError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map((p) => `${p.key}: ${p.message}`).join("; "));
    this.name = "CatalogueError";
  }
}
