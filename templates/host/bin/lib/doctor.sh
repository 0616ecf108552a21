# shellcheck shell=bash
# What is wrong or soon will be, each with its remedy. Looks only; changes nothing.

FINDINGS=
finding() { # error|warning|ok WHAT REMEDY
  FINDINGS+="$1"$'\t'"$2"$'\t'"$3"$'\n'
}

look_at_disk() {
  local path percent free
  while IFS=$'\t' read -r path percent free; do
    if [ "$percent" -ge 90 ]; then finding error "$path is $percent % full ($(human "$free") free)" "$([ "$path" = / ] && echo 'docker image prune, journalctl --vacuum-size=200M; or raise rootVolumeGb' || echo 'move old archives out of backups/, or raise dataVolumeGb and run pulumi up')"
    elif [ "$percent" -ge 80 ]; then finding warning "$path is $percent % full ($(human "$free") free)" "plan for more: rootVolumeGb or dataVolumeGb"
    else finding ok "disk $path: $percent % used" ""; fi
  done < <(disk_json / "$DATA" | jq -r '.[] | [.path, .percent, .free] | @tsv')
  if grep -qE "[[:space:]]${DATA}[[:space:]]" /etc/fstab 2>/dev/null && ! mountpoint -q "$DATA"; then
    finding error "the data volume is not mounted at $DATA" "check its attachment in EC2, then: sudo mount $DATA && sudo systemctl restart docker"
  fi
}

look_at_memory() {
  local available total used swap recent kernel name
  read -r total available swap used < <(host_memory_json | jq -r '[.memory.bytes, .memory.available, .swap.bytes, .swap.used] | @tsv')
  if [ $((available * 100 / total)) -lt 8 ]; then finding warning "only $(human "$available") of memory is available" "see ecosystem status for the largest; a larger instanceType is the lasting remedy"
  else finding ok "memory: $(human "$available") available" ""; fi
  if [ "$swap" -gt 0 ] && [ $((used * 100 / swap)) -ge 50 ]; then finding warning "swap is more than half full ($(human "$used"))" "a larger instanceType; answers get slow"; fi
  if [ "$swap" = 0 ] && [ "$(fact '.swapGb // 0')" -gt 0 ]; then finding error "there is no swap" "sudo ecosystem-swap $(fact .swapGb)"; fi
  recent=$(awk -v since="$(date -u -d '24 hours ago' +%FT%TZ)" '$1 >= since { n[$2]++ } END { for (s in n) printf "%s (%d) ", s, n[s] }' "$STATE/oom.log" 2>/dev/null || true)
  [ -z "$recent" ] || finding error "killed for lack of memory in 24 h: $recent" "raise memoryMb of that service, or the instanceType"
  kernel=$(journalctl -k --since '24 hours ago' --no-pager -q 2>/dev/null | grep -c 'Out of memory: Killed' || true)
  [ "${kernel:-0}" = 0 ] || finding error "the kernel killed $kernel processes for lack of memory in 24 h" "journalctl -k | grep 'Out of memory'; a larger instanceType"
  while IFS=$'\t' read -r name percent; do finding warning "$name uses $percent % of its memory limit" "watch it: ecosystem status; raise its memoryMb"; done < <(
    status_json | jq -r '.services[] | select(.memoryBytes and .memoryLimitBytes) | [.name, (.memoryBytes * 100 / .memoryLimitBytes | floor)] | select(.[1] >= 92) | @tsv')
}

