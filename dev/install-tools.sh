#!/usr/bin/env bash
# Installs what the full test run needs on Debian and Ubuntu: make tools
# With Go also actionlint, which no package of Debian has and npm neither.
# Not the pulumi CLI (https://www.pulumi.com/docs/install/) and not Docker (https://docs.docker.com/engine/install/).
set -euo pipefail

packages=(bind9-dnsutils chromium openssl postgresql python3 python3-venv ruby shellcheck openssh-client openssh-server iproute2 iptables zsh)

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

# The product's nginx follows a container to its new address (`server ... resolve`, 1.27.3), which stable distributions do not
# have yet. Debian's testing has it: unpacked into a folder of its own, with its own libraries and loader, so that nothing
# of this system is replaced.
nginx_is_new() {
  local version
  version=$(PATH=/usr/local/sbin:/usr/sbin:$PATH nginx -v 2>&1) || return 1
  [[ $version =~ nginx/([0-9]+)\.([0-9]+)\.([0-9]+) ]] &&
    ((BASH_REMATCH[1] * 1000000 + BASH_REMATCH[2] * 1000 + BASH_REMATCH[3] >= 1027003))
}
install_nginx() {
  if nginx_is_new; then return; fi
  echo "installing nginx of Debian's testing into /usr/local/lib/nginx-testing"
  local work keys=/usr/share/keyrings/debian-archive-keyring.gpg apt deb loader root=/usr/local/lib/nginx-testing
  if [ ! -f "$keys" ]; then
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends debian-archive-keyring >/dev/null
  fi
  work=$(mktemp -d)
  mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/parts" "$work/root"
  # as if nothing were installed: then apt names every library
  : >"$work/status"
  echo "deb [signed-by=$keys] http://deb.debian.org/debian testing main" >"$work/sources.list"
  apt=(apt-get -qq -o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=1 -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts="$work/parts"
    -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work")
  "${apt[@]}" update
  "${apt[@]}" install -y --download-only --no-install-recommends nginx >/dev/null
  for deb in "$work"/archives/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
  loader=$(cd "$work/root" && find usr/lib* -name 'ld-linux*.so.*' | sort | head -n 1)
  printf '#!/bin/sh\n# its own loader and libraries: they are newer than this system\nLD_LIBRARY_PATH=%s exec %s %s "$@"\n' \
    "$root/$(dirname "$(cd "$work/root" && find usr/lib -name 'libssl.so.*' | head -n 1)")" "$root/$loader" "$root/usr/sbin/nginx" >"$work/nginx"
  "${as_root[@]}" rm -rf "$root"
  "${as_root[@]}" cp -R "$work/root" "$root"
  "${as_root[@]}" chmod -R a+rX "$root"
  "${as_root[@]}" install -D -m 755 "$work/nginx" /usr/local/sbin/nginx
  rm -rf "$work"
  nginx_is_new || { echo "nginx in $root does not run" >&2; exit 1; }
}
install_nginx

# for the scans of the recorded stacks and of nginx's files, and for backups to S3
install_python_tools() {
  "$(dirname "$(readlink -f "$0")")/../tests/scan/tool" --install
  "$(dirname "$(readlink -f "$0")")/../tests/support/s3/tools" --install
}

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} = 0 ]; then
  install_python_tools
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
install_python_tools
echo "done"
