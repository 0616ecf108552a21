# shellcheck shell=bash
# What each kind of store needs for a backup and a restore. Passwords stay in the containers' environment: none is an argument.

stores_are_up() {
  local all name
  all=$(containers)
  while read -r name; do is_healthy "$(container_of "$name" "$all")" || return 1; done < <(fact '.services[] | select(.role == "store") | .name')
}
volume_of() { fact "first(.volumes[] | select(.backup == \"$1\") | .name) // empty"; }

# --- PostgreSQL: a command in its container, as the superuser
pg() {
  # shellcheck disable=SC2016 # expanded in the container
  compose exec -T postgres sh -c 'PGUSER=${POSTGRES_USER:-postgres} PGPASSWORD=$POSTGRES_PASSWORD; export PGUSER PGPASSWORD; exec "$@"' sh "$@"
}
pg_databases() { # all that are on the server: what somebody made beside those of the release is data, too
  pg psql -d postgres -AtXqc "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname NOT IN ('postgres', '$TRIAL') ORDER BY datname" </dev/null
}
pg_dump_counts() { # a dump on stdin: {"table": rows} as it has them, having read all of it
  pg pg_restore --data-only -f - | LC_ALL=C awk -f "$RELEASE/bin/lib/dump-counts.awk" | jq -RnS '[inputs | split("\t") | {(.[0]): (.[1] | tonumber)}] | add // {}'
}
pg_counts() { # DATABASE: the same from the living one
  pg psql -d "$1" -AtXq -v ON_ERROR_STOP=1 <<'SQL' | jq -RnS '[inputs | select(. != "") | split("|") | {(.[0]): (.[1] | tonumber)}] | add // {}'
SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
\gexec
SQL
}
pg_restore_database() { # DATABASE, its dump on stdin. --create brings its owner and rights as well
  pg psql -d postgres -Xq -v ON_ERROR_STOP=1 -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" </dev/null &&
    pg pg_restore --create --exit-on-error -d postgres
}

# --- MongoDB
mongo_js() { # JAVASCRIPT, with `server` connected as root
  # shellcheck disable=SC2016 # expanded by mongosh
  # mongosh complains on standard output when it cannot write below its home
  compose exec -T -e HOME=/tmp mongodb mongosh --quiet --nodb --eval '
    const env = process.env, q = encodeURIComponent;
    const server = new Mongo(`mongodb://${q(env.MONGO_INITDB_ROOT_USERNAME)}:${q(env.MONGO_INITDB_ROOT_PASSWORD)}@127.0.0.1:27017/?authSource=admin`);
    '"$1" </dev/null
}
mongo_databases() {
  mongo_js 'for (const d of server.getDB("admin").adminCommand({listDatabases: 1, nameOnly: true}).databases)
    if (!["admin", "config", "local", "'"$TRIAL"'"].includes(d.name)) print(d.name)'
}
mongo_counts() { # DATABASE: {"collection": documents}
  mongo_js 'const counts = {}, db = server.getDB("'"$1"'");
    for (const c of db.getCollectionInfos({type: "collection"})) if (!c.name.startsWith("system.")) counts[c.name] = db.getCollection(c.name).countDocuments({});
    print(JSON.stringify(counts))' | jq -S .
}
mongo_tool() { # mongodump or mongorestore with arguments; the password comes through a pipe that only the tool reads
  # shellcheck disable=SC2016 # expanded in the container
  compose exec -T mongodb sh -c '"$@" --username "$MONGO_INITDB_ROOT_USERNAME" --authenticationDatabase admin --config /dev/fd/3 3<<PASSWORD
password: "$MONGO_INITDB_ROOT_PASSWORD"
PASSWORD' sh "$@"
}
mongo_restore_database() { # DATABASE, its archive on stdin
  mongo_js 'server.getDB("'"$1"'").dropDatabase()' >/dev/null && mongo_tool mongorestore --quiet --archive --gzip --drop --nsInclude "$1.*"
}
mongo_restore_as() { # DATABASE NAME, the archive of the database on stdin: it is restored under the name
  mongo_tool mongorestore --quiet --archive --gzip --drop --nsInclude "$1.*" --nsFrom "$1.*" --nsTo "$2.*"
}

