#!/usr/bin/env bash
# The job data-packages: the packages of requirements.lock into $PACKAGES_DIR/<id>, and the link `current` to it. Does
# nothing when they are there, or when the image has them.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
lock=$here/requirements.lock
dir=${PACKAGES_DIR:-/opt/data-packages}
modules="waitress, psycopg2, pymongo, requests, pandas"

say() { echo "data-packages: $*"; }

importable() { # [PYTHONPATH]
  PYTHONPATH=${1:-} PYTHONDONTWRITEBYTECODE=1 python -c "import $modules" 2>/dev/null
}

mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9
rm -rf "$dir"/.new.*

# Compiled packages fit one Python version on one processor.
platform=$(python -c 'import sysconfig; print(sysconfig.get_config_var("SOABI"))')
id=$(cat "$lock" - <<<"$platform" | sha256sum | cut -c1-16)
target=$dir/$id
previous=$(readlink "$dir/current" || true)

if [ "$previous" = "$id" ] && [ -d "$target" ]; then
  say "$id is installed"
  exit 0
fi

if importable; then
  # Nothing may hide the image's own packages.
  rm -f "$dir/current"
  say "the image has every package"
  exit 0
fi

if [ ! -d "$target" ]; then
  fresh=$(mktemp -d "$dir/.new.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  say "installing $id"
  python -m pip install --quiet --no-input --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: --no-deps --target "$fresh" -r "$lock"
  importable "$fresh" || { say "the packages do not work with this Python" >&2; exit 1; }
  chmod 755 "$fresh"
  mv -T "$fresh" "$target"
fi

ln -sfn "$id" "$dir/.current"
mv -T "$dir/.current" "$dir/current"

# The one before stays: a container that runs with it goes on until it is replaced, and a return to it is quick.
for old in "$dir"/*/; do
  name=$(basename "$old")
  case "$name" in
    "$id" | "$previous" | current) ;;
    *) rm -rf "${dir:?}/$name" ;;
  esac
done
say "$id is ready"
