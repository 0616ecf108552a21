# shellcheck shell=bash
# Health: what docker thinks of each service, what nginx answers for each host name, and the live file for the dashboard.

# {"desk": {"state": "running", "health": "healthy"}, ...} of the long-running services.
# Without docker nobody knows: with live-restore they run on.
services_json() {
  local all='' absent=unknown
  if all=$(containers); then absent=missing; fi
  jq -Rn --arg absent "$absent" --argjson names "$(fact '[.services[].name]' | jq -c .)" '
    [inputs | split("\t") | select(length > 2) | {(.[0]): {state: .[1], health: .[2]}}] | add // {} | . as $found
    | reduce $names[] as $n ({}; .[$n] = ($found[$n] // {state: $absent, health: "none"}))' <<<"$all"
}

# The path of each host that its application answers itself, so that a dead one is not taken for alive.
health_path() { # NAME
  jq -r --arg h "$1" 'first(.services[] | select(.host? == $h) | .healthPath // empty) // "/"' "$RELEASE/release.json"
}

health_json() {
  local name code checks='[]' path
  for name in $(fact '.tls.names[]'); do
    path=$(health_path "$name")
    code=$(ask "$name" "$path")
    checks=$(jq --arg n "$name" --arg p "$path" --arg c "$code" '. + [{name: $n, path: $p, status: ($c | tonumber? // 0)}]' <<<"$checks")
  done
  # a refusal is an answer; a broken gateway is none
  jq -n --arg t "$(now)" --argjson s "$(services_json)" --argjson c "$checks" '
    {time: $t, services: $s, http: [$c[] | . + {ok: (.status >= 200 and .status < 500)}]}
    | .healthy = (([.services[] | (.state == "running" and (.health == "healthy" or .health == "none"))] | all) and ([.http[].ok] | all))'
}

cmd_health() {
  local report
  if [ "$*" = --watch ]; then need_release; watch_health; return; fi
  json_only health "$@"
  need_release
  report=$(health_json)
  if [ "${1:-}" = --json ]; then jq . <<<"$report"
  else
    { printf 'SERVICE\tSTATE\tHEALTH\n'
      jq -r '.services | to_entries[] | "\(.key)\t\(.value.state)\t\(.value.health)"' <<<"$report"; } | table
    say
    { printf 'ADDRESS\tANSWER\n'
      jq -r '.http[] | "https://\(.name)\(.path)\t\(if .ok then "ok" else "FAILED" end) (\(if .status == 0 then "no answer" else .status end))"' <<<"$report"; } | table
    say
  fi
  if [ "$(jq -r .healthy <<<"$report")" = true ]; then
    [ -n "${1:-}" ] || say "Everything is healthy."
    return "$OK"
  fi
  if [ -z "${1:-}" ] && in_maintenance; then say "In maintenance since $(cat "$MAINTENANCE"). When that is over: ecosystem maintenance off"
  elif [ -z "${1:-}" ]; then docker_answers || complain "$DOCKER_AWAY"; say "Not everything is healthy. Next: ecosystem doctor"; fi
  return "$UNHEALTHY"
}

write_health() {
  # docker that is restarted says nothing about what runs
  containers >/dev/null 2>&1 || return 1
  jq -n --arg t "$(now)" --argjson s "$(services_json)" --argjson b "$(backup_json | jq '. // {} | {time, proof: .proof.result, s3: .s3.newest.time}')" '{time: $t, services: $s, backup: $b}' | put "$STATUS/health.json" 644
}

# Writes health.json every 15 s and soon after something happens; keeps a list of what the kernel killed for memory.
watch_health() {
  local action service due=0
  events='' # for the trap, which outlives this function
  trap 'exit 0' TERM INT HUP
  trap '[ -z "$events" ] || kill "$events" 2>/dev/null || true' EXIT
  install -d -m 755 "$STATUS"
  while :; do
    if [ -z "$events" ] || ! kill -0 "$events" 2>/dev/null; then
      coproc EVENTS { exec docker events --filter type=container --filter "label=com.docker.compose.project=$(project)" \
        --filter event=start --filter event=die --filter event=oom --filter event=health_status --filter event=destroy \
        --format '{{.Action}}|{{index .Actor.Attributes "com.docker.compose.service"}}' 2>/dev/null; }
      # shellcheck disable=SC2153 # set by coproc
      events=$EVENTS_PID
    fi
    if [ "$(uptime_seconds)" -ge "$due" ]; then
      write_health || warn "docker does not answer; the last health stays"
      due=$(($(uptime_seconds) + 15))
    fi
    if IFS='|' read -r -t $((due > $(uptime_seconds) ? due - $(uptime_seconds) : 1)) action service <&"${EVENTS[0]}" 2>/dev/null; then
      if [ "$action" = oom ]; then
        { tail -n 199 "$STATE/oom.log" 2>/dev/null || true; echo "$(now) $service"; } | put "$STATE/oom.log" 644
        warn "out of memory in $service"
      fi
      # many events come together: one more look a second later is enough
      due=$(($(uptime_seconds) + 1))
    elif ! kill -0 "$events" 2>/dev/null; then sleep 2; fi
  done
}
