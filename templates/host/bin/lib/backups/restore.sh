# shellcheck shell=bash
# Restore: proves the archive first, keeps what is there now, and proves the result by counting.

# state/restore.json stands from the first change until a restore has ended well: between them the data is of two times.
unfinished_restore() { # what was left half-way, in words; fails when nothing was
  state restore | jq -er 'select((.from | type) == "string" and (.safety | type) == "string")
    | "a restore of \(.from) did not end (begun \(.time)): the data is partly the archive'"'"'s"'
}
restore_advice() { # the way back, and the way on
  state restore | jq -r --arg f "$STATE/restore.json" '"back to before: ecosystem restore \(.safety) --yes; or once more: ecosystem restore \(.from)\(if (.only // "") == "" then "" else " --only " + .only end) --yes (to keep the data as it is: sudo rm \($f))"'
}
refuse_half_restored() {
  local note
  note=$(unfinished_restore) || return 0
  die "$note. Next: $(restore_advice)"
}

# Data is encrypted or signed with the keys of release.json; with others it would come back unreadable.
different_keys() { # FILE: the names of keys that the archive and this host both have, with different values
  local name theirs ours
  ours=$(cat "$RELEASE/.env")
  theirs=$(part "$1" keys/env)
  for name in $(fact '.keys[]'); do
    # an archive of an earlier release lacks those of a service that was off: it has nothing that is read with them
    if ! grep "^$name=" <<<"$theirs" >/dev/null || ! grep "^$name=" <<<"$ours" >/dev/null; then continue; fi
    [ "$(grep "^$name=" <<<"$theirs")" = "$(grep "^$name=" <<<"$ours")" ] || echo "$name"
  done
}

refuse_keys() { # FILE NAMES
  complain "this archive was made with other encryption keys; its data would be unreadable here. Different:"
  indented <<<"$2" >&2
  cat >&2 <<TEXT
Nothing was changed. Restore it on the stack that made it; or, on your laptop, into a stack of its own that takes the keys over:
  make restore STACK=new FROM=$1
TEXT
}

# What of an archive has a place in this release, and so in the backup that is taken before: names of databases and volumes,
# `keys` for Redis.
restorable() { # KIND MANIFEST
  if [ "$1" = redis ] && is_managed redis; then return; fi
  if [ "$1" = volumes ]; then comm -12 <(archived "$@" | sort) <(present volumes | sort)
  elif has_service "$1"; then archived "$@"; fi | wanted "$1"
}
# ONLY, words with commas between them: `postgres`, `mongodb`, `redis`, `files`, or an application with a database of its own.
wanted() { # KIND, names on stdin
  if [ -z "${ONLY:-}" ]; then cat; return; fi
  jq -Rrn --arg kind "$1" --arg only "$ONLY" --argjson own "$(fact '.applications // []' | jq -c .)" '($only | split(",")) as $words
    | inputs | . as $name | select(($words | index(if $kind == "volumes" then "files" else $kind end))
        or ([$own[] | select(.name as $n | $words | index($n)) | .[$kind][]?] | index($name)))'
}
known_parts() { # WORDS
  local all word
  all=$'postgres\nmongodb\nredis\nfiles\n'$(fact '.applications[]?.name')
  [[ $1 =~ ^[a-z0-9-]+(,[a-z0-9-]+)*$ ]] || usage_error "--only takes words with commas between them: $(paste -sd, <<<"$all")"
  while read -r word; do grep -qxF -- "$word" <<<"$all" || usage_error "--only does not know $word. There are: $(paste -sd, <<<"$all")"; done < <(tr , '\n' <<<"$1")
}
archived() { jq -r --arg kind "$1" '.contents[$kind] | keys[]' <<<"$2"; } # KIND MANIFEST

