# shellcheck shell=bash
# Backups: everything that is data, and the keys it is encrypted with, in one archive that is read back before it counts.

archives() { # the finished ones, newest first; what somebody named himself is his
  find "$BACKUPS" -maxdepth 1 -type f -name 'ai-ecosystem-*.tar.gz' -printf '%f\n' 2>/dev/null |
    { grep -E '^ai-ecosystem-[0-9]{8}T[0-9]{6}Z\.tar\.gz$' || true; } | sort -r
}
newest_archive() { archives | sed -n 1p; }
archive_epoch() { # NAME
  local t=${1#ai-ecosystem-}
  t=${t%.tar.gz}
  epoch "${t:0:4}-${t:4:2}-${t:6:2}T${t:9:2}:${t:11:2}:${t:13:2}Z"
}

backup_record() { # RESULT FILE MESSAGE SECONDS
  jq -n --arg t "$(now)" --arg r "$1" --arg f "$2" --arg m "$3" --argjson s "$4" '{time: $t, result: $r, file: $f, message: $m, seconds: $s}' |
    put "$STATE/backup.json" 644
}

backup_problem() { complain "backup: $*"; return 1; }

free_in() { df -B1 --output=avail "$1" | tail -n 1 | tr -d ' '; }
# What a backup may need of the disk: the archive alone, as its parts are dumped into it. It has at most what today's data
# takes on disk, with indexes and logs that no dump has; or what the last one had.
needed_bytes() {
  local last=0 bytes name folders
  name=$(newest_archive)
  [ -z "$name" ] || last=$(stat -c %s "$BACKUPS/$name")
  mapfile -t folders < <(fact '.volumes[] | select(.backup != "none") | .name' | sed "s|^|$DATA/volumes/|")
  # a file may go while it is counted
  bytes=$({ du -scB1 /dev/null "${folders[@]}" 2>/dev/null || true; } | tail -n 1 | cut -f1)
  # what AWS keeps takes nothing here, but its dump does
  if is_managed postgres; then bytes=$((bytes + $(pg psql -d postgres -AtXqc "SELECT coalesce(sum(pg_database_size(datname)), 0) FROM pg_database WHERE datname <> 'rdsadmin'" </dev/null || echo 0))); fi
  echo $((last > bytes ? last : bytes))
}
# What no backup may take: on a full disk PostgreSQL stops and Redis refuses to write. A tenth, at most 2 GiB.
reserve_bytes() {
  local tenth
  tenth=$(($(df -B1 --output=size "$BACKUPS" | tail -n 1 | tr -d ' ') / 10))
  echo $((tenth < 2147483648 ? tenth : 2147483648))
}

# Whether a folder takes so much more; says what it lacks.
room_for() { # BYTES FOLDER
  local free reserve
  free=$(free_in "$2") reserve=$(reserve_bytes)
  [ "$free" -ge $(($1 + reserve)) ] ||
    { echo "$(human "$free") free in $2, $(human "$1") needed, and $(human "$reserve") stay free for the databases"; return 1; }
}

# Makes one and prints its path; everything else goes to stderr. The caller holds the lock.
make_backup() { # REASON
  local started file rc=0
  started=$(date +%s)
  # set back, the clock may name one that is there
  while file=$BACKUPS/ai-ecosystem-$(date -u +%Y%m%dT%H%M%SZ).tar.gz && [ -e "$file" ]; do sleep 1; done
  sweep
  drop_trials
  (umask 077 && collect "$file.partial" "$1" && verify_archive "$file.partial" quick) || rc=$?
  if [ "$rc" = 0 ]; then
    sync "$file.partial" && mv -f "$file.partial" "$file" && sync "$BACKUPS" || rc=1
  fi
  if [ "$rc" = 0 ]; then
    backup_record ok "$file" "" $(($(date +%s) - started))
    rotate
    # before a restore nobody has the time, and the state that is saved is perhaps the broken one
    [ "$1" = before-restore ] || prove_archive "$file" "${file##*/}" host >&2 || true
    echo "$file"
  else backup_record failed "" "see: journalctl -u ai-ecosystem-backup" $(($(date +%s) - started)); fi
  rm -f "$file.partial"
  return "$rc"
}

archive() { python3 "${ARCHIVER:-$RELEASE/bin/lib/archive.py}" "$@"; }
part() { tar --occurrence=1 -xzOf "$1" "$2"; } # FILE NAME: a part as it was dumped

# The parts, each read back, then the manifest. Called where errexit does not reach, so each step says what failed.
collect() { # FILE REASON
  local file=$1 name kind lacks facts sums begins=0
  lacks=$(room_for "$(needed_bytes)" "$BACKUPS") || backup_problem "$lacks. Next: move old archives away or raise dataVolumeGb" || return 1
  stores_are_up || backup_problem "the data stores are not all healthy. Next: ecosystem doctor" || return 1
  archive begin "$file" || backup_problem "the archive could not be written" || return 1
  facts='{"postgres": {}, "mongodb": {}, "redis": {}, "volumes": {}}' sums='{}'
  learn() { facts=$(jq --arg kind "$1" --arg name "$2" --argjson value "$3" '.[$kind][$name] = $value' <<<"$facts"); }
  keep() { # PART LEVEL COMMAND [ARGUMENT ...]: what the command prints
    local part=$1 level=$2 sum
    shift 2
    begins=$(stat -c %s "$file")
    # level 0 is for what is compressed already
    sum=$("$@" </dev/null | archive add "$file" "$part" "$level") || return 1
    sums=$(jq --arg part "$part" --arg sum "$sum" '.[$part] = $sum' <<<"$sums")
  }
  kept() { tail -c "+$((begins + 1))" "$file" | tar -xzOf -; } # the last part, without reading those before it

  if has_service postgres; then keep postgres/globals.sql 1 pg_globals || backup_problem "PostgreSQL's roles" || return 1; fi
  for name in $(present postgres || echo '?'); do
    [ "$name" != '?' ] || backup_problem "PostgreSQL does not list its databases" || return 1
    keep "postgres/$name.dump" 0 pg pg_dump -Fc --dbname "$name" || backup_problem "PostgreSQL database $name" || return 1
    kind=$(kept | pg_dump_counts) || backup_problem "the dump of $name cannot be read back" || return 1
    learn postgres "$name" "$kind"
  done
  for name in $(present mongodb || echo '?'); do
    [ "$name" != '?' ] || backup_problem "MongoDB does not list its databases" || return 1
    keep "mongodb/$name.archive.gz" 0 mongo_tool mongodump --quiet --archive --gzip --db "$name" || backup_problem "MongoDB database $name" || return 1
    kind=$(kept | python3 "$RELEASE/bin/lib/mongodb-counts.py") || backup_problem "the archive of MongoDB's $name" || return 1
    learn mongodb "$name" "$kind"
  done
  if [ -n "$(present redis)" ]; then
    keep redis/dump.rdb 1 redis_dump || backup_problem "Redis" || return 1
    learn redis keys "$(redis_keys)"
  fi
  while read -r name; do
    keep "volumes/$name.tar" 1 folder_dump "$name" || backup_problem "volume $name" || return 1
    learn volumes "$name" "$(kept | tar -tf - | grep -vc '/$' || true)"
  done < <(fact '.volumes[] | select(.backup == "files") | .name')
  keep keys/env 1 cat "$RELEASE/.env" || backup_problem "the keys" || return 1
  jq -n --arg created "$(now)" --arg reason "$2" --arg release "$(fact .id)" --arg project "$(project)" --argjson sums "$sums" --argjson facts "$facts" \
    --argjson images "$(fact '[.services[] | {(.name): .image}] | add')" --argjson managed "$(fact '.managed // {} | keys' | jq -c .)" \
    '{version: 1, created: $created, reason: $reason, project: $project, release: $release, images: $images, managed: $managed, sha256: $sums, contents: $facts}' |
    archive end "$file" || backup_problem "the archive could not be written"
}

# FILE: it is the first, and filled up with spaces, more of them than a command takes as an argument
archive_manifest() { part "$1" manifest.json 2>/dev/null | jq -c . 2>/dev/null; }

# Whether an archive is whole: its own checksum, and that of each part; `full` has the stores' tools read it too.
verify_archive() { # FILE quick|full
  local manifest found name
  [ -f "$1" ] || backup_problem "no such file: $1" || return 1
  gzip -t "$1" 2>/dev/null || backup_problem "$1 is damaged or no gzip file" || return 1
  manifest=$(archive_manifest "$1") && [ "$(jq -r .version <<<"$manifest" 2>/dev/null)" = 1 ] || backup_problem "$1 is not an archive of \`ecosystem backup\`" || return 1
  # shellcheck disable=SC2016 # tar expands it for each file
  found=$(tar -xzf "$1" --exclude manifest.json --to-command='printf "%s  %s\n" "$(sha256sum | cut -d" " -f1)" "$TAR_FILENAME"' | LC_ALL=C sort -k2)
  [ "$found" = "$(jq -r '.sha256 | to_entries[] | "\(.value)  \(.key)"' <<<"$manifest" | LC_ALL=C sort -k2)" ] ||
    backup_problem "the checksums in $1 differ from its manifest: it is damaged" || return 1
  [ "$2" = full ] || return 0
  for name in $(restorable postgres "$manifest"); do
    part "$1" "postgres/$name.dump" | drained pg pg_restore --list >/dev/null || backup_problem "PostgreSQL cannot read the dump of $name in $1" || return 1
  done
}

# Archives older than the retention go, but never the newest ones, one for each day of it: a clock that is ahead makes all of
# them old. Nor the one that a restore is about to read.
rotate() {
  local days limit name kept=0 restoring
  restoring=$(state restore)
  days=$(fact '.backupRetentionDays // 7')
  limit=$(($(date +%s) - days * 86400))
  while read -r name; do
    kept=$((kept + 1))
    if [ "$kept" -gt "$days" ] && [ "$BACKUPS/$name" != "${KEEP_ARCHIVE:-}" ] && [[ $restoring != *"$name"* ]] && [ "$(archive_epoch "$name")" -lt "$limit" ]; then rm -f "${BACKUPS:?}/$name"; fi
  done < <(archives)
}

cmd_backup() {
  local json='' reason=manual file proof rc=0
  case ${1:-} in list|show|verify|fetch|receive|prove|report) "cmd_backup_$1" "${@:2}"; return ;; esac
  while [ $# -gt 0 ]; do
    case $1 in
      --json) json=yes ;;
      --reason) [ -n "${2:-}" ] || usage_error "backup --reason needs a word"; reason=$2; shift ;;
      *) usage_error "backup does not know $1" ;;
    esac
    shift
  done
  need_release
  need_docker
  lock 7200 >&2
  # it would be the latest one, and of two times
  refuse_half_restored
  install -d -m 700 "$BACKUPS"
  [ -n "$json" ] || say "Backing up; this takes a minute or more ..."
  if ! file=$(make_backup "$reason"); then
    [ -z "$json" ] || jq -n '{ok: false}'
    return "$FAILURE"
  fi
  proof=$(proof_of "${file##*/}" host)
  [ "$proof" != failed ] || rc=$FAILURE
  # a push may go on meanwhile
  exec 9>&-
  if leaves_host; then
    send_missing || rc=$FAILURE
    report_backups || true
  fi
  if [ -n "$json" ]; then
    archive_manifest "$file" | jq --arg f "$file" --argjson b "$(stat -c %s "$file")" --arg p "$proof" --argjson ok "$([ "$rc" = 0 ] && echo true || echo false)" \
      --argjson s3 "$(leaves_host && state s3 || echo null)" '{ok: $ok, file: $f, bytes: $b, created, contents, proof: $p, s3: ($s3.result?)}'
    return "$rc"
  fi
  case $proof in proved) proof="proved by a trial" ;; *) proof="verified, but not proved" ;; esac
  say "Done and $proof: $file ($(human "$(stat -c %s "$file")"))"
  summarize "$(archive_manifest "$file")"
  if leaves_host; then [ "$rc" != 0 ] || say "It is in s3://$(bucket)/archives as well, encrypted with the stack's key (make backup-key)."
  else say "It holds the encryption keys: keep copies where only you can read them."; fi
  return "$rc"
}

summarize() { # MANIFEST
  jq -r '.contents | (
    (.postgres | to_entries[] | "PostgreSQL \(.key)|\(.value | length) tables, \([.value[]] | add // 0) rows"),
    (.mongodb | to_entries[] | "MongoDB \(.key)|\(.value | length) collections, \([.value[]] | add // 0) documents"),
    (.redis | select(.keys) | "Redis|\(.keys) keys"),
    (.volumes | to_entries[] | "Volume \(.key)|\(.value) files"))' <<<"$1" | awk -F'|' '{ printf "  %-34s %s\n", $1, $2 }'
}
