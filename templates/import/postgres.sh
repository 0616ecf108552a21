#!/usr/bin/env bash
# Brings the archive's databases into PostgreSQL: each is restored beside the present one, and takes its name in one transaction. What
# was replaced stays as NAME_before until the next import, or `clean`. A comment on a database says how far it came, so that whatever
# stops it half-way leaves the present one, and the next run goes on. Runs in PostgreSQL's image, as the master user of RDS, which is no
# superuser: the owner is the role of this installation, and extensions are there before (templates/postgres/setup.sql).
# Environment: PG… of libpq; IMPORT_FOLDER with what open.sh laid there; DATABASE_USERS and DATABASE_VERSIONS as the setup job has them;
# IMPORT_USED: lines `database<tab>SQL` that counts what people have made there.
set -euo pipefail
umask 077

say() { printf 'import: %s\n' "$*"; }
said=''
fail() { said=yes; printf 'error: import: %s\n' "$*" >&2; exit "${code:-1}"; }
finding() { printf '%s\t%s\n' "$1" "$2" >>"$IMPORT_FOLDER/findings"; }
trap '[ $? = 0 ] || [ -n "$said" ] || { echo "error: import: PostgreSQL refused that. What is imported stays, and what was to be replaced is there: the same once more goes on" >&2; exit 1; }' EXIT

here=$(dirname "${BASH_SOURCE[0]}")
lib=$here/../host/bin/lib
folder=$IMPORT_FOLDER/postgres
mode='' replace='' id=''
# shellcheck source=/dev/null # mode, replace and id
. "$IMPORT_FOLDER/request"
begun="ai-ecosystem: begun by the import of $id" done="ai-ecosystem: imported from $id" replaced='ai-ecosystem: replaced by an import'

# DATABASE SQL [NAME=VALUE ...]: values by `psql`'s variables
sql() {
  local database=$1 statements=$2 word words=()
  shift 2
  for word; do words+=(-v "$word"); done
  psql -d "$database" -AtXq -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never "${words[@]}" -f - <<<"SET client_min_messages = warning; $statements"
}
exists() { [ -n "$(sql postgres "SELECT 1 FROM pg_database WHERE datname = :'name'" "name=$1")" ]; }
comment() { sql postgres "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :'name'" "name=$1"; }
drop() { sql postgres 'DROP DATABASE IF EXISTS :"name" WITH (FORCE)' "name=$1"; }
owner_of() { # DATABASE: the role of this installation that it is of; of one that nobody here knows, whoever runs this
  sql postgres "SELECT coalesce((SELECT u ->> 'role' FROM json_array_elements(:'users') AS u
    WHERE u ->> 'database' = :'name' AND (u ->> 'readOnly')::boolean IS NOT TRUE), current_user)" "name=$1" "users=$DATABASE_USERS"
}
# What people have made in a database: the service's own count, or all rows of what is no table of this project.
used() {
  local query
  [ -n "$(sql "$1" "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'ecosystem') LIMIT 1")" ] || { echo 0; return; }
  query=$(awk -F'\t' -v name="$1" '$1 == name { print $2 }' <<<"${IMPORT_USED:-}")
  if [ -z "$query" ]; then counts "$1" | awk -F'|' '{ n += $2 } END { print n + 0 }'
  else sql "$1" "$query"; fi
}
counts() { psql -d "$1" -AtXq -f "$lib/backups/counts.sql" | { grep -v '^ecosystem\.' || true; }; }

