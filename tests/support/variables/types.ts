/** Who reads a variable. */
export interface Reader {
  /** A file of the application at the version of its table, a file of this repository (`templates/…`), or a page. */
  readonly by: string;
  /** When it counts, in words. */
  readonly when?: string;
  /** Other variables of the container without which nobody reads it, and what they must be. */
  readonly needs?: Readonly<Record<string, RegExp>>;
  /** It replaces a list of the application's own: what is set must be looked at whenever that list grows. */
  readonly replaces?: true;
}

/** What the containers of one application read. */
export interface Application {
  /** With the version that was read. */
  readonly name: string;
  readonly containers: RegExp;
  readonly reads: Readonly<Record<string, string | Reader>>;
  /** Of variables that services add by what they ask for, e.g. a login: their names, and who reads them. */
  readonly added?: readonly [names: RegExp, by: string];
}
