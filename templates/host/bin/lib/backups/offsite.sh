# shellcheck shell=bash
# Archives outside the host: encrypted here, in a bucket where this host may neither delete nor overwrite one.

SEALED_BYTES=88 # that an archive is longer by when it is sealed
bucket() { fact '.backups.bucket // empty'; }
leaves_host() { [ -n "$(bucket)" ]; }
object_of() { echo "archives/$1.sealed"; } # NAME

# A program with the AWS CLI's settings: the role's keys come from the instance, and nothing is asked or paged.
with_aws() {
  AWS_REGION=$(fact .backups.region) AWS_DEFAULT_REGION=$(fact .backups.region) AWS_PAGER='' AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=${AWS_MAX_ATTEMPTS:-6} "$@"
}
transfer() { with_aws python3 "$RELEASE/bin/lib/transfer.py" "$@"; }
# The key comes from the release's .env, and from an escrow file's first line where one is given.
backup_key() { sed -n "s/^BACKUP_KEY='\(.*\)'$/\1/p" "$RELEASE/.env"; }
sealed() { python3 "$RELEASE/bin/lib/seal.py" "$@" 3< <(backup_key); } # seal|open|id

# What is in the bucket, the last to arrive first, by S3's clock: NAME BYTES TIME, tab separated. Fails when S3 does not tell.
s3_archives() {
  local listed
  listed=$(with_aws aws s3api list-objects-v2 --bucket "$(bucket)" --prefix archives/ --output json --cli-connect-timeout 10 --cli-read-timeout 60 2>&1) ||
    { complain "S3 does not list the backups: $(tr -s '\n' ' ' <<<"$listed" | cut -c1-300)"; return 1; }
  jq -r --argjson more "$SEALED_BYTES" '[(.Contents // [])[] | select(.Key | test("^archives/ai-ecosystem-[0-9]{8}T[0-9]{6}Z\\.tar\\.gz\\.sealed$"))]
    | sort_by(.LastModified, .Key) | reverse[] | [(.Key | ltrimstr("archives/") | rtrimstr(".sealed")), .Size - $more, .LastModified] | @tsv' <<<"${listed:-{\}}"
}

s3_record() { # RESULT MESSAGE LISTING
  jq -n --arg t "$(now)" --arg r "$1" --arg m "$2" --arg listing "$3" '
    [$listing | split("\n")[] | select(. != "") | split("\t") | {name: .[0], bytes: (.[1] | tonumber), time: .[2]}] as $all
    | {time: $t, result: $r, message: $m, archives: ($all | length), newest: $all[0]}' | put "$STATE/s3.json" 644
}

send_archive() { # NAME: what went wrong, in words, on stdout
  local file=$BACKUPS/$1 folder=$BACKUPS/.sending rc=0
  rm -rf "${folder:?}" && mkdir -m 700 "$folder" || return 1
  # shellcheck disable=SC2094 # the archive is only read
  sealed seal <"$file" 2>"$folder/sealing" |
    transfer send "$(bucket)" "$(object_of "$1")" $(($(stat -c %s "$file") + SEALED_BYTES)) "$folder" >"$folder/sent" 2>"$folder/said" || rc=$?
  [ "$rc" = 0 ] || cat "$folder/said" "$folder/sealing" | tr -s '\n' ' ' | redact | cut -c1-300
  rm -rf "${folder:?}"
  return "$rc"
}