entries() { pg_restore -l "$folder/../archive/postgres/$1.dump"; } # DATABASE: the list of its dump; a line is `id; oid oid KIND SCHEMA NAME OWNER`
extensions() { entries "$1" | awk '$4 == "EXTENSION" && $5 == "-" { print $6 }'; }
ours='^[0-9]+; [0-9]+ [0-9]+ ([A-Z ]+ ecosystem |(SCHEMA|ACL|COMMENT) - (SCHEMA )?ecosystem )'
# rights of functions of PostgreSQL's own are its superuser's to give; on RDS nobody is
theirs='^[0-9]+; [0-9]+ [0-9]+ (EXTENSION - |COMMENT - EXTENSION |ACL pg_catalog )'
# Roles that somebody has given rights to on the host, and that are not here.
unknown_roles() {
  entries "$1" | grep -E '^[0-9]+; [0-9]+ [0-9]+ (DEFAULT )?ACL ' | grep -vE "$ours|$theirs" >"$folder/rights" || return 0
  pg_restore -f - -L "$folder/rights" "$folder/../archive/postgres/$1.dump" | sed -nE 's/^.*GRANT .* TO "?([A-Za-z0-9_-]+)"?( WITH GRANT OPTION)?;$/\1/p' | sort -u |
    while read -r role; do
      [ "$role" = PUBLIC ] || [ -n "$(sql postgres "SELECT 1 FROM pg_roles WHERE rolname = :'role'" "role=$role")" ] || echo "$role"
    done
}

look() { # DATABASE: what stands against it
  local name=$1 number extension there
  while read -r extension; do
    there=$(sql postgres "SELECT 1 FROM pg_available_extensions WHERE name = :'extension'" "extension=$extension")
    [ -n "$there" ] || finding refused "PostgreSQL $name: this server does not have its extension $extension"
  done < <(extensions "$name")
  for role in $(unknown_roles "$name"); do finding note "PostgreSQL $name: the role $role has rights there and is not here; it is made without a login"; done
  [ -n "$(sql postgres "SELECT 1 FROM json_array_elements(:'users') AS u WHERE u ->> 'database' = :'name'" "name=$name" "users=$DATABASE_USERS")" ] ||
    finding note "PostgreSQL $name: no service here has it; it is brought in all the same"
  exists "$name" || return 0
  if [ "$(comment "$name")" = "$done" ]; then finding note "PostgreSQL $name: it is this archive's already, and stays as it is"; return; fi
  number=$(used "$name")
  [ "$number" = 0 ] || [ "$replace" = yes ] || finding refused "PostgreSQL $name has $number rows that people made: IMPORT_REPLACE=yes puts it away as ${name}_before"
}

