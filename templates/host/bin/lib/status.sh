# shellcheck shell=bash
# The one page that says how the host is: services, memory, swap, disk, release, certificate, last backup.

memory_json() { # {"container name": "12.3MiB / 256MiB"}; docker takes two seconds for it
  docker stats --no-stream --format '{{.ID}}\t{{.MemUsage}}' 2>/dev/null |
    jq -Rn '[inputs | split("\t") | {(.[0]): .[1]}] | add // {}'
}

certificate_json() {
  local crt=$TLS/live.crt issuer=self-signed
  [ -f "$crt" ] || { echo null; return; }
  is_self_signed "$crt" || issuer=$(openssl x509 -in "$crt" -noout -issuer -nameopt multiline | sed -n 's/.*organizationName *= //p;s/.*commonName *= //p' | paste -sd' ')
  jq -n --arg i "$issuer" \
    --argjson e "$(expires "$crt")" --arg n "$(cert_names "$crt" | paste -sd' ')" --arg m "$(tls_mode)" \
    '{mode: $m, issuer: $i, expires: ($e | todate), daysLeft: ((($e - now) / 86400) | floor), names: ($n | split(" "))}'
}

backup_json() {
  local name
  name=$(newest_archive)
  [ -n "$name" ] || { echo null; return; }
  jq -n --arg f "$BACKUPS/$name" --argjson b "$(stat -c %s "$BACKUPS/$name")" --argjson t "$(archive_epoch "$name")" --argjson n "$(archives | wc -l)" \
    --argjson last "$(state backup)" --argjson proof "$(state proofs | jq --arg n "$name" '.[$n].host // null')" --argjson s3 "$(s3_json)" \
    '{file: $f, bytes: $b, time: ($t | todate), ageHours: (((now - $t) / 3600) | floor), archives: $n, lastResult: ($last.result | strings // null), proof: $proof, s3: $s3}'
}
# What the last run saw in S3, and the last proof of an archive from there; null where backups stay on the host.
s3_json() {
  leaves_host || { echo null; return; }
  jq -n --arg b "$(bucket)" --argjson s "$(state s3)" --argjson proofs "$(state proofs)" '
    def hours: sub("[.][0-9]+"; "") | sub("[+]00:00$"; "Z") | (now - (fromdateiso8601? // 0)) / 3600 | floor;
    ([$proofs | to_entries[] | select(.value.s3) | {name: .key} + .value.s3] | max_by(.time)) as $proof
    | {bucket: $b, newest: (if $s.newest then $s.newest + {ageHours: ($s.newest.time | hours)} else null end), archives: ($s.archives // 0),
       lastResult: ($s.result // null), message: ($s.message // ""), proof: (if $proof then $proof + {ageHours: ($proof.time | hours)} else null end)}'
}

disk_json() { # PATH...
  df -B1 --output=target,size,used,avail "$@" 2>/dev/null | tail -n +2 | sort -u |
    jq -Rn '[inputs | split(" ") | map(select(. != "")) | {path: .[0], bytes: (.[1] | tonumber), used: (.[2] | tonumber), free: (.[3] | tonumber)} | .percent = (if .bytes > 0 then (.used * 100 / .bytes | floor) else 0 end)]'
}

host_memory_json() {
  awk '{ m[$1] = $2 * 1024 } END { printf "{\"memory\": {\"bytes\": %d, \"available\": %d}, \"swap\": {\"bytes\": %d, \"used\": %d}}", m["MemTotal:"], m["MemAvailable:"], m["SwapTotal:"], m["SwapTotal:"] - m["SwapFree:"] }' /proc/meminfo
}

status_json() {
  local limits all='' memory='{}' absent=unknown
  # without docker nobody knows how they are
  if docker_answers && all=$(containers); then absent=missing memory=$(memory_json); fi
  limits=$(fact '[.services[] | {(.name): .memoryMb}] | add // {}')
  jq -Rn --arg t "$(now)" --arg release "$(release_id)" --argjson limits "$limits" --arg absent "$absent" --argjson memory "$memory" --argjson host "$(host_memory_json)" \
    --argjson disk "$(disk_json / "$DATA")" --argjson certificate "$(certificate_json)" --argjson backup "$(backup_json)" \
    --argjson push "$(state push)" --arg maintenance "$(cat "$MAINTENANCE" 2>/dev/null || true)" '
    def bytes: capture("^(?<n>[0-9.]+)(?<u>[A-Za-z]+)$") | (.n | tonumber) * ({"B": 1, "KiB": 1024, "MiB": 1048576, "GiB": 1073741824}[.u] // 1) | floor;
    [inputs | split("\t") | select(length > 8) | {(.[0]): .}] | add // {} | . as $found
    | {time: $t, release: $release, push: (if $push.result then $push else null end),
       maintenance: (if $maintenance == "" then null else $maintenance end),
       services: [$limits | keys_unsorted[] | . as $name | $found[$name] as $c | {name: $name, state: ($c[1] // $absent), health: ($c[2] // "none"),
         restarts: ($c[4] // "0" | tonumber), startedAt: $c[5],
         memoryBytes: (if $c then ($memory[$c[8][0:12]] // "" | split(" / ")[0] // "" | (bytes? // null)) else null end),
         memoryLimitBytes: (if $limits[$name] then $limits[$name] * 1048576 else null end)}],
       host: $host, disk: $disk, certificate: $certificate, backup: $backup}
    | .healthy = ([.services[] | (.state == "running" and (.health == "healthy" or .health == "none"))] | all)' <<<"$all"
}

cmd_status() {
  local report healthy
  json_only status "$@"
  need_release
  report=$(status_json)
  healthy=$(jq -r .healthy <<<"$report")
  if [ "${1:-}" = --json ]; then
    jq . <<<"$report"
  else
    { printf 'SERVICE\tSTATE\tHEALTH\tMEMORY\tLIMIT\tUSED\tRESTARTS\n'
      jq -r 'def mib: if . == null then "-" else "\(. / 1048576 | floor) MiB" end;
        .services[] | [.name, .state, .health, (.memoryBytes | mib), (.memoryLimitBytes | mib),
        (if .memoryBytes and .memoryLimitBytes then "\(.memoryBytes * 100 / .memoryLimitBytes | floor) %" else "-" end), .restarts] | @tsv' <<<"$report"; } | table
    say
    jq -r 'def gb: "\(. / 107374182.4 | floor / 10) GB";
      "Release|\(.release)" + (if .push then " (last push: \(.push.result), \(.push.time))" else "" end),
      (if .maintenance then "Maintenance|since \(.maintenance)" else empty end),
      "Memory|\(.host.memory.available | gb) free of \(.host.memory.bytes | gb)",
      "Swap|" + (if .host.swap.bytes == 0 then "none" else "\(.host.swap.used | gb) used of \(.host.swap.bytes | gb)" end),
      (.disk[] | "Disk \(.path)|\(.free | gb) free of \(.bytes | gb) (\(.percent) % used)"),
      "Certificate|" + (if .certificate then "\(.certificate.issuer), \(.certificate.daysLeft) days left" else "none" end),
      "Last backup|" + (if .backup then "\(.backup.time), \(.backup.ageHours) h ago, \(.backup.archives) kept, \(.backup.proof.result // "not proved")" else "none yet" end),
      (.backup.s3 // empty | "Backups in S3|" + (if .newest then "\(.newest.time), \(.newest.ageHours) h ago, \(.newest.bytes / 1048576 | floor) MiB, \(.archives) there"
        + (if .proof then ", \(.proof.result) from there \(.proof.ageHours) h ago" else ", none proved from there yet" end) else "none yet" end)
        + (if .lastResult == "failed" then "; the last run failed" else "" end))' <<<"$report" |
      awk -F'|' '{ printf "%-28s %s\n", $1, $2 }'
    say
    if [ "$healthy" = true ]; then say "Everything is healthy."
    elif in_maintenance; then say "In maintenance: the applications are stopped. When that is over: ecosystem maintenance off"
    else docker_answers || complain "$DOCKER_AWAY"; say "Not everything is healthy. Next: ecosystem doctor"; fi
  fi
  [ "$healthy" = true ] || return "$UNHEALTHY"
}

cmd_update() {
  no_arguments update "$@"
  need_release
  need_docker
  { printf 'SERVICE\tPINNED\tRUNNING\n'
    local name running all
    all=$(containers)
    for name in $(service_names); do
      running=$(container_of "$name" "$all" | cut -f8)
      printf '%s\t%s\t%s\n' "$name" "$(image_of "$name")" "$([ "$running" = "$(image_of "$name")" ] && echo same || echo "${running:-not running}")"
    done; } | table
  cat <<TEXT

Nothing is updated from here: every image is pinned in the Pulumi program, so that what runs is what was reviewed.
To update: change the image in the program (or the stack's \`services\` setting), look at \`pulumi preview\`, then \`pulumi up\`.
The push makes a backup first when an image changes, and goes back by itself when the new one does not become healthy.
The operating system: sudo dnf upgrade --releasever=latest, then reboot at a quiet hour; the stack comes back by itself.
TEXT
}
