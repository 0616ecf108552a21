# shellcheck shell=bash
# A release on its way: taken over whole, validated, its folders and images there, then the one atomic switch.

# The folders and links that every release relies on.
layout() {
  # with an entry in fstab the data volume must be mounted: nothing may be written to the root disk in its place
  if grep -qE "[[:space:]]${DATA}[[:space:]]" /etc/fstab 2>/dev/null; then
    mountpoint -q "$DATA" || die "$DATA is not mounted: the data volume is missing. Next: check the volume's attachment in EC2, then mount $DATA"
    [ "$(findmnt -no FSTYPE "$DATA" 2>/dev/null)" != xfs ] || xfs_growfs "$DATA" >/dev/null || warn "the file system of $DATA could not be grown"
  fi
  install -d -m 755 "$ECOSYSTEM_HOME" "$RELEASES" "$DATA" "$DATA/volumes" "$ACME" "$STATUS"
  install -d -m 700 "$STATE" "$BACKUPS"
  let_nginx_read
  install -d -m 700 -o "$NGINX_UID" -g "$NGINX_UID" "$SPOOL"
  [ "$(readlink "$ECOSYSTEM_HOME/current" 2>/dev/null)" = releases/current ] || ln -sfnT releases/current "$ECOSYSTEM_HOME/current"
  [ -e "$ECOSYSTEM_HOME/backups" ] || ln -sfnT data/backups "$ECOSYSTEM_HOME/backups"
}

# Takes over the unpacked folder INCOMING as releases/ID. Only a complete copy gets that name, so what has it is whole.
adopt() { # INCOMING ID
  local from=$1 id=$2 part=$RELEASES/.adopting-$2
  if [ ! -d "$from" ]; then # an earlier push moved it already
    [ -d "$RELEASES/$id" ] || die "neither $from nor $RELEASES/$id is there: upload the release again"
    return 0
  fi
  whole "$from" "$id" || die "the upload of release $id did not arrive whole: $WHOLE_PROBLEM. Next: push again"
  (umask 077 && mkdir "$part" && cp -R --no-preserve=mode,ownership "$from/." "$part/")
  find "$part" -type d -exec chmod 755 {} +
  find "$part" -type f ! -name .env -exec chmod 644 {} +
  chmod 755 "$part"/bin/push "$part"/bin/ecosystem "$part"/bin/metadata-guard
  chmod 600 "$part/.env"
  (cd "$part" && find . -type f ! -name '.manifest*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | put "$part/.manifest"
  if [ -d "$RELEASES/$id" ]; then
    if intact "$RELEASES/$id" && cmp -s "$part/.manifest" "$RELEASES/$id/.manifest"; then rm -rf "$part"
    else # somebody edited it on the host: the pushed files count
      note "release $id had been changed on this host: put right"
      rm -rf "$RELEASES/.replaced-$id"
      sync -f "$part" || true
      mv -T "$RELEASES/$id" "$RELEASES/.replaced-$id"
      mv -T "$part" "$RELEASES/$id"
      rm -rf "$RELEASES/.replaced-$id"
    fi
  else
    sync -f "$part" || true
    mv -T "$part" "$RELEASES/$id"
  fi
  rm -rf "$from"
}
# Whether DIR is release ID, all of it and nothing else: MANIFEST.sha256 has every file, and its own hash is the id.
# A file that shows the id is hashed without it, as a hash cannot hold itself.
WHOLE_PROBLEM=
whole() { # DIR ID
  local found wrong
  WHOLE_PROBLEM='MANIFEST.sha256 is missing'
  [ -f "$1/MANIFEST.sha256" ] || return 1
  WHOLE_PROBLEM="MANIFEST.sha256 is not that of $2"
  [ "$(sha256sum <"$1/MANIFEST.sha256" | cut -c1-16)" = "$2" ] || return 1
  found=$(cd "$1" && find . -type f ! -path ./MANIFEST.sha256 -printf '%P\0' | LC_ALL=C sort -z | while IFS= read -r -d '' file; do
    printf '%s  %s\n' "$(LC_ALL=C sed "s/$2//g" "$file" | sha256sum | cut -d' ' -f1)" "$file"
  done)
  wrong=$(LC_ALL=C comm -3 <(LC_ALL=C sort "$1/MANIFEST.sha256") <(LC_ALL=C sort <<<"$found") | awk '{ print $2 }' | LC_ALL=C sort -u | paste -sd' ')
  WHOLE_PROBLEM="missing, too many or not as they were sent: ${wrong:0:300}"
  [ -z "$wrong" ]
}
intact() { # DIR: its files are those of its manifest
  [ -f "$1/.manifest" ] && (cd "$1" && sha256sum -c --quiet --strict .manifest >/dev/null 2>&1)
}

volumes() { # the backing folder of each named volume
  local name uid gid dir
  while IFS=$'\t' read -r name uid gid; do
    dir=$DATA/volumes/$name
    [ -d "$dir" ] || install -d -m 750 "$dir"
    [ "$(stat -c %u:%g "$dir")" = "$uid:$gid" ] || chown "$uid:$gid" "$dir"
  done < <(fact '.volumes[] | [.name, .uid, .gid] | @tsv')
}

# Only what is not here yet: tags are pinned, and some hosts have no way out.
pull_images() {
  local images missing=() image i=0 try err
  mapfile -t images < <(jq -r '[(.services + (.jobs // []))[].image] | unique[]' "$RELEASE/release.json")
  docker image inspect "${images[@]}" >/dev/null 2>&1 ||
    for image in "${images[@]}"; do docker image inspect "$image" >/dev/null 2>&1 || missing+=("$image"); done
  step "pulling ${#missing[@]} images (${#images[@]} in this release)"
  for image in "${missing[@]}"; do
    i=$((i + 1))
    note "$i/${#missing[@]} $image"
    for try in 1 2 3; do
      err=$(docker pull -q "$image" 2>&1 >/dev/null) && break
      # what does not exist, or is not ours to have, will not be there in a minute either
      case ${err,,} in *'not found'* | *'manifest unknown'* | *denied* | *unauthorized* | *'invalid reference'*) try=3 ;; esac
      [ "$try" -lt 3 ] || die "$image could not be pulled: $(tail -n 1 <<<"$err")"
      sleep $((try * 5))
    done
    same_as_before "$image"
  done
}
# A tag can be moved; what came by it first is what it stands for on this host. state/digests: image, its digest.
same_as_before() { # IMAGE, just pulled
  local before now
  now=$(docker image inspect "$1" 2>/dev/null | jq -r '.[0].RepoDigests // [] | map(split("@")[1]) | join(" ")') || true
  [ -n "$now" ] || return 0
  before=$(awk -v image="$1" '$1 == image { print $2 }' "$STATE/digests" 2>/dev/null || true)
  if [ -z "$before" ]; then
    { cat "$STATE/digests" 2>/dev/null || true; echo "$1 ${now%% *}"; } | put "$STATE/digests" 644
  elif [[ " $now " != *" $before "* ]]; then
    docker image rm "$1" >/dev/null 2>&1 || true
    die "$1 is not what it was on this host: now $now, before $before. Next: ask its makers; to take it, name it with its digest (services.NAME.image $1@${now%% *})"
  fi
}