restore() { # DATABASE: beside the present one, whole or not at all
  local name=$1 new=$1_import owner role extension file=$folder/../archive/postgres/$1.dump as=()
  [ "$(comment "$new")" != "$done" ] || { say "PostgreSQL $name: restored by an earlier run"; return; }
  drop "$new"
  owner=$(owner_of "$name")
  sql postgres 'CREATE DATABASE :"new" OWNER :"owner"' "new=$new" "owner=$owner"
  sql postgres "COMMENT ON DATABASE :\"new\" IS :'text'" "new=$new" "text=$begun"
  sql postgres 'REVOKE ALL ON DATABASE :"new" FROM PUBLIC' "new=$new"
  while read -r extension; do sql "$new" 'CREATE EXTENSION IF NOT EXISTS :"extension"' "extension=$extension"; done < <(extensions "$name")
  for role in $(unknown_roles "$name"); do sql postgres 'CREATE ROLE :"role" NOLOGIN' "role=$role"; done
  # whoever owned it there, the owner is the role here; what this project notes is the master's, as the setup job leaves it
  entries "$name" | grep -vE "$theirs" | grep -vE "$ours" >"$folder/list"
  entries "$name" | grep -E "$ours" | grep -vE ' ACL ' >"$folder/notes" || true
  [ "$owner" = "$PGUSER" ] || as=(--role "$owner")
  pg_restore --exit-on-error --no-owner "${as[@]}" --jobs 2 -L "$folder/list" -d "$new" "$file"
  pg_restore --exit-on-error --no-owner -L "$folder/notes" -d "$new" "$file"
  sql "$new" 'SET client_min_messages = error; SET ROLE :"owner"; ANALYZE' "owner=$owner"
  fits "$name" "$new"
  sql postgres "COMMENT ON DATABASE :\"new\" IS :'text'" "new=$new" "text=$done"
}
fits() { # NAME DATABASE: whether the images here go with the data, as the guard of the jobs sees it
  local database application version migrations step previous
  while IFS=$'\t' read -r database application version migrations step previous; do
    [ "$database" = "$1" ] || continue
    psql -d "$2" -Xq -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never -v "title=$application" -v "version=$version" -v "migrations=$migrations" \
      -v "step=$step" -v "previous=$previous" -v record=false -f "$here/../postgres/versions.sql" 2>"$folder/said" >/dev/null ||
      code=5 fail "PostgreSQL $1 does not fit: $(sed -n 's/^.*ERROR:  *//p; s/^HINT:  */ /p' "$folder/said" | tr -d '\n'). It was not replaced"
  done <"$folder/versions"
}
swap() { # DATABASE
  local name=$1 i
  for ((i = 0; ; i++)); do
    [ -n "$(sql postgres "SELECT 1 FROM pg_stat_activity WHERE datname = :'name' AND usename IS NOT NULL LIMIT 1" "name=$name")" ] || break
    [ "$i" -lt "${IMPORT_WAIT:-60}" ] || fail "PostgreSQL $name is in use by $(sql postgres "SELECT string_agg(DISTINCT usename, ', ') FROM pg_stat_activity WHERE datname = :'name'" "name=$name"): first all services at 0 tasks. It was not replaced"
    sleep 1
  done
  if exists "$name"; then
    drop "${name}_before"
    sql postgres "BEGIN; ALTER DATABASE :\"name\" RENAME TO :\"old\"; ALTER DATABASE :\"new\" RENAME TO :\"name\"; COMMENT ON DATABASE :\"old\" IS :'text'; COMMIT" \
      "name=$name" "old=${name}_before" "new=${name}_import" "text=$replaced"
  else
    sql postgres 'ALTER DATABASE :"new" RENAME TO :"name"' "name=$name" "new=${name}_import"
  fi
}

# --- two at once would take each other's databases away; the lock ends with this shell, however it ends
coproc LOCK { exec psql -d postgres -AtXq -v ON_ERROR_STOP=1; }
echo "SELECT pg_try_advisory_lock(hashtext('ai-ecosystem import'));" >&"${LOCK[1]}"
read -r locked <&"${LOCK[0]}" || fail "PostgreSQL is not reached. Nothing was changed"
[ "$locked" = t ] || fail "another import is at work. Nothing was changed"

if [ "$mode" = clean ]; then
  while read -r name; do
    drop "$name"
    say "PostgreSQL $name is gone"
  done < <(sql postgres "SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = :'a' OR shobj_description(oid, 'pg_database') LIKE 'ai-ecosystem: begun by %'
    OR (datname LIKE '%\\_import' AND shobj_description(oid, 'pg_database') LIKE 'ai-ecosystem: imported from %')" "a=$replaced")
  exit 0
fi
if [ "$mode" != compare ]; then
  while read -r name; do look "$name"; done <"$folder/databases"
fi
if [ "$mode" = import ]; then
  if grep -q ^refused "$IMPORT_FOLDER/findings"; then
    sed -n 's/^refused\t/import: refused: /p' "$IMPORT_FOLDER/findings"
    code=5 fail "nothing was changed"
  fi
  while read -r name; do
    if exists "$name" && [ "$(comment "$name")" = "$done" ]; then say "PostgreSQL $name: imported by an earlier run"; continue; fi
    say "PostgreSQL $name ..."
    restore "$name"
    swap "$name"
    say "PostgreSQL $name: imported"
  done <"$folder/databases"
fi
if [ "$mode" != check ]; then
  while read -r name; do
    if exists "$name"; then counts "$name" >"$folder/$name.counts"; else : >"$folder/$name.counts"; fi
  done <"$folder/databases"
fi
