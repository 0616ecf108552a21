#!/bin/sh
# Makes the colleague with the address of the settings n8n's owner, and imports the starter flow: its credentials whenever
# they change, its workflows when they are missing or still as an earlier release left them. A run with nothing to do asks
# the database only and takes a second. Meant to run before n8n starts; one that is running follows within seconds.
#   import.sh         n8n's owner, and the starter flow
#   import.sh owner   where there is no Chatwoot, which the flow would answer
set -eu
umask 077

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/n8n-import.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

say() { printf 'n8n-import: %s\n' "$*"; }
plan() { # what is to do; $work/kept: what is not
  node "$here/state.js" plan "$work/credentials.json" "$here/workflows" >"$work/all"
  sed -n 's/^kept //p' "$work/all" >"$work/kept"
  sed '/^kept /d' "$work/all"
}

# n8n's command line is chatty (hundreds of migrations); its output matters only when it fails.
quietly() {
  if ! "$@" >"$work/log" 2>&1; then
    tail -n 30 "$work/log" >&2
    say "failed: $*" >&2
    exit 1
  fi
}

node "$here/owner.js"
[ "${1:-}" != owner ] || exit 0
node "$here/credentials.js" >"$work/credentials.json"
plan >"$work/plan"
while read -r kept; do say "$kept"; done <"$work/kept"
if [ ! -s "$work/plan" ]; then
  say "nothing to do"
  exit 0
fi

if grep -qx credentials "$work/plan"; then
  say "importing credentials"
  quietly n8n import:credentials --input="$work/credentials.json"
  node "$here/state.js" record "$work/credentials.json"
  plan >"$work/plan" # the import has made the tables: what the workflows need is certain only now
fi

mkdir "$work/workflows"
sed -n 's/^import //p' "$work/plan" | while read -r file; do cp "$here/workflows/$file" "$work/workflows/"; done
if grep -q '^import ' "$work/plan"; then
  say "importing workflows: $(sed -n 's/^import //p' "$work/plan" | tr '\n' ' ')"
  quietly n8n import:workflow --separate --input="$work/workflows"
fi
sed -n 's/^publish //p' "$work/plan" | while read -r id; do
  say "publishing $id"
  quietly n8n publish:workflow --id="$id" </dev/null
done

# n8n reports some failures only in words; the database is the judge.
plan >"$work/plan"
if [ -s "$work/plan" ]; then
  say "not everything was imported: $(tr '\n' ' ' <"$work/plan")" >&2
  exit 1
fi
say "done"