# nginx's own opinion of the new files, in the new image, before anything is switched.
check_nginx() {
  local out image
  image=$(image_of nginx)
  [ -n "$image" ] || return 0
  out=$(docker run --rm --network none --entrypoint nginx --user "$NGINX_UID:$NGINX_UID" --cap-drop ALL --read-only \
    --tmpfs "/run:uid=$NGINX_UID" --tmpfs "/var/cache/nginx:uid=$NGINX_UID" --tmpfs "/var/spool/nginx:uid=$NGINX_UID" \
    -v "$RELEASES:/releases:ro" -v "$TLS:/tls:ro" -v "$ACME:/acme:ro" -v "$STATUS:/status:ro" \
    "$image" -t -q -c "/releases/$(basename "$RELEASE")/nginx/nginx.conf" 2>&1) && return 0
  printf '%s\n' "$out" | redact | tail -n 10 | sed 's/^/    /'
  return 1
}
check_compose() {
  local out
  out=$(compose config -q 2>&1) && return 0
  printf '%s\n' "$out" | redact | tail -n 10 | sed 's/^/    /'
  return 1
}

switch_to() { # ID
  ln -sfnT "$1" "$RELEASES/.current.new"
  mv -fT "$RELEASES/.current.new" "$RELEASES/current"
  sync "$RELEASES" || true
  touch "$RELEASES/$1" # the order in which old releases go
}

