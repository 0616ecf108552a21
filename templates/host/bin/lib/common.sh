# shellcheck shell=bash
# Paths, talk, state and docker: what every command of the host uses.

ECOSYSTEM_HOME=${ECOSYSTEM_HOME:-/opt/ai-ecosystem}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=${HOME:-/root} # a systemd service has none
RELEASES=$ECOSYSTEM_HOME/releases
DATA=$ECOSYSTEM_HOME/data
STATE=$ECOSYSTEM_HOME/state
BACKUPS=$DATA/backups
TLS=$DATA/tls
ACME=$DATA/acme
STATUS=$DATA/status
MAINTENANCE=$STATUS/maintenance # nginx looks for it, too; its text is since when
SPOOL=$ECOSYSTEM_HOME/spool
NGINX_UID=101 # of the user `nginx` in its image, and of its group
LEGO_UID=65534 # nobody
export ECOSYSTEM_HOME BACKUPS TLS ACME STATUS MAINTENANCE SPOOL NGINX_UID LEGO_UID
# the release that is worked on; push sets it to the new one while it validates that
RELEASE=$ECOSYSTEM_HOME/current

export OK=0 FAILURE=1 USAGE=2 UNHEALTHY=3

# A broken pipe (the ssh session is gone) must not end a push half-way: what cannot be printed is dropped.
trap ':' PIPE
say() { printf '%s\n' "$*" 2>/dev/null || true; }
step() { say "==> $*"; }
note() { say "    $*"; }
warn() { printf 'warning: %s\n' "$*" >&2 2>/dev/null || true; }
complain() { printf 'error: %s\n' "$*" >&2 2>/dev/null || true; }
export LAST_ERROR=
die() { LAST_ERROR=$*; [ -n "${TELL_LATER:-}" ] || complain "$*"; exit "$FAILURE"; }

