#!/bin/bash
# Bootstrap of the host, run once by cloud-init as root. Safe to run again. What the host serves comes later, as a release.
set -euo pipefail
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

log=/var/log/user-data.log
home=/opt/ai-ecosystem
data=$home/data
label=ai-eco-data
compose_version=@@COMPOSE_VERSION@@

exec 3>&2 >>"$log" 2>&1
at=start
step() { at=$*; echo "--- $(date -u +%T) $at"; }
both() { echo "$*"; echo "$*" >&3; }
fail() { both "ERROR: $*"; exit 1; }
trap 'rc=$?; [ "$rc" = 0 ] || both "=== Setup FAILED (exit $rc, at: $at): $(date -u +%FT%TZ) === see $log"' EXIT

retry() { # TIMES COMMAND...: with growing pauses, since a new host's network and mirrors may need a moment
  local times=$1 i
  shift
  for ((i = 1; i <= times; i++)); do
    "$@" && return 0
    [ "$i" = "$times" ] || { echo "attempt $i of $times failed: $*"; sleep $((i * 5)); }
  done
  return 1
}

echo "=== Setup started: $(date -u +%FT%TZ) ==="

# --- packages: AL2023 locks its repository to the image's release, so the versions stay until somebody moves the release
step "packages"
retry 5 dnf install -y -q docker jq openssl xfsprogs || fail "dnf could not install docker, jq, openssl, xfsprogs"

# --- docker compose: not in AL2023's repository
step "docker compose $compose_version"
plugins=/usr/local/lib/docker/cli-plugins
case $(uname -m) in
  x86_64) arch=x86_64 sum=@@COMPOSE_SHA256_X86_64@@ ;;
  aarch64) arch=aarch64 sum=@@COMPOSE_SHA256_AARCH64@@ ;;
  *) fail "no docker compose for $(uname -m)" ;;
esac
plugin_ok() { [ -e "$1" ] && echo "$sum  $1" | sha256sum -c --status -; }
if ! plugin_ok "$plugins/docker-compose"; then
  mkdir -p "$plugins"
  part=$plugins/.docker-compose.part
  retry 5 curl -fsSL --connect-timeout 15 --max-time 300 --retry 3 -o "$part" \
    "https://github.com/docker/compose/releases/download/v${compose_version#v}/docker-compose-linux-$arch" ||
    fail "docker compose $compose_version could not be downloaded"
  echo "$sum  $part" | sha256sum -c - || fail "the download of docker compose $compose_version has the wrong checksum"
  chmod 755 "$part"
  mv -f "$part" "$plugins/docker-compose"
fi

# --- data volume: attached after the instance has started, so it may take a while
step "data volume"
root_disk() {
  local source
  source=$(findmnt -no SOURCE / 2>/dev/null | sed 's/\[.*//')
  lsblk -no PKNAME "$source" 2>/dev/null | sed -n 1p
}
find_device() { # the volume that has our label, the one attached as sdf, or the only other disk without partitions
  local device root candidates=() name
  device=$(blkid -L "$label" 2>/dev/null) && { echo "$device"; return 0; }
  for device in /dev/sdf /dev/xvdf; do [ -e "$device" ] && { readlink -f "$device"; return 0; }; done
  # Nitro renames sdf, and the link is missing where amazon-ec2-utils is; the controller still tells that it is an EBS volume
  root=$(root_disk)
  [ -n "$root" ] || return 1
  while read -r name; do
    [ "$name" != "$root" ] || continue
    [ "$(lsblk -no NAME "/dev/$name" | wc -l)" = 1 ] || continue
    grep -qsi 'Amazon Elastic Block Store' "/sys/block/$name/device/model" || [[ $name == xvd* ]] || continue
    candidates+=("$name")
  done < <(lsblk -dno NAME,TYPE | awk '$2 == "disk" { print $1 }')
  [ "${#candidates[@]}" = 1 ] || return 1
  echo "/dev/${candidates[0]}"
}
mkdir -p "$data" "$home/state" "$home/releases"
chmod 700 "$home/state"
if ! mountpoint -q "$data"; then
  device=
  for _ in $(seq 120); do
    device=$(find_device) && break
    sleep 5
  done
  [ -n "$device" ] || fail "the data volume did not appear within 10 minutes; nothing is installed on the root disk instead. Attach it as /dev/sdf and run /var/lib/cloud/instance/scripts/part-001 again"
  found=$(blkid -p "$device") && rc=0 || rc=$?
  case $rc in
    2) echo "$device is blank: making the file system"; mkfs.xfs -L "$label" "$device" ;;
    0) [ "$(blkid -p -o value -s LABEL "$device")" = "$label" ] ||
      fail "$device holds something that is not the ecosystem's data, and is left alone: $found" ;;
    *) fail "$device could not be read (blkid: $rc)" ;;
  esac
  grep -qE "[[:space:]]${data}[[:space:]]" /etc/fstab ||
    echo "LABEL=$label $data xfs defaults,noatime,nofail,x-systemd.device-timeout=90s 0 2" >>/etc/fstab
  systemctl daemon-reload
  mount "$data" || { udevadm settle || true; sleep 2; mount "$data"; }
