# shellcheck shell=bash
# A look at the archives, here and in S3: list, show, verify, fetch.

# What an operator names: a path, a name in the folder of the backups, `latest`, or `s3:` and a name or `latest`. Prints its path.
named_archive() { # NAME
  case $1 in
    s3:*) fetch_archive "${1#s3:}" ;;
    latest) [ -n "$(newest_archive)" ] && echo "$BACKUPS/$(newest_archive)" ;;
    *) if [ -f "$1" ]; then readlink -f "$1"; elif [ -f "$BACKUPS/$1" ]; then echo "$BACKUPS/$1"; else return 1; fi ;;
  esac
}
known_name() { # NAME: refuses as wrong usage what cannot be there
  case $1 in
    s3:latest) leaves_host || usage_error "this stack keeps its backups on the host alone (ai-ecosystem:backups)" ;;
    s3:ai-ecosystem-*.tar.gz) leaves_host || usage_error "this stack keeps its backups on the host alone (ai-ecosystem:backups)" ;;
    s3:*) usage_error "$1: s3:latest, or s3: and a name of: ecosystem backup list" ;;
    *) named_archive "$1" >/dev/null || usage_error "no such archive: $1. Next: ecosystem backup list" ;;
  esac
}

# Every archive there is, the newest first; `null` where S3 does not tell.
archives_json() {
  local there='' known=true name
  if leaves_host; then there=$(s3_archives) || known=false; fi
  jq -n --arg there "$there" --argjson known "$known" --argjson s3 "$(leaves_host && echo true || echo false)" --argjson proofs "$(state proofs)" --arg here "$(while read -r name; do
    printf '%s\t%s\n' "$name" "$(stat -c %s "$BACKUPS/$name")"
  done < <(archives))" '
    def rows($text): [$text | split("\n")[] | select(. != "") | split("\t")];
    (rows($here) | map({(.[0]): {bytes: (.[1] | tonumber), host: true}}) | add // {}) as $a
    | (rows($there) | map({(.[0]): {bytes: (.[1] | tonumber), s3: true, arrived: .[2]}}) | add // {}) as $b
    | {s3: (if $s3 then $known else null end), archives: [($a * $b) | to_entries | sort_by(.key) | reverse[]
        | {name: .key, bytes: .value.bytes, host: (.value.host // false), s3: (if $s3 and ($known | not) then null else .value.s3 // false end), arrived: .value.arrived, proof: ($proofs[.key] // {})}]}'
}

cmd_backup_list() {
  local report
  json_only 'backup list' "$@"
  need_release
  report=$(archives_json)
  if [ "${1:-}" = --json ]; then jq . <<<"$report"
  elif [ "$(jq '.archives | length' <<<"$report")" = 0 ]; then say "No archives yet. Next: ecosystem backup"
  else
    { printf 'ARCHIVE\tSIZE\tHERE\tS3\tPROOF HERE\tPROOF FROM S3\n'
      jq -r '.archives[] | [.name, (.bytes | tostring), (if .host then "yes" else "-" end), (if .s3 == null then "?" elif .s3 then "yes" else "-" end), (.proof.host.result // "-"), (.proof.s3.result // "-")] | @tsv' <<<"$report" |
        while IFS=$'\t' read -r name bytes rest; do printf '%s\t%s\t%s\n' "$name" "$(human "$bytes")" "$rest"; done; } | table
  fi
  [ "$(jq .s3 <<<"$report")" != false ] || return "$FAILURE"
}

cmd_backup_show() {
  local file manifest
  [ $# = 1 ] || usage_error "backup show takes one archive: NAME, latest, or s3:NAME"
  need_release
  known_name "$1"
  lock 600 >&2
  file=$(named_archive "$1") || return "$FAILURE"
  manifest=$(archive_manifest "$file") || true
  [ -n "$manifest" ] || die "$file is no archive of \`ecosystem backup\`"
  say "$file ($(human "$(stat -c %s "$file")")), of $(jq -r .created <<<"$manifest") (release $(jq -r .release <<<"$manifest"), $(jq -r .reason <<<"$manifest")):"
  summarize "$manifest"
  say "Images:"
  jq -r '.images | to_entries[] | "  \(.key)|\(.value)"' <<<"$manifest" | awk -F'|' '{ printf "%-36s %s\n", $1, $2 }'
}

# From S3 it is fetched, proved and thrown away: that is what a restore would read.
cmd_backup_verify() {
  local name file from=host rc=0
  [ $# = 1 ] || usage_error "backup verify takes one archive: NAME, latest, or s3:NAME"
  need_release
  known_name "$1"
  need_docker
  lock 7200 >&2
  sweep
  stores_are_up || die "the data stores are not all healthy: a trial needs them. Next: ecosystem doctor"
  if [[ $1 == s3:* ]]; then
    from=s3 name=${1#s3:}
    if [ "$name" = latest ]; then name=$(s3_archives | cut -f1 | sed -n 1p); fi
    [ -n "$name" ] || die "there is no archive in S3 yet, or S3 does not tell. Next: ecosystem backup"
    file=$BACKUPS/.proof-$name
    note "fetching $name from S3" >&2
    fetch_archive "$name" "$file" >/dev/null || { proof_record "$name" s3 failed "it could not be fetched"; return "$FAILURE"; }
  else file=$(named_archive "$1") && name=${file##*/}; fi
  if verify_archive "$file" full; then prove_archive "$file" "$name" "$from" || rc=$?
  else proof_record "$name" "$from" failed "it is damaged" && rc=1; fi
  [ "$from" = host ] || rm -f "$file"
  [ "$rc" = 0 ] || return "$FAILURE"
  say "Proved: $name ($from) can be restored; every count is its manifest's."
}

cmd_backup_fetch() {
  local target=${2:-}
  [[ $# =~ ^[12]$ && $1 == s3:* ]] || usage_error "backup fetch takes s3:NAME or s3:latest, and a file where it shall go"
  need_release
  known_name "$1"
  [ -z "$target" ] || target=$(readlink -m "$target")
  [ -z "$target" ] || [ ! -e "$target" ] || usage_error "$target is there already"
  lock 600 >&2
  fetch_archive "${1#s3:}" "$target"
}

# From the laptop (make restore): a line of JSON, {name, bytes}, and the archive behind it; or {name, bytes, url, key}, a sealed one
# to fetch. Both come on stdin: the address is as good as the archive, and the key is one.
cmd_backup_receive() {
  local wanted name bytes target lacks rc=0
  no_arguments 'backup receive' "$@"
  need_release
  IFS= read -r wanted || true
  name=$(jq -r '.name | strings | select(test("^ai-ecosystem-[0-9]{8}T[0-9]{6}Z\\.tar\\.gz$"))' <<<"$wanted" 2>/dev/null) || true
  bytes=$(jq -r '.bytes | numbers' <<<"$wanted" 2>/dev/null) || true
  if [ -z "$name" ] || [ -z "$bytes" ]; then usage_error "backup receive is for: make restore"; fi
  lock 7200 >&2
  install -d -m 700 "$BACKUPS"
  target=$BACKUPS/$name
  if [ "$(stat -c %s "$target" 2>/dev/null)" = "$bytes" ] && verify_archive "$target" quick 2>/dev/null; then
    say "$name is here already"
    return 0
  fi
  [ ! -e "$target" ] || die "another archive is at $target. Next: move it away"
  lacks=$(room_for "$bytes" "$BACKUPS") || die "$lacks. Next: raise dataVolumeGb"
  sweep
  note "$name ($(human "$bytes")) ..."
  (umask 077 && received "$wanted" >"$target.partial") || rc=$?
  if [ "$rc" = 0 ] && [ "$(stat -c %s "$target.partial")" != "$bytes" ]; then complain "$(stat -c %s "$target.partial") bytes came, and not $bytes: the connection was cut"; rc=1; fi
  if [ "$rc" = 0 ] && verify_archive "$target.partial" quick && sync "$target.partial" && mv -f "$target.partial" "$target" && sync "$BACKUPS"; then
    say "$name is here, and whole"
  else
    rm -f "$target.partial"
    die "$name did not arrive; nothing was changed"
  fi
}
received() { # REQUEST: the archive on stdout
  local url
  url=$(jq -r '.url // empty' <<<"$1")
  [ -n "$url" ] || { cat; return; }
  [[ $url =~ ^https?://[^\"[:space:]\\]+$ ]] || { complain "that is no address"; return 1; }
  # shellcheck disable=SC2046 # a word, or none
  curl -f --connect-timeout 20 --speed-limit 1 --speed-time 120 $([ "$(jq -r .progress <<<"$1")" = true ] && echo --progress-bar || echo -sS) -K - <<<"url = \"$url\"" |
    python3 "$RELEASE/bin/lib/seal.py" open 3< <(jq -r .key <<<"$1")
}

# What the weekly timer does: nothing to prove yet, or nothing in S3, is no failure.
cmd_backup_prove() {
  no_arguments 'backup prove' "$@"
  need_release
  leaves_host || { say "Backups stay on this host: each is proved when it is made."; return "$OK"; }
  cmd_backup_verify s3:latest
}

cmd_backup_report() { # what the hourly timer does
  no_arguments 'backup report' "$@"
  need_release
  report_backups
}
