#!/usr/bin/env bash
# Runs the Python tests: the data bridge and the SQL scripts, against a real PostgreSQL that the tests start themselves.
# usage: tests/python/run.sh [unittest arguments]
#        tests/python/run.sh serve_bridge     the bridge alone, until its input ends
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
bridge=$here/../../services/data-bridge/files
venv=${XDG_CACHE_HOME:-$HOME/.cache}/ai-ecosystem-tests/venv

fail() {
  echo "tests/python: $*" >&2
  exit 1
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "python3 3.11 or newer is needed"

# Of the lock only what the service imports: pandas and the rest are for the notebooks and for a newer Python.
needed=$(awk '/^[a-z]/ { take = $1 ~ /^(waitress|psycopg2-binary|pymongo|dnspython)==/ } take && !/#/' "$bridge/requirements.lock")
stamp=$(python3 --version; sha256sum <<<"$needed")
if [ "$(cat "$venv/stamp" 2>/dev/null)" != "$stamp" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps \
    -r /dev/stdin <<<"$needed"
  echo "$stamp" >"$venv/stamp"
fi

have_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && compgen -G '/usr/share/postgresql/*/extension/pg_trgm.control' >/dev/null
}
if ! have_postgres && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null ||
    fail "installing Debian's postgresql failed"
fi
have_postgres || fail "PostgreSQL 15 or newer with its contrib modules is missing (apt-get install postgresql)"

export PYTHONPATH=$bridge PYTHONDONTWRITEBYTECODE=1
if [ "${1:-}" = serve_bridge ]; then exec "$venv/bin/python" "$here/serve_bridge.py"; fi
exec "$venv/bin/python" -W error::ResourceWarning -m unittest discover --start-directory "$here" "$@"
