import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RenderedRelease } from "../../../templates/release/release";
import { sandboxRelease } from "../fixtures";
import type { PostgresServer } from "../postgres";
import { HostFolder, type Ran } from "./scripts";

export const passwords = {
  CHATWOOT_DB_PASSWORD: "c".repeat(32),
  N8N_DB_PASSWORD: "n".repeat(32),
  DATA_BRIDGE_DB_PASSWORD: "d".repeat(32),
};
const users = [
  { role: "chatwoot", database: "chatwoot_production", extensions: ["pg_trgm", "pgcrypto"] },
  { role: "n8n", database: "n8n" },
  { role: "data_bridge", database: "chatwoot_production", readOnly: true },
];
const env = "N8N_ENCRYPTION_KEY='abcd1234'\n";
export const addresses = { postgres: "localhost", mongodb: "mongo.example.net", redis: "redis.example.net" };

export const local = (values: Record<string, string> = {}): RenderedRelease => sandboxRelease(values, env);
export const managed = (values: Record<string, string> = {}, stores = addresses): RenderedRelease =>
  sandboxRelease({ data: "managed", ...values }, env, undefined, stores);

/** Redis as files: a line of `commands` is a key. */
const redisCli = `#!/bin/bash
if [ "$1" = --tls ]; then shift 3; fi
case "$*" in
  'INFO keyspace') echo "db0:keys=$(cat "$REDIS_AT/commands" 2>/dev/null | wc -l),expires=0" ;;
  'INFO persistence') printf 'rdb_bgsave_in_progress:0\\naof_rewrite_in_progress:0\\nrdb_last_bgsave_status:ok\\naof_last_bgrewrite_status:ok\\n' ;;
  'CONFIG GET dir') printf 'dir\\n%s\\n' "$REDIS_AT" ;;
  'CONFIG GET dbfilename') printf 'dbfilename\\ncommands\\n' ;;
  'CONFIG GET appenddirname') printf 'appenddirname\\n.\\n' ;;
  'CONFIG GET appendfilename') printf 'appendfilename\\naof\\n' ;;
  FLUSHALL) rm -f "$REDIS_AT/commands" ;;
  --pipe) cat >"$REDIS_AT/commands" ;;
esac
`;
/** MongoDB as files: one per database, an archive of it. */
const mongosh = `#!/bin/bash
name=$(sed -n 's/.*getDB("\\([a-z_]*\\)").*/\\1/p' <<<"$*" | grep -v '^admin$' | head -n 1)
case "$*" in
  *listDatabases*) ls "$MONGO_AT" ;;
  *countDocuments*) if [ -e "$MONGO_AT/$name" ]; then echo '{"messages": 3}'; else echo '{}'; fi ;;
  *dropDatabase*) if [ -n "$name" ]; then rm -f "$MONGO_AT/$name"; fi ;;
esac
`;
const mongodump = `#!/bin/bash
while [ "$1" != --db ]; do shift; done
cat "$MONGO_AT/$2"
`;
const mongorestore = `#!/bin/bash
to=''
while [ $# -gt 0 ]; do case $1 in --nsInclude) to=\${to:-$2} ;; --nsTo) to=$2 ;; esac; shift; done
cat >"$MONGO_AT/\${to%.*}"
`;

/** A host with two PostgreSQL servers: its own, and what RDS gives. */
export class Movable extends HostFolder {
  constructor(
    readonly own: PostgresServer,
    readonly rds: PostgresServer,
    release = local(),
  ) {
    super(release);
    this.inside("volumes");
    for (const folder of ["bin", "own/mongo", "own/redis", "aws/mongo", "aws/redis"]) {
      mkdirSync(join(this.home, folder), { recursive: true });
    }
    const programs = { "redis-cli": redisCli, "redis-check-rdb": "#!/bin/sh\n", mongosh, mongodump, mongorestore };
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(this.home, "bin", name), text, { mode: 0o755 });
    }
    writeFileSync(join(this.home, "own/redis/aof.manifest"), "file commands seq 1 type b\n");
  }

  /** Docker whose stores are those of the release that was brought up last. \`more\` changes it. */
  machine(more = ""): string {
    const { own, rds } = this;
    return `
      eval "$(declare -f docker | sed '1s/docker/healthy/')"
      store() { # SERVICE COMMAND...: in its container
        local place=own at
        at=$(cat "$ECOSYSTEM_HOME/stores")
        [ "$(jq -r '.managed | type' "$at/release.json")" != object ] || place=aws
        shift
        if [ $place = own ]; then
          env PATH="$ECOSYSTEM_HOME/bin:$PATH" PGHOSTADDR=127.0.0.1 PGPORT=${own.port} PGSSLMODE=require POSTGRES_PASSWORD='${own.superuser.password}' \\
            MONGO_INITDB_ROOT_USERNAME=root MONGO_INITDB_ROOT_PASSWORD=m MONGO_AT="$ECOSYSTEM_HOME/own/mongo" REDIS_AT="$ECOSYSTEM_HOME/own/redis" "$@"
        else
          env PATH="$ECOSYSTEM_HOME/bin:$PATH" PGHOST=localhost PGHOSTADDR=127.0.0.1 PGPORT=${rds.port} PGSSLMODE=require PGUSER=ecosystem PGPASSWORD=of-rds \\
            MONGODB_HOST=${addresses.mongodb} MONGODB_PORT=27017 MONGODB_ROOT_USER=ecosystem MONGODB_ROOT_PASSWORD=m \\
            REDIS_HOST=${addresses.redis} MONGO_AT="$ECOSYSTEM_HOME/aws/mongo" REDIS_AT="$ECOSYSTEM_HOME/aws/redis" "$@"
        fi
      }
      docker() {
        local dir sub
        [ "$1" = compose ] || { healthy "$@"; return; }
        shift
        while [[ $1 == -* ]]; do [ "$1" != --project-directory ] || dir=$2; shift 2; done
        sub=$1
        shift
        echo "$sub $*" >>"$ECOSYSTEM_HOME/log"
        case $sub in
          up) if [[ $* == *postgres* ]] || [[ $* != *--no-deps* ]]; then readlink -f "$dir" >"$ECOSYSTEM_HOME/stores"; fi ;;
          exec)
            [ "$1" != -T ] || shift
            [ "$1" != -e ] || shift 2
            case $1 in postgres|mongodb|redis) store "$@" ;; esac ;;
          run)
            if [[ $* == *postgres-setup ]]; then
              DATABASE_USERS='${JSON.stringify(users)}' ${Object.entries(passwords)
                .map(([name, value]) => `${name}=${value}`)
                .join(
                  " ",
                )} store postgres sh -c 'PGUSER=\${PGUSER:-postgres} PGPASSWORD=\${PGPASSWORD:-$POSTGRES_PASSWORD} exec "$@"' sh psql -Xq -d postgres -f "$dir/postgres/setup.sql"
            fi ;;
        esac
      }
      ${more}
      export -f healthy store docker
      readlink -f "$ECOSYSTEM_HOME/current" >"$ECOSYSTEM_HOME/stores"`;
  }

  push(release: RenderedRelease, more = ""): Ran {
    const incoming = `state/incoming.1.${release.id}`;
    this.write(incoming, release);
    return this.bash(`${this.machine(more)}
      bash "$ECOSYSTEM_HOME/${incoming}/bin/push" "$ECOSYSTEM_HOME/${incoming}" ${release.id}`);
  }

  get live(): string {
    return execFileSync("readlink", [join(this.home, "releases/current")], { encoding: "utf8" }).trim();
  }
  stores(): string {
    return this.read("stores").trim().split("/").at(-1) ?? "";
  }
}
