import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Collection {
  readonly documents: readonly Readonly<Record<string, string>>[];
  readonly type?: string;
  readonly options?: object;
  readonly indexes?: readonly object[];
}
/** Database -> collection -> what is in it. */
export type MongodbStore = Readonly<Record<string, Readonly<Record<string, Collection>>>>;

/** MongoDB's programs in a folder, with a file in place of the server: no registry that is open to tests has them. */
export class MongodbStandIn {
  readonly bin: string;
  private readonly file: string;
  private readonly log: string;

  constructor(folder: string, store: MongodbStore) {
    this.bin = join(folder, "bin");
    this.file = join(folder, "store.json");
    this.log = join(folder, "asked");
    mkdirSync(this.bin, { recursive: true });
    for (const name of ["mongosh", "mongodump", "mongorestore"])
      symlinkSync(join(__dirname, "stand-in.cjs"), join(this.bin, name));
    this.store = store;
    writeFileSync(this.log, "");
  }

  set store(store: MongodbStore) {
    writeFileSync(this.file, JSON.stringify(store));
  }
  get store(): MongodbStore {
    return JSON.parse(readFileSync(this.file, "utf8")) as MongodbStore;
  }
  /** Arguments of each call. */
  get asked(): string {
    return readFileSync(this.log, "utf8");
  }
  /** Beginning of a shell script in which they are found. */
  get environment(): string {
    return `export PATH="${this.bin}:$PATH" MONGODB_STORE="${this.file}" MONGODB_ASKED="${this.log}"`;
  }
}
