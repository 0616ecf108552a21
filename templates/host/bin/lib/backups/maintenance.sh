# shellcheck shell=bash
# Maintenance: the entrance says that the applications are away, what waits for them is worked off, and they stop. The stores go
# on. It is a file that nginx looks for, so that it outlives a reboot and a push.

refuse_in_maintenance() {
  ! in_maintenance || die "in maintenance since $(cat "$MAINTENANCE"). Next: ecosystem maintenance off, which starts everything"
}

# Of one queue: what waits or is being done, and what is for later. A look at one moment, hence the script in Redis.
# shellcheck disable=SC2016 # Lua, not the shell's
queue_counts() { # KIND DATABASE PREFIX
  local script
  case $1 in
    sidekiq) script='local n, later = 0, redis.call("ZCARD", "schedule") + redis.call("ZCARD", "retry")
      for _, q in ipairs(redis.call("SMEMBERS", "queues")) do n = n + redis.call("LLEN", "queue:" .. q) end
      for _, p in ipairs(redis.call("SMEMBERS", "processes")) do n = n + (tonumber(redis.call("HGET", p, "busy")) or 0) end
      return n .. " " .. later' ;;
    bull) script='local k = ARGV[1] .. ":jobs:"
      return (redis.call("LLEN", k .. "wait") + redis.call("LLEN", k .. "active")) .. " " .. redis.call("ZCARD", k .. "delayed")' ;;
    *) return 1 ;;
  esac
  redis_sh "\$cli -n $2 EVAL '$script' 0 '$3'" </dev/null
}
# Every queue of the release, a line each: service, work, waiting, later. Fails when Redis does not tell.
queues() {
  local list service kind database prefix work counts
  has_service redis || return 0
  list=$(fact '.queues[]? | [.service, .kind, .database, .prefix, .work] | @tsv') || return 1
  while IFS=$'\t' read -r service kind database prefix work; do
    [ -n "$service" ] || continue
    counts=$(queue_counts "$kind" "$database" "$prefix") && [[ $counts =~ ^[0-9]+\ [0-9]+$ ]] || return 1
    printf '%s\t%s\t%s\t%s\n' "$service" "$work" "${counts% *}" "${counts#* }"
  done <<<"$list"
}
waiting_in() { awk -F'\t' '$3 > 0 { printf "%s%s %s of %s", s, $3, $2, $1; s = ", " }' <<<"$1"; } # QUEUES: in words, or nothing

# What worked a queue off but stands still does so again: `on` was interrupted, or what stopped gave its work back.
work_off() { # SECONDS; leaves what is left in LEFT
  local deadline=$(($(uptime_seconds) + $1)) seen='' all name
  while :; do
    all=$(queues) || { complain "Redis does not say what waits. Next: ecosystem doctor"; return 1; }
    LEFT=$(waiting_in "$all")
    [ -n "$LEFT" ] || return 0
    [ "$LEFT" = "$seen" ] || note "waiting: $LEFT"
    seen=$LEFT
    [ "$(uptime_seconds)" -lt "$deadline" ] || return 1
    while read -r name; do
      case $(container_of "$name" | cut -f2) in running) ;; *) compose up -d --no-deps "$name" >/dev/null 2>&1 || true ;; esac
    done < <(awk -F'\t' '$3 > 0 { print $1 }' <<<"$all")
    sleep 1
  done
}

enter_maintenance() {
  local now='' minutes=10 deadline LEFT='' applications later
  while [ $# -gt 0 ]; do
    case $1 in
      --now) now=yes ;;
      --minutes) [[ ${2:-} =~ ^[1-9][0-9]{0,2}$ ]] || usage_error "--minutes needs a number"; minutes=$2; shift ;;
      *) usage_error "maintenance on does not know $1" ;;
    esac
    shift
  done
  { start_stores && wait_for_stores; } || die "the data stores are not all healthy. Next: ecosystem doctor"
  trap 'say; complain "interrupted: visitors see the page of the maintenance, some applications run. On: ecosystem maintenance on; back: ecosystem maintenance off"; exit "$FAILURE"' HUP INT TERM
  in_maintenance || now | put "$MAINTENANCE" 644
  step "the entrance says that the applications are away (503), since $(cat "$MAINTENANCE")"
  mapfile -t applications < <(fact '.services[] | select(.role != "store" and .role != "proxy") | .name')
  deadline=$(($(uptime_seconds) + minutes * 60))
  while :; do
    if [ -z "$now" ]; then
      step "working off what waits in the queues, $minutes minutes at most"
      work_off $((deadline - $(uptime_seconds))) || {
        complain "not worked off: ${LEFT:-unknown}. It is in Redis and in every backup, but no move to production takes it along"
        say "The applications run on, cut off from outside. Next: ecosystem maintenance on, to go on; with --now it stays in Redis; back: ecosystem maintenance off"
        return "$UNHEALTHY"
      }
    fi
    step "stopping the applications; what they do is given time to end"
    compose stop "${applications[@]}" >/dev/null 2>&1 || die "the applications do not stop. On: ecosystem maintenance on; back: ecosystem maintenance off"
    # what was cut off in its work went back to its queue
    LEFT=$(queues) || die "Redis does not say what waits. On: ecosystem maintenance on; back: ecosystem maintenance off"
    later=$(awk -F'\t' '$4 > 0 { printf "%s%s %s of %s", s, $4, $2, $1; s = ", " }' <<<"$LEFT")
    LEFT=$(waiting_in "$LEFT")
    if [ -z "$LEFT" ] || [ -n "$now" ]; then break; fi
  done
  [ -z "$LEFT" ] || note "left in Redis: $LEFT"
  [ -z "$later" ] || note "for later, in Redis as well: $later"
  say "In maintenance, also after a reboot and a push, until: ecosystem maintenance off"
}

leave_maintenance() {
  refuse_half_restored
  trap 'stop_bring_up; complain "interrupted. Next: ecosystem start"; exit "$FAILURE"' HUP INT TERM
  rm -f "$MAINTENANCE"
  step "starting, in order of health"
  if bring_up 1200 && pass_gate 420; then say "Everything is up, and the entrance is open."; return "$OK"; fi
  show_culprits
  say "The entrance is open, but not everything is healthy. Next: ecosystem doctor"
  return "$UNHEALTHY"
}

cmd_maintenance() {
  case ${1:-} in on) ;; off|status) no_arguments "maintenance $1" "${@:2}" ;; *) usage_error "maintenance on, off or status" ;; esac
  need_release
  if [ "$1" = status ]; then
    if in_maintenance; then say "on since $(cat "$MAINTENANCE")"; else say off; fi
    return "$OK"
  fi
  need_docker
  lock 600
  if [ "$1" = on ]; then enter_maintenance "${@:2}"; else leave_maintenance; fi
}
