#!/usr/bin/env bash
# The end of an import: files into their buckets, then what is here compared with the archive. Environment (see services/import.ts):
#   IMPORT_FOLDER   with what open.sh laid there, and what the databases' containers found
#   IMPORT_FILES    JSON: [{bucket, prefix, volume, uid, gid, spread}]: which of a bucket's keys are which volume's files
# Ends with 0 when all is equal (of `check`: when nothing stands against an import), 5 when something stands against it, else 1.
set -euo pipefail
umask 077
export AWS_PAGER='' AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-6}" LC_ALL=C.UTF-8

work=$IMPORT_FOLDER
mode='' id=''
# shellcheck source=/dev/null # mode, replace and id
. "$work/request"
say() { printf 'import: %s\n' "$*"; }
fail() { printf 'error: import: %s\n' "$*" >&2; exit "${code:-1}"; }

if [ "$mode" = clean ]; then say "done: what was replaced is gone"; exit 0; fi
manifest=$(jq -c . "$work/archive/manifest.json")
# A volume's files have one place in S3, the first of those that are laid out in it: its application's job names that in its rows.
places() { jq -r --argjson manifest "$manifest" 'map(select(.volume as $v | $manifest.contents.volumes | has($v))) | unique_by(.volume)[] | [.volume, .bucket, .spread, .prefix] | @tsv' <<<"$IMPORT_FILES"; }
while read -r volume; do
  printf 'note\tvolume %s: no service here keeps its files in S3; they are not brought in\n' "$volume" >>"$work/findings"
done < <(jq -r --argjson files "$IMPORT_FILES" '.contents.volumes // {} | to_entries[] | select(.value > 0) | .key | select(. as $v | $files | any(.volume == $v) | not)' <<<"$manifest")

if [ "$mode" = check ]; then
  sed 's/^\([a-z]*\)\t/import: \1: /' "$work/findings"
  if grep -q ^refused "$work/findings"; then code=5 fail "something stands against it. Nothing was changed"; fi
  say "done: nothing stands against it"
  exit 0
fi

: >"$work/differences"
differ() { # LABEL EXPECTED FOUND: both {name: number}; a line per difference
  jq -rn --arg l "$1" --argjson a "$2" --argjson b "$3" '$a | keys_unsorted[] | select($a[.] != $b[.]) | "\($l) \(.): \($a[.]) in the archive, \($b[.] // "none") here"' >>"$work/differences"
}
contents() { jq -c --arg kind "$1" --arg name "$2" '.contents[$kind][$name]' <<<"$manifest"; } # KIND NAME

# --- files: those that S3 does not have with the same bytes. ETags are MD5 sums where a file goes in one piece.
cat >"$work/aws" <<'CONFIG'
[default]
s3 =
  multipart_threshold = 5GB
  max_concurrent_requests = 20
CONFIG
export AWS_CONFIG_FILE=$work/aws
unpack() { # VOLUME SPREAD: its files, where they are named as their keys
  local folder=$work/files how=()
  rm -rf "${folder:?}"
  mkdir -p "$folder"
  # a disk of ActiveStorage has the key `abcdef` as ab/cd/abcdef
  [ "$2" != true ] || how=(--transform 'flags=r;s,^\./[^/]*/[^/]*/\(..*\)$,./\1,')
  tar -C "$folder" --no-same-owner --no-same-permissions "${how[@]}" -xf "$work/archive/volumes/$1.tar" || return 1
  # S3 has no folders, and nobody reads a socket or a link of another disk
  find "$folder" ! -type f ! -type d -delete
}
sums() { (cd "$work/files" && find . -type f -printf '%P\0' | xargs -0r md5sum -z | tr '\0' '\n' | sed -E 's/^([0-9a-f]{32})  /\1\t/' | sort); }
there() { # BUCKET PREFIX: of every key below it, the ETag
  aws s3api list-objects-v2 --bucket "$1" --prefix "$2" --output json |
    jq -r --arg prefix "$2" '.Contents // [] | .[] | "\(.ETag | gsub("\""; ""))\t\(.Key | ltrimstr($prefix))"' | sort
}
while IFS=$'\t' read -r volume bucket spread prefix; do
  unpack "$volume" "$spread" || fail "volume $volume was not unpacked; PostgreSQL and MongoDB are imported: the same once more goes on"
  sums >"$work/wanted"
  total=$(wc -l <"$work/wanted")
  there "$bucket" "$prefix" >"$work/found" || fail "s3://$bucket/$prefix was not listed: the same once more goes on"
  comm -23 "$work/wanted" "$work/found" | cut -f2- >"$work/missing"
  if [ "$mode" = import ] && [ -s "$work/missing" ]; then
    say "volume $volume: $(wc -l <"$work/missing") of $total files to s3://$bucket/$prefix ..."
    # of what is left in the folder all is sent
    comm -12 "$work/wanted" "$work/found" | cut -f2- | tr '\n' '\0' | (cd "$work/files" && xargs -0r rm -f --)
    aws s3 cp --recursive --only-show-errors "$work/files" "s3://$bucket/$prefix" || fail "files of volume $volume were not sent to s3://$bucket/$prefix; what arrived stays: the same once more goes on"
    there "$bucket" "$prefix" >"$work/found" || fail "s3://$bucket/$prefix was not listed: the same once more goes on"
    comm -23 "$work/wanted" "$work/found" | cut -f2- >"$work/missing"
  fi
  sed "s/^/volume $volume: not as in the archive: /" "$work/missing" >>"$work/differences"
  counted=$(jq --arg name "$volume" '.contents.volumes[$name]' <<<"$manifest")
  [ "$counted" = "$total" ] || echo "volume $volume: $counted files in the archive, $total of them are files of an application" >>"$work/differences"
  rm -rf "$work/files"
done < <(places)

# --- databases
while read -r name; do
  # what this project notes in a database is of this installation
  differ "PostgreSQL $name" "$(contents postgres "$name" | jq -c 'with_entries(select(.key | startswith("ecosystem.") | not))')" \
    "$(jq -cRn '[inputs | split("|") | {(.[0]): (.[1] | tonumber)}] | add // {}' "$work/postgres/$name.counts")"
done <"$work/postgres/databases"

while read -r name; do
  # an empty collection and none are the same to its application
  differ "MongoDB $name" "$(contents mongodb "$name" | jq -c 'with_entries(select(.value > 0))')" \
    "$(jq -cRn '[inputs | capture("^(?<key>.*)\\|(?<value>[0-9]+)$") | {(.key): (.value | tonumber)}] | add // {}' "$work/mongodb/$name.counts")"
done <"$work/mongodb/databases"

sed -n 's/^note\t/import: note: /p' "$work/findings"
if [ -s "$work/differences" ]; then
  sed 's/^/import: differs: /' "$work/differences"
  fail "not everything is as in the archive"
fi
say "done: every row, document and file is as in the archive ($id)"