look_at_services() {
  local all name line phase health code restarts hashes count=0
  all=$(containers)
  for name in $(wanted_services); do
    line=$(container_of "$name" "$all")
    if [ -z "$line" ]; then finding error "$name has no container" "ecosystem start"; continue; fi
    IFS=$'\t' read -r _ phase health code restarts _ <<<"$line"
    if [ "$phase" != running ]; then finding error "$name is $phase (exit $code)" "ecosystem start; then ecosystem logs $name"
    elif [ "$health" = starting ]; then finding warning "$name is still starting" "wait a minute, then ecosystem health"
    elif ! is_healthy "$line" && is_managed "$name"; then finding error "the managed $name does not answer at $(store_address "$name")" "ecosystem logs $name; its events in AWS's console; whether the host's security group is let in"
    elif ! is_healthy "$line"; then finding error "$name is unhealthy" "ecosystem logs $name; then ecosystem restart $name"
    else count=$((count + 1)); fi
    [ "$restarts" -lt 3 ] || finding warning "$name was restarted $restarts times by docker" "ecosystem logs $name"
  done
  [ "$count" = 0 ] || finding ok "$count services are healthy" ""
  for name in $(wanted_jobs); do
    line=$(container_of "$name" "$all")
    IFS=$'\t' read -r _ phase _ code _ <<<"$line"
    [ "$phase" != exited ] || [ "$code" = 0 ] || finding error "job $name failed (exit $code)" "ecosystem logs $name; it runs again with: ecosystem start"
  done
  # a container that was made from other settings than the release's
  hashes=$(compose config --hash '*' 2>/dev/null || true)
  while IFS=$'\t' read -r name line; do
    [ -z "$name" ] || grep -qx "$name $line" <<<"$hashes" || finding warning "$name does not run with this release's settings" "ecosystem start"
  done < <(docker ps -a --filter "label=com.docker.compose.project=$(project)" --filter label=com.docker.compose.oneoff=False \
    --format '{{.Label "com.docker.compose.service"}}{{"\t"}}{{.Label "com.docker.compose.config-hash"}}')
}

look_at_maintenance() {
  ! in_maintenance || finding warning "in maintenance since $(cat "$MAINTENANCE"): the applications are stopped, the entrance says so" "when that is over: ecosystem maintenance off"
}
look_at_restore() {
  local note
  note=$(unfinished_restore) || return 0
  finding error "$note" "$(restore_advice)"
}

files_changed() { # DIR
  { cd "$1" && sha256sum -c --quiet .manifest 2>/dev/null; } | grep -v ': OK$' | sed 's/: .*//; s|^\./||' | paste -sd' ' || true
}
look_at_release() {
  local id changed result push asked
  id=$(release_id)
  changed=$(files_changed "$RELEASES/$id")
  if [ ! -f "$RELEASES/$id/.manifest" ]; then finding warning "release $id has no list of its files" "pulumi up"
  elif [ -n "$changed" ]; then finding error "changed on the host since the push: $changed" "change the program instead; pulumi up with any change, or push again, puts it right"
  else finding ok "release $id is as it was pushed" ""; fi
  asked=$(state asked | jq -r 'select((.id | type) == "string") | "\(.id) (\(.time))"')
  if [ -n "$asked" ] && [ "${asked%% *}" != "$id" ]; then
    finding error "Pulumi asked last for release $asked, and $id runs" "repair what the push said in the program, then pulumi up; after a revert as well"
  elif [ -n "$asked" ]; then finding ok "Pulumi asked last for just this release: $asked" ""; fi
  push=$(state push)
  result=$(jq -r '.result | strings' <<<"$push")
  case $result in
    live) ;;
    '') finding warning "what came of the last push is not written down ($STATE/push.json)" "pulumi up with any change writes it anew; nothing else depends on it" ;;
    pushing) finding error "the last push was interrupted" "pulumi up again" ;;
    *) finding error "the last push ended: $result ($(jq -r '.problem // "no reason kept"' <<<"$push"))" "repair the cause in the program, then pulumi up" ;;
  esac
}

look_at_certificate() {
  local crt=$TLS/live.crt days name
  if [ ! -f "$crt" ]; then finding error "there is no certificate" "ecosystem tls renew"; return; fi
  days=$((($(expires "$crt") - $(date +%s)) / 86400))
  if [ "$days" -lt 3 ]; then finding error "the certificate ends in $days days" "ecosystem tls renew"
  elif [ "$days" -lt 14 ] && ! is_self_signed "$crt"; then finding warning "the certificate ends in $days days" "ecosystem tls renew"
  else finding ok "certificate: $days days left" ""; fi
  covers "$crt" || finding error "the certificate lacks some host names" "ecosystem tls renew"
  if [ "$(tls_mode)" = letsencrypt ] && is_self_signed "$crt"; then
    finding warning "still self-signed: $(state tls | jq -r '.message // "not tried yet"')" "open port 80 to the internet, point the names here, then: ecosystem tls renew"
  fi
  for name in $(tls_names); do getent ahosts "$name" >/dev/null || finding warning "DNS knows no address of $name" "create the record for $name"; done
}