fi
mountpoint -q "$data" || fail "$data is not mounted"
xfs_growfs "$data"

# --- docker: never before the data volume, or its containers would start on empty folders of the root disk
step "docker"
mkdir -p /etc/docker /etc/systemd/system/docker.service.d
cat >/etc/docker/daemon.json <<'JSON'
{
  "log-driver": "json-file",
  "log-opts": { "max-size": "10m", "max-file": "3" },
  "live-restore": true
}
JSON
cat >/etc/systemd/system/docker.service.d/data-volume.conf <<UNIT
[Unit]
RequiresMountsFor=$data
UNIT
systemctl daemon-reload
systemctl enable --now docker
retry 6 docker version --format 'docker {{.Server.Version}}' || fail "docker does not answer"
docker compose version

# --- swap: also called by a release when its size in the settings changes
step "swap"
cat >/usr/local/sbin/ecosystem-swap <<'SWAP'
#!/bin/bash
# ecosystem-swap GIGABYTES: makes, resizes or (0) removes the swap file. Nothing happens when it is right already.
set -euo pipefail
size=${1:-}
file=/swapfile
[[ $size =~ ^[0-9]+$ ]] || { echo "usage: ecosystem-swap GIGABYTES" >&2; exit 2; }
active() { grep -qx "$file" <<<"$(swapon --show=NAME --noheadings)"; }
fstab() { # add|remove
  if [ "$1" = add ]; then
    grep -qE "^$file[[:space:]]" /etc/fstab || echo "$file none swap sw 0 0" >>/etc/fstab
  else sed -i "\\#^$file[[:space:]]#d" /etc/fstab; fi
}
if [ "$size" -gt 0 ] && active && [ "$(stat -c %s "$file")" = $((size * 1024 * 1024 * 1024)) ]; then
  fstab add
  exit 0
fi
if active; then swapoff "$file"; fi
rm -f "$file"
if [ "$size" = 0 ]; then
  fstab remove
  exit 0
fi
make() { # COMMAND...: fills the file, then tries it
  rm -f "$file"
  (umask 077 && "$@") && chmod 600 "$file" && mkswap "$file" >/dev/null && swapon "$file"
}
# some file systems refuse a file with unwritten extents
make fallocate -l "${size}G" "$file" ||
  make dd if=/dev/zero of="$file" bs=1M count=$((size * 1024)) status=none ||
  { rm -f "$file"; fstab remove; echo "no swap: $file could not be made with $size GB" >&2; exit 1; }
fstab add
SWAP
chmod 755 /usr/local/sbin/ecosystem-swap
/usr/local/sbin/ecosystem-swap @@SWAP_GB@@
echo 'vm.swappiness = 60' >/etc/sysctl.d/90-ai-ecosystem.conf
sysctl -q -p /etc/sysctl.d/90-ai-ecosystem.conf

echo "=== Setup Complete: $(date -u +%FT%TZ) ==="