# What a restore does not touch, a line each: services were switched on or off since the archive was made.
untouched() { # MANIFEST
  local kind label
  for kind in postgres:PostgreSQL mongodb:MongoDB redis:Redis volumes:volume; do
    label=${kind#*:} kind=${kind%:*}
    comm -23 <(archived "$kind" "$1" | sort) <(ONLY='' restorable "$kind" "$1" | sort) | sed "s/.*/$label &: in the archive, but $(if [ "$kind" = redis ] && is_managed redis; then echo 'AWS keeps that of this host'; else echo 'its service is off here'; fi)/"
    comm -23 <(ONLY='' restorable "$kind" "$1" | sort) <(restorable "$kind" "$1" | sort) | sed "s/.*/$label &: not asked for, stays as it is here/"
    [ -n "${ONLY:-}" ] || comm -13 <(archived "$kind" "$1" | sort) <(present "$kind" | sort) | sed "s/.*/$label &: not in the archive, stays as it is here/"
  done
}

restore_stores() { # FILE MANIFEST: called where errexit does not reach
  local file=$1 name FROM_MANAGED
  # shellcheck disable=SC2034 # read by pg_restore_database
  FROM_MANAGED=$(jq -r 'if .release == "fargate" or (.managed // [] | index("postgres")) then "yes" else "" end' <<<"$2")
  for name in $(restorable postgres "$2"); do
    note "PostgreSQL $name"
    part "$file" "postgres/$name.dump" | pg_restore_database "$name" || backup_problem "PostgreSQL $name was not restored" || return 1
  done
  for name in $(restorable mongodb "$2"); do
    note "MongoDB $name"
    part "$file" "mongodb/$name.archive.gz" | mongo_restore_database "$name" || backup_problem "MongoDB $name was not restored" || return 1
  done
  if [ -n "$(restorable redis "$2")" ]; then
    note "Redis"
    # a server that stops would write its own state over the restored one: first down, then the files, then up
    compose stop redis >/dev/null 2>&1 && part "$file" redis/dump.rdb | redis_restore && compose start redis >/dev/null 2>&1 ||
      backup_problem "Redis was not restored" || return 1
  fi
  for name in $(restorable volumes "$2"); do
    note "volume $name"
    part "$file" "volumes/$name.tar" | folder_restore "$name" || backup_problem "volume $name was not restored" || return 1
  done
}

start_stores() { # whatever stopped them; the applications stay as they are
  local stores
  mapfile -t stores < <(fact '.services[] | select(.role == "store") | .name')
  stores_are_up || compose up -d --no-deps --no-recreate "${stores[@]}" >/dev/null 2>&1
}
wait_for_stores() {
  local names
  mapfile -t names < <(fact '.services[] | select(.role == "store") | .name')
  ! wait_until_healthy "${names[@]}" || ! stores_in_place || return 0
  complain "the data stores did not become healthy within 3 minutes"
  return 1
}

counts_differ() { # LABEL EXPECTED FOUND: a line per difference
  jq -rn --arg l "$1" --argjson a "$2" --argjson b "$3" '($a | keys_unsorted) as $k | $k[] | select($a[.] != $b[.]) | "\($l) \(.): \($a[.]) in the archive, \($b[.] // "none") here"'
}
# The counts of the living stores against the manifest's.
differences() { # MANIFEST
  local name now
  for name in $(restorable postgres "$1"); do
    now=$(pg_counts "$name") || now='{}'
    counts_differ "PostgreSQL $name" "$(jq -c --arg n "$name" '.contents.postgres[$n]' <<<"$1")" "$now"
  done
  for name in $(restorable mongodb "$1"); do
    now=$(mongo_counts "$name") || now='{}'
    # an empty collection and none are the same to its application
    counts_differ "MongoDB $name" "$(jq -c --arg n "$name" '.contents.mongodb[$n] | with_entries(select(.value > 0))' <<<"$1")" "$now"
  done
  for name in $(restorable volumes "$1"); do
    now=$(cd "$DATA/volumes/$name" && find . ! -type d ! -type s | wc -l)
    [ "$now" = "$(jq -r --arg n "$name" '.contents.volumes[$n]' <<<"$1")" ] || echo "volume $name: $now files here"
  done
}

cmd_restore() {
  local ONLY='' file='' given yes='' start=yes manifest keys unfit safety='' applications answer differ stays
  while [ $# -gt 0 ]; do
    case $1 in
      --yes|-y) yes=yes ;;
      --no-start) start='' ;;
      --only) [ -n "${2:-}" ] || usage_error "restore --only needs words, e.g. postgres,files"; ONLY=$2; shift ;;
      -*) usage_error "restore does not know $1" ;;
      *) [ -z "$file" ] || usage_error "restore takes one file"; file=$1 ;;
    esac
    shift
  done
  if [ -z "$file" ]; then
    complain "which archive? These are here:"
    archives | sed 's/^/    /' >&2
    usage_error "ecosystem restore ARCHIVE"
  fi
  need_release
  [ -z "$ONLY" ] || known_parts "$ONLY"
  given=$file
  known_name "$given"
  need_docker
  lock 600
  [[ $given != s3:* ]] || step "fetching it from S3"
  file=$(named_archive "$given") || die "$given could not be had. Nothing was changed"
  step "checking the archive"
  { start_stores && wait_for_stores; } || die "the data stores are not all healthy: a restore needs them. Next: ecosystem doctor"
  verify_archive "$file" full || return "$FAILURE"
  manifest=$(archive_manifest "$file")
  keys=$(different_keys "$file")
  [ -z "$keys" ] || { refuse_keys "$file" "$keys"; return "$FAILURE"; }
  unfit=$(unfit_archive "$manifest")
  [ -z "$unfit" ] || die "the images of this release do not go with the archive's data, nothing was changed. $(paste -sd' ' <<<"$unfit")"
  say "Archive of $(jq -r .created <<<"$manifest") (release $(jq -r .release <<<"$manifest"), $(jq -r .reason <<<"$manifest")):"
  summarize "$manifest"
  stays=$(untouched "$manifest")
  [ -z "$stays" ] || { say "Not restored:"; indented <<<"$stays"; }
  if [ -z "$yes" ]; then
    say "This replaces the data of today. Users are cut off meanwhile; a backup of today's state is made first."
    [ -t 0 ] || die "nobody to ask: repeat with --yes"
    read -r -p "Type 'restore' to go on: " answer
    [ "$answer" = restore ] || { say "Nothing was changed."; return "$FAILURE"; }
  fi
  # what an interrupted restore left is no state to keep: the one before it is
  if unfinished_restore >/dev/null; then safety=$(state restore | jq -r .safety); fi
  if [ -n "$safety" ] && [ -f "$safety" ]; then step "an interrupted restore is taken up; the state before it: $safety"
  else
    step "backup of the present state"
    safety=$(KEEP_ARCHIVE=$file make_backup before-restore) || die "the present state could not be backed up. Nothing was changed"
    note "$safety"
  fi
  jq -n --arg from "$file" --arg safety "$safety" --arg time "$(now)" --arg only "$ONLY" '{from: $from, safety: $safety, time: $time, only: $only}' | put "$STATE/restore.json" 600

  trap 'stop_bring_up; say; complain "interrupted half-way: the applications are stopped. Back to before: ecosystem restore $safety --yes"; exit "$FAILURE"' HUP INT TERM
  step "stopping the applications"
  # the entrance stays, and says that they are unavailable
  mapfile -t applications < <(fact '.services[] | select(.role != "store" and .role != "proxy") | .name')
  compose stop "${applications[@]}" >/dev/null 2>&1 || die "the applications do not stop. Next: ecosystem doctor"
  step "restoring"
  if ! restore_stores "$file" "$manifest" || ! wait_for_stores; then
    complain "the restore stopped half-way; the applications stay stopped. Back to before: ecosystem restore $safety --yes"
    return "$FAILURE"
  fi
  step "comparing with the archive"
  differ=$(differences "$manifest")
  # the data is of one time again
  rm -f "$STATE/restore.json"
  sync "$STATE" || true
  if in_maintenance; then
    start=''
    note "in maintenance: the applications stay stopped, until: ecosystem maintenance off"
  elif [ -z "$start" ]; then note "the applications stay stopped, so that none migrates the data. Next: push the release that goes with it (make up), or ecosystem start"
  else step "starting the applications"; fi
  if [ -n "$start" ] && ! { bring_up 900 && pass_gate 420; }; then
    show_culprits
    complain "the data is restored, but not every service is healthy. Next: ecosystem doctor"
    return "$FAILURE"
  fi
  if [ -n "$differ" ]; then
    complain "restored, but the counts differ from the archive:"
    indented <<<"$differ" >&2
    say "Back to before: ecosystem restore $safety --yes"
    return "$FAILURE"
  fi
  say "Restored and proven: every count${stays:+ of what was restored} is the archive's. The state before: $safety"
  [ -z "$stays" ] || { say "Not restored, and so of another time:"; indented <<<"$stays"; }
}