now() { date -u +%FT%TZ; }
human() { numfmt --to=iec --suffix=B --format=%.1f "${1:-0}" 2>/dev/null || echo "${1:-?}"; }
ago() { # EPOCH: how long ago, or ahead, in one unit
  local s=$(($(date +%s) - $1))
  s=${s#-}
  if [ "$s" -lt 120 ]; then echo "$s s"
  elif [ "$s" -lt 7200 ]; then echo "$((s / 60)) min"
  elif [ "$s" -lt 172800 ]; then echo "$((s / 3600)) h"
  else echo "$((s / 86400)) days"; fi
}

need_root() { [ "$(id -u)" = 0 ] || die "must be run as root"; }

# Tab separated lines as aligned columns.
table() {
  awk -F'\t' '{ for (i = 1; i <= NF; i++) { c[NR, i] = $i; if (length($i) > w[i]) w[i] = length($i) } n[NR] = NF }
    END { for (r = 1; r <= NR; r++) { s = ""; for (i = 1; i <= n[r]; i++) s = s sprintf(i < n[r] ? "%-" w[i] "s  " : "%s", c[r, i]); print s } }'
}
indented() { while IFS= read -r line; do printf '         %s\n' "$line"; done; }

# A command that may end before it has read all of stdin: under pipefail its producer's SIGPIPE would count as a failure.
drained() { # COMMAND [ARGUMENT ...]
  local rc=0
  "$@" || rc=$?
  cat >/dev/null
  return "$rc"
}

# Stdin into FILE, whole or not at all, also when the power goes: a rename may reach the disk before the content does.
put() { # FILE [MODE]
  local part=$1.part.$$
  (umask 077 && cat >"$part") && chmod "${2:-600}" "$part" && sync "$part" && mv -f "$part" "$1" && { sync "${1%/*}" || true; }
}

# The object in state/NAME.json; {} when there is none that can be read: an empty or broken file decides nothing.
state() { # NAME
  jq -ces 'if length == 1 and (.[0] | type) == "object" then .[0] else empty end' "$STATE/$1.json" 2>/dev/null || echo '{}'
}

# Seconds that no change of the clock touches.
uptime_seconds() { local up; read -r up _ </proc/uptime; echo "${up%%.*}"; }
epoch() { date -d "$1" +%s 2>/dev/null || echo 0; } # TIME: 0 when it is none

# One change at a time: push, start, stop, backup and restore share this lock.
lock() { # SECONDS to wait
  mkdir -p "$STATE" && chmod 700 "$STATE"
  exec 9>>"$STATE/push.lock"
  flock -n 9 && return 0
  note "another push, backup or restore is running: waiting up to $(($1 / 60)) minutes"
  flock -w "$1" 9 || die "another push, backup or restore is still running. See: ps -ef | grep -E 'bin/(push|ecosystem)'"
}

# What a killed push or backup left behind, secrets among it. With the lock held.
sweep() {
  local dir pid id
  # `.env` is in them. A release that was put aside, and whose right copy never came in its place, is still the one
  for dir in "$RELEASES"/.adopting-* "$RELEASES"/.replaced-*; do
    [ -d "$dir" ] || continue
    id=${dir##*-}
    if [ "$dir" = "$RELEASES/.replaced-$id" ] && [ ! -e "$RELEASES/$id" ]; then mv -T "$dir" "$RELEASES/$id"; else rm -rf "$dir"; fi
  done
  for dir in "$STATE"/incoming.*; do
    [ -d "$dir" ] || continue
    # incoming.PID.X: an upload that still runs waits for the lock, and its process is there; the clock says nothing of it
    pid=${dir##*/incoming.}
    pid=${pid%%.*}
    if [ "$dir" != "${incoming:-}" ] && ! grep -qs bash "/proc/$pid/comm"; then rm -rf "$dir"; fi
  done
  find "$STATE" "$STATUS" "$TLS" -mindepth 1 -maxdepth 1 \( -name '*.part.*' -o -name '.signing.*' \) -mmin +5 -exec rm -rf {} + 2>/dev/null || true
  find "$BACKUPS" -mindepth 1 -maxdepth 1 \( -name .work -o -name '*.partial' -o -name '.proof-*' \) -exec rm -rf {} + 2>/dev/null || true
}

fact() { jq -r "$1" "$RELEASE/release.json"; }
project() { fact .project; }
service_names() { fact '.services[].name'; }
job_names() { fact '.jobs[]?.name'; }
in_maintenance() { [ -f "$MAINTENANCE" ]; }
# What is to be up now: in maintenance the stores and the entrance.
wanted_services() { if in_maintenance; then fact '.services[] | select(.role == "store" or .role == "proxy") | .name'; else service_names; fi; }
wanted_jobs() { in_maintenance || job_names; }
image_of() { jq -r --arg n "$1" '(.services + (.jobs // []))[] | select(.name == $n) | .image' "$RELEASE/release.json"; }
release_id() { # what current points to, nothing when there is none
  local id
  id=$(readlink "$RELEASES/current" 2>/dev/null) || return 0
  [ -d "$RELEASES/$id" ] && echo "$id"
}
has_service() { service_names | grep -xF -- "$1" >/dev/null; }
docker_answers() { timeout -k 2 15 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
# Docker that is restarted comes back in some seconds, and with live-restore nothing stopped meanwhile.
await_docker() { # SECONDS
  local deadline=$(($(uptime_seconds) + $1))
  docker_answers && return 0
  note "docker does not answer: waiting up to $1 seconds"
  until docker_answers; do
    [ "$(uptime_seconds)" -lt "$deadline" ] || return 1
    sleep 2
  done
}
export DOCKER_AWAY='docker does not answer. Next: systemctl status docker; then: sudo systemctl restart docker'
need_docker() { docker_answers || die "$DOCKER_AWAY"; }
need_release() { # [damaged: one that is does as well]
  [ -n "$(release_id)" ] || die "nothing is deployed on this host yet. Next: pulumi up"
  # without it nobody knows what there should be: that is no empty list
  if [ "${1:-}" != damaged ] && [ "$(jq '.services | length > 0' "$RELEASE/release.json" 2>/dev/null)" != true ]; then
    die "release $(release_id) is damaged: its release.json cannot be read. What runs goes on. Next: pulumi up with any change; ecosystem doctor"
  fi
}

compose_args() { printf '%s\n' --project-directory "$RELEASE" -f "$RELEASE/compose.yaml" --env-file "$RELEASE/.env"; }
compose() {
  local args
  mapfile -t args < <(compose_args)
  docker compose "${args[@]}" "$@"
}

# A container of its own for one command, which goes with this one however that is ended: the first process of a container
# heeds no signal that it does not know, and compose leaves it behind.
run_once() { # NAME OPTIONS-OF-COMPOSE-RUN...
  # shellcheck disable=SC2064 # the name of now
  trap "docker rm -f $1 >/dev/null 2>&1 || true" EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  compose run --rm --no-deps --name "$@"
}

# One line per container of the project, tab separated:
# service state health exit restarts startedAt oomKilled image id
containers() {
  local ids
  ids=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$(project)" \
    --filter label=com.docker.compose.oneoff=False) || return 1
  mapfile -t ids < <(grep . <<<"$ids")
  [ "${#ids[@]}" -gt 0 ] || return 0
  # a container may go between the two calls: the others still count
  { docker inspect "${ids[@]}" 2>/dev/null || true; } | jq -r '.[] | [.Config.Labels["com.docker.compose.service"], .State.Status, (.State.Health.Status // "none"),
    .State.ExitCode, .RestartCount, .State.StartedAt, .State.OOMKilled, .Config.Image, .Id] | @tsv'
}
container_of() { # SERVICE [SNAPSHOT of containers]: its line
  awk -F'\t' -v s="$1" '$1 == s { print; exit }' <<<"${2:-$(containers)}"
}
is_healthy() { # a line of containers
  awk -F'\t' '{ exit !($2 == "running" && ($3 == "healthy" || $3 == "none")) }' <<<"$1"
}

# Every value of .env becomes ******** in what passes through. The values are read from the file: never an argument.
redact() {
  local env=$RELEASE/.env
  [ -r "$env" ] || env=/dev/null
  awk '
    FILENAME != "-" {
      i = index($0, "=")
      if (i == 0 || $0 ~ /^[ \t]*#/) next
      v = substr($0, i + 1)
      if (v ~ /^\047.*\047[ \t]*$/) { sub(/^\047/, "", v); sub(/\047[ \t]*$/, "", v); gsub(/\\\047/, "\047", v) }
      else if (v ~ /^".*"[ \t]*$/) {
        sub(/^"/, "", v); sub(/"[ \t]*$/, "", v)
        gsub(/\\\\/, "\001", v); gsub(/\\"/, "\"", v); gsub(/\\[$]/, "$", v); gsub(/\001/, "\\", v)
      }
      if (length(v) >= 4) { # longest first, so that no tail of a longer value remains
        for (k = n++; k > 0 && length(values[k - 1]) < length(v); k--) values[k] = values[k - 1]
        values[k] = v
      }
      next
    }
    {
      for (k = 0; k < n; k++) {
        out = ""
        while ((i = index($0, values[k])) > 0) { out = out substr($0, 1, i - 1) "********"; $0 = substr($0, i + length(values[k])) }
        $0 = out $0
      }
      print; fflush()
    }' "$env" -
}

# Where nginx answers on this machine; the published port may be another one in a trial.
https_port() {
  local at
  at=$(compose port nginx 443 2>/dev/null | sed -n 1p) || true
  echo "${at##*:}"
}
ask() { # NAME PATH: http status that nginx gives for it here, 000 for none
  local port
  port=$(https_port)
  curl -ksS -o /dev/null -w '%{http_code}' --connect-timeout 5 --max-time 15 \
    --resolve "$1:${port:-443}:127.0.0.1" "https://$1:${port:-443}$2" 2>/dev/null || true
}