# Sends every archive that the bucket lacks, the newest last: what arrived last is the latest there. So what an earlier run could not
# send is sent now, and the state before a restore. It has a lock of its own: an upload may take longer than a push should wait.
send_missing() {
  local rc=0
  exec 8>>"$STATE/sending.lock"
  if flock -n 8 || { note "another run is sending: waiting for it" >&2; flock -w 14400 8; }; then send_those || rc=$?
  else complain "another run is still sending"; rc=1; fi
  # the next one need not wait for what this process does afterwards
  exec 8>&-
  return "$rc"
}
send_those() {
  local there name bytes said problem='' rc=0
  if ! there=$(s3_archives); then
    s3_record failed "S3 did not list the backups" "$(last_listing)"
    complain "no backup was sent to S3; the archives are here, and the next run sends them. Next: ecosystem doctor"
    return 1
  fi
  while read -r name; do
    bytes=$(stat -c %s "$BACKUPS/$name" 2>/dev/null) || continue
    if awk -F'\t' -v n="$name" -v b="$bytes" '$1 == n && $2 == b { found = 1 } END { exit !found }' <<<"$there"; then continue; fi
    [ "$name" = "$(newest_archive)" ] || note "sending $name, which an earlier run did not" >&2
    rc=0
    said=$(send_archive "$name") || rc=$?
    if [ "$rc" = 3 ]; then said="another archive of this name is in the bucket"; fi
    if [ "$rc" != 0 ]; then
      # the newest must not wait for it
      problem="$name: $said"
      complain "$name was not sent to S3: $said. It is here, and the next run sends it. Next: ecosystem doctor"
      continue
    fi
    note "$name ($(human "$bytes")) is in S3" >&2
    there=$(s3_archives) || { s3_record failed "S3 did not list the backups" ""; return 1; }
  done < <(archives | tac)
  if [ -n "$problem" ]; then
    s3_record failed "$problem" "$there"
    return 1
  fi
  s3_record ok "" "$there"
}
last_listing() { state s3 | jq -r 'select(.newest.name) | .newest | [.name, .bytes, .time] | @tsv'; }

# An archive of the bucket into the folder of the backups, opened and whole; prints its path. One that is here is taken.
fetch_archive() { # NAME|latest [TARGET]
  local name=$1 target bytes there lacks folder=$BACKUPS/.fetching rc=0
  leaves_host || { complain "this stack keeps its backups on the host (ai-ecosystem:backups host)"; return 1; }
  there=$(s3_archives) || return 1
  [ "$name" != latest ] || name=$(cut -f1 <<<"$there" | sed -n 1p)
  bytes=$(awk -F'\t' -v n="$name" '$1 == n { print $2; exit }' <<<"$there")
  [ -n "$bytes" ] || { complain "there is no ${name:-archive} in s3://$(bucket)/archives. Next: ecosystem backup list"; return 1; }
  target=${2:-$BACKUPS/$name}
  if [ -e "$target" ]; then
    if [ -n "${2:-}" ] || [ "$(stat -c %s "$target")" != "$bytes" ]; then complain "$target is there already"; return 1; fi
    echo "$target"
    return 0
  fi
  lacks=$(room_for "$bytes" "${target%/*}") || { complain "$lacks"; return 1; }
  rm -rf "${folder:?}" && mkdir -m 700 "$folder" || return 1
  (umask 077 && transfer receive "$(bucket)" "$(object_of "$name")" "$folder" 2>"$folder/said" | sealed open >"$target.partial" 2>"$folder/opening") || rc=$?
  if [ "$rc" != 0 ]; then complain "$name could not be fetched: $(cat "$folder/opening" "$folder/said" | tr -s '\n' ' ' | cut -c1-300)"
  else sync "$target.partial" && mv -f "$target.partial" "$target" && sync "${target%/*}" || rc=1; fi
  rm -rf "${folder:?}" "$target.partial"
  [ "$rc" = 0 ] || return 1
  echo "$target"
}

# What the alarms read: hours since the last archive arrived in S3, or since the first look when none has; and whether the last
# upload or the last proof failed. Told each hour, so that silence is an alarm as well.
report_backups() {
  local namespace since age failed
  namespace=$(fact '.backups.namespace // empty')
  [ -n "$namespace" ] || return 0
  since=$STATE/s3.since
  [ -s "$since" ] || now | put "$since" 644
  age=$(s3_json | jq -r '.newest.ageHours // empty')
  [ -n "$age" ] || age=$((($(date +%s) - $(epoch "$(cat "$since")")) / 3600))
  failed=$(backup_json | jq --argjson s3 "$(s3_json)" 'if [.lastResult?, .proof?.result?, $s3.lastResult, $s3.proof?.result?] | any(. == "failed") then 1 else 0 end')
  with_aws aws cloudwatch put-metric-data --namespace "$namespace" --cli-connect-timeout 5 --cli-read-timeout 20 \
    --metric-data "MetricName=BackupAgeHours,Value=$age,Unit=Count" "MetricName=BackupFailed,Value=${failed:-1},Unit=Count" >/dev/null
}
