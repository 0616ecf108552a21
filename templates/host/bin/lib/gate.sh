# shellcheck shell=bash
# Bringing the stack up, and the question whether it is up: every service healthy, every job ended well, nginx answers.

UP_PID=
GATE_REASON= # why the last gate was not passed
GATE_CULPRITS=() # the services or jobs to blame, whose logs are worth reading

# `docker compose up` without --wait: that would call a job that still runs healthy, and cannot say what it waits for.
# Its output goes to a file; what changes is told here, one line per service or job.
bring_up() { # SECONDS
  local tries=3
  settle_passwords || { blame_unready; return 1; }
  # docker was restarted meanwhile: that is no failure of the release
  until _bring_up "$1"; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ] || docker_was_there; then return 1; fi
    await_docker 180 || { GATE_REASON="docker does not answer"; return 1; }
  done
  passwords_settled
}
# Whether docker was there all the time, by what compose said.
docker_was_there() { docker_answers && ! grep -qiE 'cannot connect to the docker daemon|error during connect|connection refused|unexpected EOF|EOF$|context canceled' "$STATE/up.log"; }
_bring_up() { # SECONDS
  local log=$STATE/up.log rc=0 args only=()
  GATE_REASON='' GATE_CULPRITS=()
  (umask 077 && : >"$log")
  mapfile -t args < <(compose_args)
  ! in_maintenance || mapfile -t only < <(echo --no-deps; wanted_services)
  _seen=$(containers_seen) || true
  # it keeps the lock: should this script be killed, the next push waits for it
  timeout -k 15 "$1" docker compose "${args[@]}" --progress plain up -d --remove-orphans "${only[@]}" >>"$log" 2>&1 &
  UP_PID=$!
  while kill -0 "$UP_PID" 2>/dev/null; do
    tell_changes || true
    # compose's end is not waited for longer than it takes
    for _ in 1 2 3 4 5; do ! kill -0 "$UP_PID" 2>/dev/null || sleep 0.2; done
  done
  wait "$UP_PID" || rc=$?
  UP_PID=
  tell_changes || true
  [ "$rc" = 0 ] && return 0
  # compose stops at the first service or job that fails; its last line names it
  if [ "$rc" = 124 ]; then GATE_REASON="not up after $1 seconds"
  else GATE_REASON=$(grep -vE '^[[:space:]]*$' "$log" | tail -n 1 | redact | cut -c1-300); fi
  blame_unready
  return 1
}

stop_bring_up() { # a signal came: compose must not go on behind a rollback
  [ -n "$UP_PID" ] || return 0
  kill "$UP_PID" 2>/dev/null || true
  wait "$UP_PID" 2>/dev/null || true
  UP_PID=
}

_seen=
containers_seen() { # service, what to say of it
  local jobs all
  jobs=" $(job_names | tr '\n' ' ') "
  all=$(containers) || return 1
  awk -F'\t' -v jobs="$jobs" '{
    job = index(jobs, " " $1 " ")
    if (job) s = $2 == "exited" ? ($4 == 0 ? "done" : "failed, exit " $4) : $2
    else if ($2 != "running") s = $2 ($2 == "exited" ? ", exit " $4 : "")
    else s = $3 == "none" ? "running" : $3
    # the start is part of it, so that a job which ran again is told again
    print $1 "\t" s "\t" $6 }' <<<"$all" | sort
}
tell_changes() {
  local new service what
  new=$(containers_seen) || return 1
  while IFS=$'\t' read -r service what _; do
    case $what in ''|created) continue ;; esac
    note "$(printf '%-18s %s' "$service" "$what")"
  done < <(comm -13 <(printf '%s\n' "$_seen") <(printf '%s\n' "$new"))
  _seen=$new
}

# Sets GATE_CULPRITS to what is not as it should be.
blame_unready() {
  local all name line
  all=$(containers)
  GATE_CULPRITS=()
  for name in $(wanted_jobs); do
    line=$(container_of "$name" "$all")
    awk -F'\t' '{ exit !($2 == "exited" && $4 != 0) }' <<<"$line" && GATE_CULPRITS+=("$name")
  done
  for name in $(wanted_services); do
    line=$(container_of "$name" "$all")
    # what was never started waits for another one: that one is to blame
    case $line in ''|*$'\tcreated\t'*) continue ;; esac
    is_healthy "$line" || GATE_CULPRITS+=("$name")
  done
  return 0
}

