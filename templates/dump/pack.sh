#!/usr/bin/env bash
# What was dumped before it and the files of the buckets, as an archive of the host's `ecosystem backup`, sealed and sent to S3.
# Environment:
#   DUMP_FOLDER    postgres/ and mongodb/ of the other two scripts; everything else is made here, and each part goes once it is packed
#   DUMP_FACTS     JSON: {project, images: {service: image}}
#   DUMP_FILES     JSON: [{bucket, prefix, volume, uid, gid, spread}]: which of a bucket's keys are which volume's files
#   DUMP_KEYS      lines of a host's .env: what the data is encrypted with, or is written in it
#   BACKUP_KEY     what the archive is sealed with; BACKUP_BUCKET: where it goes
#   DUMP_REASON    a word
# The last line of one that is done begins with `dump: stored`, which an alarm waits for.
set -euo pipefail
umask 077
export AWS_PAGER='' AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-6}"

say() { printf 'dump: %s\n' "$*"; }
fail() { printf 'error: dump: %s. Nothing of this night is in the backups bucket\n' "$*" >&2; exit 1; }

lib=$(dirname "${BASH_SOURCE[0]}")/../host/bin/lib
work=$DUMP_FOLDER
name=ai-ecosystem-$(date -u +%Y%m%dT%H%M%SZ).tar.gz
archive=$work/$name
facts='{"postgres": {}, "mongodb": {}, "redis": {}, "volumes": {}}' sums='{}'
learn() { facts=$(jq --arg kind "$1" --arg name "$2" --argjson value "$3" '.[$kind][$name] = $value' <<<"$facts"); }
keep() { # PART LEVEL COMMAND [ARGUMENT ...]: what the command prints; level 0 is for what is compressed already
  local part=$1 level=$2 sum
  shift 2
  sum=$("$@" | python3 "$lib/archive.py" add "$archive" "$part" "$level") || fail "$part was not packed"
  sums=$(jq --arg part "$part" --arg sum "$sum" '.[$part] = $sum' <<<"$sums")
}
volume_tar() { # VOLUME UID GID SPREAD
  local folder=$work/volumes/$1 how=()
  # a disk of ActiveStorage has the key `abcdef` as ab/cd/abcdef
  [ "$4" != true ] || how=(--transform 'flags=r;s,^\./\(\(..\)\(..\).*\)$,./\2/\3/\1,')
  find "$folder" -type f -printf './%P\0' | LC_ALL=C sort -z |
    tar -C "$folder" --null --no-recursion --numeric-owner --owner "$2" --group "$3" --mode 'u=rwX,go=rX' "${how[@]}" -cf - -T -
}
names() { cat "$work/$1/databases" 2>/dev/null || true; } # KIND
files_of() { jq -r "$1" <<<"$DUMP_FILES"; }

# --- files: after the databases, so that no row names one that came later
rm -rf "${work:?}/volumes" "$work"/ai-ecosystem-*.tar.gz
# the prefix last, as an empty word between tabs is none
while IFS=$'\t' read -r bucket volume prefix; do
  mkdir -p "$work/volumes/$volume"
  # releases/ of a first bucket are from before they had one of their own
  aws s3 sync --only-show-errors --exclude 'releases/*' "s3://$bucket/$prefix" "$work/volumes/$volume" || fail "files of s3://$bucket/$prefix were not read"
done < <(files_of '.[] | [.bucket, .volume, .prefix] | @tsv')

# --- the archive
python3 "$lib/archive.py" begin "$archive" || fail "the archive could not be written"
for database in $(names postgres); do
  keep "postgres/$database.dump" 0 cat "$work/postgres/$database.dump"
  learn postgres "$database" "$(jq -RnS '[inputs | split("\t") | {(.[0]): (.[1] | tonumber)}] | add // {}' "$work/postgres/$database.counts")"
  rm "$work/postgres/$database.dump"
done
for database in $(names mongodb); do
  counts=$(python3 "$lib/mongodb-counts.py" <"$work/mongodb/$database.archive.gz") || fail "the archive of MongoDB's $database cannot be read back"
  keep "mongodb/$database.archive.gz" 0 cat "$work/mongodb/$database.archive.gz"
  learn mongodb "$database" "$counts"
  rm "$work/mongodb/$database.archive.gz"
done
while IFS=$'\t' read -r volume uid gid spread; do
  keep "volumes/$volume.tar" 1 volume_tar "$volume" "$uid" "$gid" "$spread"
  learn volumes "$volume" "$(find "$work/volumes/$volume" -type f | wc -l)"
  rm -rf "${work:?}/volumes/$volume"
done < <(files_of 'unique_by(.volume)[] | [.volume, .uid, .gid, .spread] | @tsv')
keep keys/env 1 printf '%s\n' "$DUMP_KEYS"
jq -n --arg created "$(date -u +%FT%TZ)" --arg reason "${DUMP_REASON:-nightly}" --argjson told "$DUMP_FACTS" --argjson sums "$sums" --argjson facts "$facts" \
  '{version: 1, created: $created, reason: $reason, project: $told.project, release: "fargate", images: $told.images, sha256: $sums, contents: $facts}' |
  python3 "$lib/archive.py" end "$archive" || fail "the manifest was not written"

# --- read back, as a host does before an archive counts
# shellcheck disable=SC2016 # tar expands it for each file
found=$(tar -xzf "$archive" --exclude manifest.json --to-command='printf "%s  %s\n" "$(sha256sum | cut -d" " -f1)" "$TAR_FILENAME"' | LC_ALL=C sort -k2)
[ "$found" = "$(jq -r 'to_entries[] | "\(.value)  \(.key)"' <<<"$sums" | LC_ALL=C sort -k2)" ] || fail "the checksums in the archive differ from its manifest"

# --- away
bytes=$(stat -c %s "$archive")
mkdir -p "$work/sending"
# 88 bytes are what a seal adds
python3 "$lib/seal.py" seal 3< <(printf %s "$BACKUP_KEY") <"$archive" |
  python3 "$lib/transfer.py" send "$BACKUP_BUCKET" "archives/$name.sealed" $((bytes + 88)) "$work/sending" >/dev/null || fail "it was not sent to s3://$BACKUP_BUCKET"
rm -rf "$archive" "${work:?}/sending"
say "stored $name, $bytes bytes: $(jq -r '[(.postgres | to_entries[] | "PostgreSQL \(.key) \([.value[]] | add // 0) rows"), (.mongodb | to_entries[] | "MongoDB \(.key) \([.value[]] | add // 0) documents"), (.volumes | to_entries[] | "\(.key) \(.value) files")] | join(", ")' <<<"$facts")"
