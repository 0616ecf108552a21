#!/usr/bin/env bash
# Fetches a sealed archive of a host, opens it, and looks whether it goes with this installation. Nothing is changed by it.
# Environment (see services/import.ts):
#   IMPORT_ARCHIVE, IMPORT_MODE, IMPORT_REPLACE   of whoever starts it; the containers after this one read them from IMPORT_FOLDER/request
#   IMPORT_FOLDER      takes the archive's parts as archive/…, what is to be told as findings, and the names of the databases
#   IMPORT_KEYS        lines of a host's .env: what data is encrypted with here
#   DATABASE_VERSIONS  JSON: what runs with which database (templates/postgres/versions.sql)
#   IMPORT_STORES      which of postgres and mongodb the stack has
#   BACKUP_KEY, BACKUP_BUCKET
# Ends with 1 when it failed, with 4 when the archive was sealed or made with other keys, with 5 when it does not fit.
set -euo pipefail
umask 077
export AWS_PAGER='' AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-6}"

lib=$(dirname "${BASH_SOURCE[0]}")/../host/bin/lib
work=$IMPORT_FOLDER mode=${IMPORT_MODE:-check} name=${IMPORT_ARCHIVE:-}
say() { printf 'import: %s\n' "$*"; }
said=''
fail() { said=yes; printf 'error: import: %s. Nothing was changed\n' "$*" >&2; exit "${code:-1}"; }
trap 'rc=$?; [ "$rc" = 0 ] || [ -n "$said" ] || { echo "error: import: the archive could not be looked at. Nothing was changed" >&2; exit 1; }' EXIT
# `refused` stops an import, `note` is good to know
finding() { printf '%s\t%s\n' "$1" "$2" >>"$work/findings"; }

rm -rf "${work:?}"/archive "$work/part"
mkdir -p "$work/archive" "$work/postgres" "$work/mongodb"
: >"$work/findings"
: >"$work/postgres/databases"
: >"$work/mongodb/databases"
[[ $mode =~ ^(check|import|compare|clean)$ ]] || fail "IMPORT_MODE is check, import, compare or clean, and not: $mode"
if [ "$mode" = clean ]; then
  printf 'mode=clean\nreplace=\nid=\n' >"$work/request"
  exit 0
fi
[[ $name =~ ^import/[A-Za-z0-9._-]+$ ]] || fail "IMPORT_ARCHIVE is the key of an archive in the backups bucket, import/NAME, and not: $name"

# --- the archive: its seal is compared when all of it is here, and nothing is read of it before
sealed=$(aws s3api head-object --bucket "$BACKUP_BUCKET" --key "$name" --query ContentLength --output text 2>"$work/said") ||
  fail "$name is not in s3://$BACKUP_BUCKET, or cannot be read: $(tr -s '\n' ' ' <"$work/said")"
free=$(df -B1 --output=avail "$work" | tail -n 1 | tr -d ' ')
# parts are compressed, or were when they were files; a volume lies there twice while it is unpacked
[ "$free" -gt $((sealed * 2)) ] || fail "$name has $sealed bytes, and twice that is needed where $free are free: a task's disk ends it at some 90 GB"
say "fetching $name, $sealed bytes"
mkdir -p "$work/part"
rc=0
python3 "$lib/transfer.py" receive "$BACKUP_BUCKET" "$name" "$work/part" 2>"$work/said" |
  python3 "$lib/seal.py" open 3< <(printf %s "$BACKUP_KEY") 2>"$work/opened" |
  tar -xzf - --no-same-owner --no-same-permissions -C "$work/archive" 2>"$work/unpacked" || rc=$?
rm -rf "$work/part"
if grep -q 'sealed with the key' "$work/opened"; then code=4 fail "$name: $(cat "$work/opened"), which is this stack's backup-key. A stack that takes the host's data takes its secrets over before its first update"; fi
[ "$rc" = 0 ] || fail "$name was not opened: $(cat "$work/said" "$work/opened" "$work/unpacked" | head -n 3 | tr -s '\n' ' ')"
manifest=$(jq -ce 'select(.version == 1)' "$work/archive/manifest.json" 2>/dev/null) || fail "$name is no archive of a host's backup"
jq -r '.sha256 | to_entries[] | "\(.value)  \(.key)"' <<<"$manifest" >"$work/sums"
(cd "$work/archive" && sha256sum --quiet -c "$work/sums") >/dev/null 2>&1 || fail "$name is damaged: its parts have other checksums than its manifest"

# --- the keys
different=$(while IFS= read -r line; do
  [ -n "$line" ] || continue
  theirs=$(grep "^${line%%=*}=" "$work/archive/keys/env") || continue # of a service that was off
  [ "$theirs" = "$line" ] || printf '%s ' "${line%%=*}"
done <<<"$IMPORT_KEYS")
[ -z "$different" ] || code=4 fail "$name was made with other keys, so its data would be unreadable here: ${different% }"

# --- versions, as a host compares them before a restore
while IFS= read -r line; do [ -z "$line" ] || finding refused "$line"; done < <(
  jq -r --argjson manifest "$manifest" -f "$lib/backups/versions.jq" <<<"${DATABASE_VERSIONS:-[]}")

# --- what the others are to do
parts() { # KIND: names of its databases
  jq -r --arg kind "$1" '.contents[$kind] // {} | keys[]' <<<"$manifest"
}
for kind in postgres mongodb; do
  parts "$kind" | grep -vE '^[A-Za-z0-9_-]{1,56}$' >"$work/said" && fail "the $kind database $(head -n 1 "$work/said") has a name that is not brought in"
  if [[ " $IMPORT_STORES " == *" $kind "* ]]; then parts "$kind" >"$work/$kind/databases"
  else for database in $(parts "$kind"); do finding note "$kind $database: this stack has no such store of its own; it is not brought in"; done; fi
done
# what DocumentDB does not have
while read -r database; do
  python3 "$lib/mongodb-counts.py" metadata <"$work/archive/mongodb/$database.archive.gz" >"$work/mongodb/$database.metadata" || fail "the archive of MongoDB's $database cannot be read"
  jq -r --arg database "$database" -f "$(dirname "${BASH_SOURCE[0]}")/documentdb.jq" "$work/mongodb/$database.metadata" >>"$work/findings"
done <"$work/mongodb/databases"
jq -r --argjson manifest "$manifest" '.[] | [.database, .application, .version, .migrations, .step,
  (($manifest.images[.service] // "") | (capture(":v?(?<v>[0-9]+\\.[0-9]+(\\.[0-9]+)?)($|[-+@])").v // ""))] | @tsv' <<<"${DATABASE_VERSIONS:-[]}" >"$work/postgres/versions"
[ "$(jq '.contents.redis // {} | [.[]] | add // 0' <<<"$manifest")" = 0 ] || finding note "Redis is not brought in: queues and caches of a moment, which the applications fill again"
printf 'mode=%s\nreplace=%s\nid=%s\n' "$mode" "${IMPORT_REPLACE:-}" "$(sha256sum "$work/sums" | cut -c1-16)" >"$work/request"
say "archive of $(jq -r .created <<<"$manifest") (release $(jq -r .release <<<"$manifest"), $(jq -r .reason <<<"$manifest")): whole, and made with this stack's keys"
if [ "$mode" = import ] && grep -q ^refused "$work/findings"; then
  sed -n 's/^refused\t/import: refused: /p' "$work/findings"
  code=5 fail "the archive does not fit"
fi
