#!/usr/bin/env bash
# Installs what the full test run needs on Debian and Ubuntu: make tools
# With Go also actionlint, which no package of Debian has and npm neither.
# Not the pulumi CLI (https://www.pulumi.com/docs/install/) and not Docker (https://docs.docker.com/engine/install/).
set -euo pipefail

packages=(chromium nginx-light openssl postgresql python3 python3-aiosmtpd python3-venv ruby shellcheck openssh-client)

command -v apt-get >/dev/null || { echo "make tools knows Debian and Ubuntu only; install: ${packages[*]}" >&2; exit 1; }
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)

# for the test of .github/workflows
install_actionlint() {
  if command -v actionlint >/dev/null; then return; fi
  if ! command -v go >/dev/null; then
    echo "no actionlint: install Go and run this again, or take it from https://github.com/rhysd/actionlint/releases"
    return
  fi
  echo "installing actionlint"
  local built
  built=$(mktemp -d)
  GOBIN=$built go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
  "${as_root[@]}" install -m 755 "$built/actionlint" /usr/local/bin/actionlint
  rm -rf "$built"
}
install_actionlint

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} = 0 ]; then
  echo "everything is installed"
  exit 0
fi

# the tests start their own servers; the packages shall start none
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
echo "installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "done"