# A release whose release.json is empty or broken would say that it has no data to back up and that no image changes. Its images are
# those of its compose.yaml, the rest is as in the incoming release NEW; of what that one has not, nobody knows what is data.
mend_facts() { # ID NEW
  local facts=$RELEASES/$1/release.json damaged images lost
  [ "$(jq '.services | length > 0' "$facts" 2>/dev/null)" != true ] || return 0
  damaged="release $1, which runs, is damaged: its release.json cannot be read"
  images=$(RELEASE=$RELEASES/$1 compose config --format json 2>/dev/null | jq -ce '.services | map_values(.image) | select(length > 0)') ||
    die "$damaged, nor its compose.yaml. Next: push with the settings of before, which puts its files right; then again"
  lost=$(jq -r --argjson images "$images" '($images | keys) - [(.services + (.jobs // []))[].name] | join(", ")' "$RELEASES/$2/release.json")
  [ -z "$lost" ] ||
    die "$damaged, and release $2 does not know what of $lost is data, so it would not be backed up. Next: push with the settings of before, which puts its files right; then again"
  jq --arg id "$1" --argjson images "$images" 'def its: [.[] | select($images[.name]) | .image = $images[.name]];
    .id = $id | .services |= its | .jobs = ((.jobs // []) | its)' "$RELEASES/$2/release.json" | put "$facts" 644
  warn "$damaged. Its images are taken from its compose.yaml, the rest from release $2"
}

# What nginx reads at a reload, as one hash: the link has moved or not, only the content counts.
nginx_files() {
  { (cd "$RELEASE" && find nginx dashboard -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0r sha256sum)
    sha256sum <"$TLS/live.crt"; } 2>/dev/null | sha256sum | cut -d' ' -f1
}
nginx_started() { container_of nginx | cut -f6,9; }
# Reloads nginx when it was not started anew since BEFORE and its files are not those that it loaded last.
reload_nginx() { # BEFORE (nginx_started earlier)
  local hash
  hash=$(nginx_files)
  if [ -n "$1" ] && [ "$(nginx_started)" = "$1" ] && [ "$(cat "$STATE/nginx.loaded" 2>/dev/null)" != "$hash" ]; then
    compose exec -T nginx nginx -s reload -c /releases/current/nginx/nginx.conf >/dev/null 2>&1 ||
      compose exec -T nginx nginx -s reload >/dev/null 2>&1 || return 1
    note "nginx            reloaded"
  fi
  put "$STATE/nginx.loaded" 644 <<<"$hash"
}

# Old releases go, but the last 5, the previous one, and those whose folders a running container still has mounted.
prune_releases() { # CURRENT PREVIOUS
  local used id old=()
  mapfile -t old < <(cd "$RELEASES" && find . -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n' | sort -rn |
    cut -d' ' -f2 | grep -xE '[0-9a-f]{16}' | tail -n +6 | grep -vxF -e "$1" -e "${2:-none}")
  [ "${#old[@]}" -gt 0 ] || return 0
  # shellcheck disable=SC2016 # expanded in the shell of each
  used=$(docker ps -q --filter "label=com.docker.compose.project=$(project)" |
    xargs -r -P 4 -I{} bash -c 'if mounts=$(docker exec "$1" cat /proc/self/mountinfo); then
      grep -oE "releases/[0-9a-f]{16}[/ ]" <<<"$mounts" | sort -u; else echo unknown; fi' - {} 2>/dev/null)
  # a container that cannot tell: then everything stays this time
  if grep -q '^unknown$' <<<"$used"; then return 0; fi
  for id in "${old[@]}"; do grep -q "releases/${id}[/ ]" <<<"$used" || rm -rf "${RELEASES:?}/$id"; done
}

# Images of neither the current nor the previous release; what another project on the host uses, docker keeps.
prune_images() { # CURRENT PREVIOUS
  local keep old image
  images() { jq -r '((.services + (.jobs // []))[].image), (.legoImage // empty)' "$RELEASES/$1/release.json" 2>/dev/null || true; }
  keep=$({ images "$1"; [ -z "$2" ] || images "$2"; } | sort -u)
  old=$(cat "$STATE/images" 2>/dev/null || true)
  while read -r image; do
    if [ -z "$image" ] || grep -qxF "$image" <<<"$keep"; then continue; fi
    docker image rm "$image" >/dev/null 2>&1 || ! docker image inspect "$image" >/dev/null 2>&1 || keep+=$'\n'$image
  done <<<"$old"
  printf '%s\n' "$keep" | put "$STATE/images" 644
}
