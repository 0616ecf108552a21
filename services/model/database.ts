/** How an application moves its own database from version to version. It never goes back over a migration. */
export interface Migrations {
  /** Table of the schema `public` in which it records those that have run. */
  readonly table: string;
  /** How far it may go at once: `minor` to the next minor version, or the first of the next major one. */
  readonly step: "minor" | "any";
}

/**
 * A database in the shared PostgreSQL. Role and database are made by the store's setup job and dumped by the backup, also while
 * the service is off; the role's login is in the environment by `databaseUser` and `databasePassword`, and rotated on Fargate.
 */
export interface Database {
  readonly role: string;
  readonly name: string;
  /** It owns nothing: it reads what is granted to it in the database that another service owns. */
  readonly readOnly?: true;
  /** Extensions that its schema needs and its role may not create. */
  readonly extensions?: readonly string[];
  /** Absent: any version of the application opens it. */
  readonly migrations?: Migrations;
  /** SQL that counts what people have made, none in a new installation. Absent: any row counts. Nothing else takes its place. */
  readonly used?: string;
  /** A value that its application keeps encrypted: a backup is proved by opening it with the saved key. */
  readonly encrypted?: EncryptedValue;
}

/** A database and whose it is: name of the service, and what people call the application. */
export interface OwnedDatabase extends Database {
  readonly service: string;
  readonly application: string;
}

/** A user of the shared MongoDB: made by the store's setup job, also while the service is off. */
export interface MongodbUser {
  readonly name: string;
  readonly database: string;
  /** Id of the secret that is its password; the store generates it. */
  readonly password: string;
  /** Collections of another service's database, which it reads and nothing else. Absent: the database is its own. */
  readonly reads?: readonly string[];
  /** Collections of its own database with what people have made, empty in a new installation. @default all of them */
  readonly used?: readonly string[];
}

/** As `openssl enc -aes-256-cbc -md md5 -a` writes it, of a JSON text. */
export interface EncryptedValue {
  /** SQL that gives one such value, or no row while there is none. */
  readonly query: string;
  /** Id of the secret that is the passphrase. */
  readonly key: string;
}
