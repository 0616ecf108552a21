# shellcheck shell=bash
# What each kind of store needs for a backup and a restore. Passwords stay in the containers' environment: none is an argument.

stores_are_up() {
  local names
  mapfile -t names < <(fact '.services[] | select(.role == "store") | .name')
  are_healthy "${names[@]}" && stores_in_place
}
are_healthy() { # SERVICE...
  local all name
  all=$(containers)
  for name; do is_healthy "$(container_of "$name" "$all")" || return 1; done
}
wait_until_healthy() { # SERVICE..., for 3 minutes
  local _
  for _ in $(seq 90); do
    are_healthy "$@" && return 0
    sleep 2
  done
  return 1
}
volume_of() { fact "first(.volumes[] | select(.backup == \"$1\") | .name) // empty"; }

# Whether AWS runs a store: then its container is a client, whose environment says where it is and who logs in.
is_managed() { jq -e --arg s "$1" '.managed | type == "object" and has($s)' "$RELEASE/release.json" >/dev/null 2>&1; } # STORE

# --- PostgreSQL: a command in its container, as the superuser, or as RDS's master, who is none
pg() {
  # shellcheck disable=SC2016 # expanded in the container
  compose exec -T postgres sh -c ': "${PGUSER:=${POSTGRES_USER:-postgres}}" "${PGPASSWORD:=${POSTGRES_PASSWORD:-}}"; export PGUSER PGPASSWORD; exec "$@"' sh "$@"
}
pg_globals() { # no master may read passwords
  if is_managed postgres; then pg pg_dumpall --globals-only --no-role-passwords; else pg pg_dumpall --globals-only; fi
}
pg_databases() { # all that are on the server: what somebody made beside those of the release is data, too
  pg psql -d postgres -AtXqc "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname NOT IN ('postgres', 'rdsadmin', '$TRIAL') ORDER BY datname" </dev/null
}
pg_dump_counts() { # a dump on stdin: {"table": rows} as it has them, having read all of it
  pg pg_restore --data-only -f - | LC_ALL=C awk -f "$RELEASE/bin/lib/dump-counts.awk" | jq -RnS '[inputs | split("\t") | {(.[0]): (.[1] | tonumber)}] | add // {}'
}
# read now: a push moves the scripts that it runs
PG_COUNTS=$(<"${BASH_SOURCE[0]%/*}/counts.sql")
pg_counts() { # DATABASE: the same from the living one
  pg psql -d "$1" -AtXq -f - <<<"$PG_COUNTS" | jq -RnS '[inputs | select(. != "") | split("|") | {(.[0]): (.[1] | tonumber)}] | add // {}'
}
pg_restore_database() { # DATABASE, its dump on stdin. --create brings its owner and rights as well
  pg psql -d postgres -Xq -v ON_ERROR_STOP=1 -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" </dev/null || return 1
  if ! is_managed postgres && [ -z "${FROM_MANAGED:-}" ]; then pg pg_restore --create --exit-on-error -d postgres; return; fi
  # what the other kind's master owns is this one's
  pg pg_restore --create -f - | LC_ALL=C awk -f "$RELEASE/bin/lib/backups/own-master.awk" | drained pg psql -d postgres -Xq -v ON_ERROR_STOP=1 -f - >/dev/null
}

