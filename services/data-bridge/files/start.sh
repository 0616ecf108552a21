#!/usr/bin/env bash
# The container's command: the REST bridge (8000) and the Jupyter server (8888). When one of them ends, the container
# ends, and Docker starts it anew.
#
# Environment: see bridge/settings.py; also JUPYTER_TOKEN, JUPYTER_KERNELS=on|off, JUPYTER_BASE_URL (/data/jupyter/),
# DATA_URL (the public origin), DOCKER_STACKS_JUPYTER_CMD=server|lab, PACKAGES_DIR (what install-packages.sh filled).
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
packages_dir=${PACKAGES_DIR:-/opt/data-packages}

fail() {
  echo "data-bridge: $*" >&2
  exit 1
}

[ -n "${JUPYTER_TOKEN:-}" ] || fail "JUPYTER_TOKEN is not set"
case "${JUPYTER_KERNELS:-on}" in
  on | off) ;;
  *) fail "JUPYTER_KERNELS must be on or off" ;;
esac

export DOCKER_STACKS_JUPYTER_CMD=${DOCKER_STACKS_JUPYTER_CMD:-server}
export PYTHONDONTWRITEBYTECODE=1
mkdir -p /home/jovyan/work
if [ -e "$packages_dir/current" ]; then
  # Resolved once: a later installation switches the link, not the packages of a running process.
  PYTHONPATH="$(readlink -f "$packages_dir/current")${PYTHONPATH:+:$PYTHONPATH}"
  export PYTHONPATH
fi

# Each process gets the tokens that it needs and no other. Kernels get the read-only databases and neither token; the
# container's first process keeps both, so somebody with a kernel could still look them up there: the wall is the role.
env -u JUPYTER_TOKEN PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" python -m bridge &
bridge=$!
env -u DATA_API_TOKEN start-notebook.py "--config=$here/jupyter_server_config.py" &
jupyter=$!

stopping=
stop() {
  stopping=yes
  kill -TERM "$bridge" "$jupyter" 2>/dev/null || true
}
trap stop TERM INT

status=0
wait -n "$bridge" "$jupyter" || status=$?
if [ -z "$stopping" ]; then
  [ "$status" -ne 0 ] || status=1
  echo "data-bridge: a process ended with status $status, stopping the other" >&2
  stop
else
  status=0
fi
wait "$bridge" "$jupyter" || true
exit "$status"