# 0 ready, 1 not yet, 2 will not be; GATE_REASON says what is missing.
readiness() {
  local all name line phase health code restarts waiting=()
  all=$(containers)
  for name in $(wanted_jobs); do
    line=$(container_of "$name" "$all")
    IFS=$'\t' read -r _ phase _ code _ <<<"$line"
    if [ -z "$line" ]; then waiting+=("$name (missing)")
    elif [ "$phase" = exited ] && [ "$code" != 0 ]; then
      GATE_REASON="job $name failed with exit $code" GATE_CULPRITS=("$name")
      return 2
    elif [ "$phase" != exited ]; then waiting+=("$name ($phase)"); fi
  done
  for name in $(wanted_services); do
    line=$(container_of "$name" "$all")
    [ -n "$line" ] || { waiting+=("$name (missing)"); continue; }
    is_healthy "$line" && continue
    IFS=$'\t' read -r _ phase health _ restarts _ <<<"$line"
    [ "$phase" = running ] || health=$phase
    waiting+=("$name ($health)")
    if [ "$restarts" -ge 8 ]; then
      GATE_REASON="$name crashes again and again ($restarts restarts)" GATE_CULPRITS=("$name")
      return 2
    fi
  done
  [ "${#waiting[@]}" -gt 0 ] || { GATE_REASON=''; return 0; }
  GATE_REASON="not ready: ${waiting[*]}"
  return 1
}

# The gate: all of it within SECONDS, else GATE_REASON and GATE_CULPRITS tell.
pass_gate() { # SECONDS
  local deadline=$(($(uptime_seconds) + $1)) sick='' rc host code
  GATE_REASON='' GATE_CULPRITS=()
  while :; do
    rc=0
    readiness || rc=$?
    tell_changes || true
    [ "$rc" != 2 ] || return 1
    # a service may be called unhealthy for a moment; two minutes of it are no moment
    case $GATE_REASON in
      *'(unhealthy)'*) sick=${sick:-$(uptime_seconds)} ;;
      *) sick='' ;;
    esac
    if [ -n "$sick" ] && [ $(($(uptime_seconds) - sick)) -ge 120 ]; then blame_unready; return 1; fi
    if [ "$rc" = 0 ]; then
      host=$(fact '.tls.names[0]')
      code=$(ask "$host" /)
      case $code in
        2??|3??|401|403) return 0 ;;
        *) GATE_REASON="nginx answers https://$host/ with ${code/000/nothing}" GATE_CULPRITS=(nginx) ;;
      esac
    fi
    if [ "$(uptime_seconds)" -ge "$deadline" ]; then
      [ "$rc" = 0 ] || blame_unready
      return 1
    fi
    sleep 2
  done
}

# Why the gate was not passed, and the last lines of what is to blame, without secrets.
show_culprits() {
  local name shown=0 line phase health code restarts oom id
  say "FAILED: ${GATE_REASON:-unknown reason}"
  for name in "${GATE_CULPRITS[@]}"; do
    [ "$shown" -lt 3 ] || { note "and ${#GATE_CULPRITS[@]} in all; see: ecosystem logs SERVICE"; break; }
    shown=$((shown + 1))
    line=$(container_of "$name")
    IFS=$'\t' read -r _ phase health code restarts _ oom _ id <<<"$line"
    say "--- $name: ${phase:-no container}, health ${health:-none}, exit ${code:-?}, restarts ${restarts:-0}$([ "${oom:-}" = true ] && echo ', killed for lack of memory')"
    [ -n "$id" ] || continue
    # a failing health check often says more than the log
    docker inspect "$id" 2>/dev/null | jq -r '.[0].State.Health.Log[-1].Output // empty' |
      redact | grep -v '^[[:space:]]*$' | tail -n 3 | cut -c1-300 | sed 's/^/    health check: /' || true
    { docker logs --tail 30 "$id" 2>&1 || true; } | redact | cut -c1-500 | sed 's/^/    /' || true
  done
}