# --- MongoDB
mongo_js() { # JAVASCRIPT, with `server` connected as root
  # shellcheck disable=SC2016 # expanded by mongosh
  # mongosh complains on standard output when it cannot write below its home
  compose exec -T -e HOME=/tmp mongodb mongosh --quiet --nodb --eval '
    const env = process.env, q = encodeURIComponent, options = ["authSource=admin"];
    // as in mongodb/setup.js
    if (env.MONGODB_TLS_CA_FILE) options.push("retryWrites=false", "tls=true", `tlsCAFile=${q(env.MONGODB_TLS_CA_FILE)}`);
    const at = `${env.MONGODB_HOST || "127.0.0.1"}:${env.MONGODB_PORT || 27017}`;
    const server = new Mongo(`mongodb://${q(env.MONGODB_ROOT_USER || env.MONGO_INITDB_ROOT_USERNAME)}:${q(env.MONGODB_ROOT_PASSWORD || env.MONGO_INITDB_ROOT_PASSWORD)}@${at}/?${options.join("&")}`);
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
  compose exec -T mongodb sh -c 'set -- "$@" --username "${MONGODB_ROOT_USER:-$MONGO_INITDB_ROOT_USERNAME}" --authenticationDatabase admin
[ -z "${MONGODB_HOST:-}" ] || set -- "$@" --host "$MONGODB_HOST" --port "$MONGODB_PORT"
[ -z "${MONGODB_TLS_CA_FILE:-}" ] || set -- "$@" --ssl --sslCAFile "$MONGODB_TLS_CA_FILE"
"$@" --config /dev/fd/3 3<<PASSWORD
password: "${MONGODB_ROOT_PASSWORD:-$MONGO_INITDB_ROOT_PASSWORD}"
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
has_own_password() { # STORE: without data it takes what .env has; a managed one got its password from Pulumi
  has_service "$1" && ! is_managed "$1" && [ -n "$(ls -A "$DATA/volumes/$(volume_of "$1")" 2>/dev/null)" ]
}
settle_passwords() {
  local stores
  [ -n "$(LC_ALL=C comm -23 <(own_passwords "$RELEASE/.env") <(own_passwords "$STATE/passwords"))" ] || return 0
  has_own_password postgres || has_own_password mongodb || return 0
  [ ! -e "$STATE/passwords" ] || mv -f "$STATE/passwords" "$STATE/passwords.before"
  mapfile -t stores < <(fact '.services[] | select(.role == "store") | .name')
  { compose up -d --no-deps "${stores[@]}" >>"$STATE/up.log" 2>&1 && wait_for_stores; } || { GATE_REASON='the data stores are not healthy'; return 1; }
  if has_service postgres && ! is_managed postgres && ! pg_own_password; then GATE_REASON='PostgreSQL did not take its own password'; return 1; fi
  if has_service mongodb && ! is_managed mongodb && ! mongo_own_password; then
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
redis_sh() { # SCRIPT, in which $cli is redis-cli, logged in
  # shellcheck disable=SC2016 # expanded in the container
  compose exec -T redis sh -c '[ -z "${REDIS_PASSWORD:-}" ] || export REDISCLI_AUTH="$REDIS_PASSWORD"; cli="redis-cli${REDIS_HOST:+ --tls -h $REDIS_HOST}"; '"$1"
}
redis_dump() { # a fresh snapshot, to stdout
  # shellcheck disable=SC2016
  redis_sh 'set -e
    busy() { $cli INFO persistence | grep -q "rdb_bgsave_in_progress:1"; }
    i=0; while busy; do i=$((i + 1)); [ $i -lt 120 ] || exit 1; sleep 1; done
    $cli BGSAVE >/dev/null
    i=0; while busy; do i=$((i + 1)); [ $i -lt 600 ] || exit 1; sleep 1; done
    $cli INFO persistence | grep -q "rdb_last_bgsave_status:ok"
    dir=$($cli CONFIG GET dir | tail -n 1); file=$($cli CONFIG GET dbfilename | tail -n 1)
    redis-check-rdb "$dir/$file" >/dev/null
    cat "$dir/$file"' </dev/null
}
# shellcheck disable=SC2016 # expanded in the container
redis_keys() { redis_sh '$cli INFO keyspace' </dev/null | tr -d '\r' | awk -F'[=,]' '/^db/ { n += $2 } END { print n + 0 }'; }
# All of it as commands, to stdout: any version and any kind of server takes those, and no managed one takes a snapshot.
redis_commands() {
  # shellcheck disable=SC2016
  redis_sh 'set -e
    busy() { $cli INFO persistence | grep -qE "aof_rewrite_(in_progress|scheduled):1|rdb_bgsave_in_progress:1"; }
    await() { i=0; while busy; do i=$((i + 1)); [ $i -lt 600 ] || exit 1; sleep 1; done; }
    trap "$cli CONFIG SET aof-use-rdb-preamble yes >/dev/null" EXIT
    $cli CONFIG SET aof-use-rdb-preamble no >/dev/null
    await
    $cli BGREWRITEAOF >/dev/null
    await
    $cli INFO persistence | grep -q "aof_last_bgrewrite_status:ok"
    dir=$($cli CONFIG GET dir | tail -n 1)/$($cli CONFIG GET appenddirname | tail -n 1)
    file=$($cli CONFIG GET appendfilename | tail -n 1)
    while read -r _ name _; do cat "$dir/$name"; done <"$dir/$file.manifest"' </dev/null
}
# Commands on stdin into an empty server. That counts what was refused, and ends with it.
redis_load() {
  # shellcheck disable=SC2016
  redis_sh '$cli FLUSHALL </dev/null >/dev/null && $cli --pipe >/dev/null'
}
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
    # of a managed one no archive has anything: its queues are in ElastiCache's own snapshots
    redis) ! has_service redis || is_managed redis || echo keys ;;
  esac
}
