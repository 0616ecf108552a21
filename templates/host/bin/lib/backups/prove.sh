# shellcheck shell=bash
# The proof of an archive: restored on trial beside the real data, counted, and a saved secret opened with the saved key.

TRIAL=ai_eco_trial # the database of a trial; no backup has it

proof_record() { # NAME host|s3 RESULT MESSAGE: `proved`, `failed`, or `unproved` when it could not be tried
  state proofs | jq --arg n "$1" --arg from "$2" --arg r "$3" --arg m "$4" --arg t "$(now)" '
    .[$n][$from] = {result: $r, message: $m, time: $t} | to_entries | sort_by(.key) | .[-60:] | from_entries' | put "$STATE/proofs.json" 644
}
proof_of() { state proofs | jq -r --arg n "$1" --arg from "$2" '.[$n][$from].result? // empty'; } # NAME host|s3

drop_trials() { # what a trial that was killed left behind, too
  if has_service postgres; then pg psql -d postgres -Xq -v ON_ERROR_STOP=1 -c "DROP DATABASE IF EXISTS $TRIAL WITH (FORCE)" </dev/null >/dev/null 2>&1 || true; fi
  if has_service mongodb; then mongo_js "server.getDB('$TRIAL').dropDatabase()" >/dev/null 2>&1 || true; fi
}

# Bytes that a part takes when it is restored: what the living database has, or what a dump unpacks to; and the log of the writes.
trial_bytes() { # BYTES of the part, BYTES of the living one
  local bytes=$(($2 > 0 ? $2 : $1 * 5))
  echo $((bytes + (bytes < 1073741824 ? bytes : 1073741824)))
}
trial_room() { # WHAT BYTES: says what is missing
  local lacks
  # the trial is where the store is, and AWS's storage grows
  case $1 in PostgreSQL*) ! is_managed postgres || return 0 ;; MongoDB*) ! is_managed mongodb || return 0 ;; esac
  lacks=$(room_for "$2" "$BACKUPS") || { echo "no room to try $1: $lacks. Next: raise dataVolumeGb"; return 2; }
}

# The value that a service keeps encrypted, as `openssl enc -aes-256-cbc -md md5` writes it in base64, opened with the key of
# the archive; whatever comes out must be JSON. Without a value there is nothing to open.
opens_secret() { # FILE DATABASE
  local query name value
  while IFS=$'\t' read -r query name; do
    value=$(pg psql -d "$TRIAL" -AtXq -v ON_ERROR_STOP=1 -c "$query" </dev/null) || { echo "$2: \"$query\" is refused"; return 1; }
    [ -n "$value" ] || continue
    [[ $value == U2FsdGVkX1* ]] || { echo "$2: what \"$query\" gives is encrypted in a way that this release does not know"; return 2; }
    openssl enc -d -aes-256-cbc -md md5 -a -A -pass fd:3 3< <(part "$1" keys/env | sed -n "s/^$name='\(.*\)'$/\1/p") <<<"$value" 2>/dev/null | jq -e . >/dev/null 2>&1 ||
      { echo "$2: what \"$query\" gives is not opened by $name of the archive"; return 1; }
  done < <(fact ".encrypted[]? | select(.database == \"$2\") | [.query, .key] | @tsv")
}

# Why an archive is not proved, in words: 1 it failed, 2 it could not be tried.
try_archive() { # FILE MANIFEST
  local file=$1 name sizes bytes living differ why rc
  sizes=$(tar -tvzf "$file" 2>/dev/null | awk '{ print $3 "\t" $6 }')
  size_of() { awk -F'\t' -v n="$1" '$2 == n { print $1; exit }' <<<"$sizes"; }
  drop_trials
  for name in $(restorable postgres "$2"); do
    living=$(pg psql -d postgres -AtXqc "SELECT coalesce((SELECT pg_database_size(datname) FROM pg_database WHERE datname = '$name'), 0)" </dev/null) || living=0
    bytes=$(trial_bytes "$(size_of "postgres/$name.dump")" "$living")
    trial_room "PostgreSQL $name" "$bytes" || return 2
    pg psql -d postgres -Xq -v ON_ERROR_STOP=1 -c "CREATE DATABASE $TRIAL TEMPLATE template0" </dev/null >&2 || { echo "PostgreSQL makes no database for the trial"; return 2; }
    part "$file" "postgres/$name.dump" | drained pg pg_restore --exit-on-error --no-owner --no-privileges -d "$TRIAL" >&2 || { echo "PostgreSQL $name cannot be restored"; return 1; }
    differ=$(counts_differ "PostgreSQL $name" "$(jq -c --arg n "$name" '.contents.postgres[$n]' <<<"$2")" "$(pg_counts "$TRIAL" || echo '{}')")
    [ -z "$differ" ] || { head -n 3 <<<"$differ" | paste -sd';'; return 1; }
    rc=0
    why=$(opens_secret "$file" "$name") || rc=$?
    [ "$rc" = 0 ] || { echo "$why"; return "$rc"; }
    drop_trials
  done
  for name in $(restorable mongodb "$2"); do
    trial_room "MongoDB $name" "$(trial_bytes "$(size_of "mongodb/$name.archive.gz")" 0)" || return 2
    part "$file" "mongodb/$name.archive.gz" | drained mongo_restore_as "$name" "$TRIAL" >&2 || { echo "MongoDB $name cannot be restored"; return 1; }
    differ=$(counts_differ "MongoDB $name" "$(jq -c --arg n "$name" '.contents.mongodb[$n] | with_entries(select(.value > 0))' <<<"$2")" "$(mongo_counts "$TRIAL" || echo '{}')")
    [ -z "$differ" ] || { head -n 3 <<<"$differ" | paste -sd';'; return 1; }
    drop_trials
  done
}

# Tries it, writes down what came of it, and leaves nothing behind. 0 proved, 1 failed, 2 it could not be tried.
prove_archive() { # FILE NAME host|s3
  local why rc=0
  why=$(try_archive "$1" "$(archive_manifest "$1")") || rc=$?
  drop_trials
  case $rc in
    0) proof_record "$2" "$3" proved "" ;;
    2) proof_record "$2" "$3" unproved "$why"; warn "backup: $2 is not proved: $why" ;;
    *) proof_record "$2" "$3" failed "$why"; complain "backup: the trial of $2 failed: $why. Next: ecosystem backup verify $2" ;;
  esac
  return "$rc"
}
