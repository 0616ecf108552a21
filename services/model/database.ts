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
}
