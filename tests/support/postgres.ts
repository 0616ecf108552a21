import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import shipped from "../fixtures/database-users.json";
import { root } from "./root";

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A PostgreSQL server of its own, with TLS; `master` has the rights of RDS's master user. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly superuser: Login;
  readonly master: Login;
  /** Runs templates/postgres/setup.sql as the job does, for the shipped users or others, as `master` or another. Returns what it wrote. */
  setup(
    environment: Readonly<Record<string, string>>,
    users?: readonly unknown[],
    as?: Login,
  ): { readonly status: number | null; readonly output: string };
  /** Runs statements, returns the values, one line per row. */
  sql(login: Login, database: string, statements: string): string;
  /** A session that stays until it is ended, a statement done in it. */
  hold(login: Login, database: string, statement?: string): { readonly there: Promise<unknown>; end(): Promise<void> };
  log(): string;
  stop(): Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly psql: string;
  readonly log: string;
  readonly ca: string;
  readonly superuser: Login;
  readonly master: Login;
}

const firstLine = (child: ChildProcess) =>
  new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text);
    });
    child.once("exit", (code) => {
      reject(new Error(`the PostgreSQL server ended with ${String(code)}`));
    });
  });

export async function startPostgres(): Promise<PostgresServer> {
  const child = spawn("python3", [join(root, "tests/python/serve_postgres.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const at = JSON.parse(await firstLine(child)) as Address;
  const psql = (
    login: Login,
    database: string,
    more: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) =>
    spawnSync(
      at.psql,
      ["-X", "-q", "-At", "-h", at.host, "-p", String(at.port), "-U", login.username, "-d", database, ...more],
      {
        encoding: "utf8",
        env: { ...process.env, PGSSLMODE: "require", PGPASSWORD: login.password, ...environment },
      },
    );
  return {
    ...at,
    setup(environment, users = shipped, as = at.master) {
      const done = psql(as, "postgres", ["-f", join(root, "templates/postgres/setup.sql")], {
        DATABASE_USERS: JSON.stringify(users),
        ...environment,
      });
      return { status: done.status, output: done.stdout + done.stderr };
    },
    sql(login, database, statements) {
      const done = psql(login, database, ["-v", "ON_ERROR_STOP=1", "-c", statements], {});
      if (done.status !== 0) throw new Error(done.stderr);
      return done.stdout.trim();
    },
    hold(login, database, statement = "SELECT 1") {
      const session = spawn(
        at.psql,
        ["-X", "-q", "-At", "-h", at.host, "-p", String(at.port), "-U", login.username, "-d", database],
        {
          stdio: ["pipe", "pipe", "inherit"],
          env: { ...process.env, PGSSLMODE: "require", PGPASSWORD: login.password },
        },
      );
      const there = firstLine(session);
      session.stdin.write(`${statement};\n`);
      return {
        there,
        end: () =>
          new Promise((resolve) => {
            session.removeAllListeners("exit");
            session.once("exit", () => {
              resolve();
            });
            session.stdin.end();
          }),
      };
    },
    log: () => readFileSync(at.log, "utf8"),
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", () => {
          resolve();
        });
        child.stdin.end();
      }),
  };
}