look_at_host() {
  local failed unit
  failed=$(systemctl list-units --failed --plain --no-legend --no-pager 2>/dev/null | awk '$3 == "failed" { print $1 }' | paste -sd' ' || true)
  [ -z "$failed" ] || finding error "failed units: $failed" "journalctl -u UNIT -n 50; then: sudo systemctl reset-failed"
  for unit in ai-ecosystem-backup.timer ai-ecosystem-proof.timer ai-ecosystem-tls.timer ai-ecosystem-health.service ai-ecosystem-metadata.service; do
    systemctl is-active --quiet "$unit" 2>/dev/null || finding warning "$unit is not active" "sudo systemctl enable --now $unit"
  done
}

look_at_backups() {
  local age name result message
  age=$(backup_json | jq -r '.ageHours // empty')
  if [ -z "$age" ]; then finding warning "there is no backup yet" "ecosystem backup"
  elif [ "$age" -lt -1 ]; then finding error "the newest archive is of the future ($((-age)) h ahead): the clock is or was wrong" "timedatectl; then move that archive away, or rotation goes by its date"
  elif [ "$age" -gt 30 ]; then finding error "the last backup is $age h old" "ecosystem backup; journalctl -u ai-ecosystem-backup"
  else finding ok "last backup $age h ago" ""; fi
  [ "$(state backup | jq -r .result)" != failed ] || finding error "the last attempt at a backup failed" "ecosystem backup shows why"
  name=$(newest_archive)
  result=$(proof_of "$name" host)
  message=$(state proofs | jq -r --arg n "$name" '.[$n].host.message // ""')
  case $result in
    proved) finding ok "the last backup was restored on trial" "" ;;
    failed) finding error "the last backup cannot be restored: $message" "ecosystem backup verify $name; until it is proved, keep the older archives" ;;
    unproved) finding warning "the last backup is not proved: $message" "ecosystem backup verify $name, when that is put right" ;;
  esac
  leaves_host || return 0
  age=$(s3_json | jq -r '.newest.ageHours // empty')
  message=$(state s3 | jq -r 'select(.result == "failed") | .message')
  if [ -n "$message" ]; then finding error "the last run could not send every backup to S3: $message" "ecosystem backup sends what is missing; a refusal: see docs/restore.md"; fi
  if [ -z "$age" ]; then finding warning "there is no backup in S3 yet" "ecosystem backup"
  elif [ "$age" -gt 36 ]; then finding error "the last backup in S3 is $age h old" "ecosystem backup; journalctl -u ai-ecosystem-backup"
  else finding ok "last backup in S3 $age h ago" ""; fi
  IFS=$'\t' read -r result name age message < <(s3_json | jq -r '.proof // empty | [.result, .name, .ageHours, .message] | @tsv') || return 0
  if [ "$result" != proved ]; then finding error "$name from S3 cannot be restored: $message" "ecosystem backup verify s3:latest"
  elif [ "$age" -gt 240 ]; then finding warning "no archive from S3 was proved for $((age / 24)) days" "ecosystem backup verify s3:latest; systemctl status ai-ecosystem-proof.timer"
  else finding ok "an archive from S3 was restored on trial $age h ago" ""; fi
}

cmd_doctor() {
  local report errors
  json_only doctor "$@"
  need_release damaged
  if docker_answers; then look_at_services
  else finding error "docker does not answer" "systemctl status docker; then: sudo systemctl restart docker"; fi
  look_at_maintenance; look_at_restore; look_at_release; look_at_disk; look_at_memory; look_at_certificate; look_at_host; look_at_backups
  report=$(printf '%s' "$FINDINGS" | jq -Rn '[inputs | split("\t") | {level: .[0], finding: .[1], remedy: .[2]}]')
  errors=$(jq '[.[] | select(.level == "error")] | length' <<<"$report")
  if [ "${1:-}" = --json ]; then
    jq --arg t "$(now)" '{time: $t, ok: ([.[] | select(.level == "error")] | length == 0), findings: .}' <<<"$report"
  else
    jq -r 'sort_by({"error": 0, "warning": 1, "ok": 2}[.level])[] | "\({"error": "ERROR  ", "warning": "warning", "ok": "ok     "}[.level])  \(.finding)" + (if .remedy == "" then "" else "\n         -> \(.remedy)" end)' <<<"$report"
    say
    if [ "$errors" = 0 ]; then say "No errors."; else say "$errors error$([ "$errors" = 1 ] || echo s). Data is safe to leave alone: no remedy deletes any."; fi
  fi
  [ "$errors" = 0 ] || return "$UNHEALTHY"
}