# --- own passwords. PostgreSQL and MongoDB got theirs with their data: another one in .env is theirs only once they are told.
own_passwords() { { grep -E '^(POSTGRES|MONGODB_ROOT)_PASSWORD=' "$1" 2>/dev/null || true; } | LC_ALL=C sort; } # FILE
# state/passwords has the lines of .env that they were told last, of a store that is off too; while they are told it is passwords.before.
passwords_settled() {
  awk -F= '!seen[$1]++' <(own_passwords "$RELEASE/.env") <(own_passwords "$STATE/passwords") <(own_passwords "$STATE/passwords.before") | put "$STATE/passwords"
  rm -f "$STATE/passwords.before"
}
has_own_password() { # STORE: without data it takes what .env has
  has_service "$1" && [ -n "$(ls -A "$DATA/volumes/$(volume_of "$1")" 2>/dev/null)" ]
}
settle_passwords() {
  local stores
  [ -n "$(LC_ALL=C comm -23 <(own_passwords "$RELEASE/.env") <(own_passwords "$STATE/passwords"))" ] || return 0
  has_own_password postgres || has_own_password mongodb || return 0
  [ ! -e "$STATE/passwords" ] || mv -f "$STATE/passwords" "$STATE/passwords.before"
  mapfile -t stores < <(fact '.services[] | select(.role == "store") | .name')
  { compose up -d --no-deps "${stores[@]}" >>"$STATE/up.log" 2>&1 && wait_for_stores; } || { GATE_REASON='the data stores are not healthy'; return 1; }
  if has_service postgres && ! pg_own_password; then GATE_REASON='PostgreSQL did not take its own password'; return 1; fi
  if has_service mongodb && ! mongo_own_password; then
    # shellcheck disable=SC2034 # read by the gate's callers
    GATE_REASON="MongoDB takes no root password that this host knows, so it could not be given the one of this release"
    return 1
  fi
  passwords_settled
}
# By the socket in its container, which asks for none: https://hub.docker.com/_/postgres, "trust". A setting of the session, as in
# setup.sql: a statement with the password in it would stand in a log.
pg_own_password() {
  pg psql -d postgres -Xq -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never >/dev/null <<'SQL'
\getenv password POSTGRES_PASSWORD
SELECT set_config('setup.own', :'password', false);
DO $$
BEGIN
    EXECUTE format('ALTER ROLE CURRENT_USER PASSWORD %L', current_setting('setup.own'));
EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION '%', SQLERRM;
END
$$;
SQL
}
# MongoDB asks on every way: it is told with the password of before, which after a failure may be that of any release.
mongo_own_password() {
  # shellcheck disable=SC2016 # expanded in the container
  { cat "$ECOSYSTEM_HOME"/releases/*/.env "$STATE"/passwords* 2>/dev/null || true; } | sed -n "s/^MONGODB_ROOT_PASSWORD='\(.*\)'$/\1/p" | sort -u |
    compose exec -T -e HOME=/tmp mongodb sh -c 'OTHERS=$(cat) && export OTHERS && exec mongosh --quiet --nodb --eval "$1"' sh '
      const env = process.env, q = encodeURIComponent, user = env.MONGO_INITDB_ROOT_USERNAME, wanted = env.MONGO_INITDB_ROOT_PASSWORD;
      let admin;
      for (const password of [wanted, ...env.OTHERS.split("\n")]) {
        try {
          const server = new Mongo(`mongodb://${q(user)}:${q(password)}@127.0.0.1:27017/?authSource=admin`);
          server.getDB("admin").runCommand({ usersInfo: user });
          admin = server.getDB("admin");
          if (password !== wanted) admin.runCommand({ updateUser: user, pwd: wanted });
          break;
        } catch (error) {
          if (error.code !== 18) throw error; // AuthenticationFailed
        }
      }
      if (!admin) throw new Error("no password is taken");' >/dev/null
}

# --- Redis
redis_sh() { # SCRIPT, with redis-cli logged in
  # shellcheck disable=SC2016 # expanded in the container
  compose exec -T redis sh -c '[ -z "${REDIS_PASSWORD:-}" ] || export REDISCLI_AUTH="$REDIS_PASSWORD"; '"$1" </dev/null
}
redis_dump() { # a fresh snapshot, to stdout
  # shellcheck disable=SC2016
  redis_sh 'set -e
    busy() { redis-cli INFO persistence | grep -q "rdb_bgsave_in_progress:1"; }
    i=0; while busy; do i=$((i + 1)); [ $i -lt 120 ] || exit 1; sleep 1; done
    redis-cli BGSAVE >/dev/null
    i=0; while busy; do i=$((i + 1)); [ $i -lt 600 ] || exit 1; sleep 1; done
    redis-cli INFO persistence | grep -q "rdb_last_bgsave_status:ok"
    dir=$(redis-cli CONFIG GET dir | tail -n 1); file=$(redis-cli CONFIG GET dbfilename | tail -n 1)
    redis-check-rdb "$dir/$file" >/dev/null
    cat "$dir/$file"'
}
redis_keys() { redis_sh 'redis-cli INFO keyspace' | tr -d '\r' | awk -F'[=,]' '/^db/ { n += $2 } END { print n + 0 }'; }
# Its snapshot on stdin; the server is stopped. Redis reads the append-only file and not the snapshot: it becomes the base of one.
# The new files are complete before the old ones go: with half a file the server would not start any more.
redis_restore() {
  local dir new
  dir=$DATA/volumes/$(volume_of redis) new=.restoring
  [ "$dir" != "$DATA/volumes/" ] || return 1
  rm -rf "${dir:?}/$new" && mkdir -p "$dir/$new/appendonlydir" && cat >"$dir/$new/dump.rdb" || return 1
  cp "$dir/$new/dump.rdb" "$dir/$new/appendonlydir/appendonly.aof.1.base.rdb" &&
    echo 'file appendonly.aof.1.base.rdb seq 1 type b' >"$dir/$new/appendonlydir/appendonly.aof.manifest" &&
    chown -R "$(stat -c %u:%g "$dir")" "$dir/$new" && sync -f "$dir/$new" || return 1
  find "$dir" -mindepth 1 -maxdepth 1 ! -name "$new" -exec rm -rf {} + &&
    mv "$dir/$new/dump.rdb" "$dir/$new/appendonlydir" "$dir/" && rmdir "$dir/$new"
}

# --- folders
folder_dump() { # VOLUME, as a tar to stdout; a file that changes meanwhile is no error
  local rc=0
  tar -C "$DATA/volumes/$1" --numeric-owner --warning=no-file-changed --warning=no-file-removed --warning=no-file-ignored -cf - . || rc=$?
  [ "$rc" -le 1 ]
}
folder_files() { find "$DATA/volumes/$1" -type f | wc -l; }
folder_restore() { # VOLUME, its tar on stdin
  find "${DATA:?}/volumes/$1" -mindepth 1 -delete && tar -C "$DATA/volumes/$1" --numeric-owner --same-owner -xpf -
}

# --- all of them
present() { # KIND: names of this host's databases, or of its volumes that are kept; `keys` for Redis
  case $1 in
    volumes) fact '.volumes[] | select(.backup == "files") | .name' ;;
    postgres) ! has_service postgres || pg_databases ;;
    mongodb) ! has_service mongodb || mongo_databases ;;
    redis) ! has_service redis || echo keys ;;
  esac
}
