# shellcheck shell=bash
# The certificate that nginx serves: self-signed from the first minute, Let's Encrypt's as soon as it can be had.
# live.crt and live.key lead through the link `current` to a pair of one folder, so both change at once.

tls_names() { fact '.tls.names[]'; }
tls_mode() { fact .tls.mode; }

use_pair() { # pairs/NAME
  ln -sfnT "$1" "$TLS/.current.new"
  mv -fT "$TLS/.current.new" "$TLS/current"
}
# Makes CERT and KEY the live pair.
install_pair() { # CERT KEY KIND
  local pair
  pair=$TLS/pairs/$(date -u +%Y%m%dT%H%M%S)-$3-$$
  install -d -m 750 -g "$NGINX_UID" "$TLS/pairs" "$pair"
  install -m 644 "$1" "$pair/tls.crt"
  install -m 640 -g "$NGINX_UID" "$2" "$pair/tls.key"
  use_pair "pairs/$(basename "$pair")"
  for pair in crt key; do
    [ "$(readlink "$TLS/live.$pair" 2>/dev/null)" = "current/tls.$pair" ] || ln -sfT "current/tls.$pair" "$TLS/live.$pair"
  done
  # a nginx that starts this moment may still read the pair before; older ones nobody reads
  find "$TLS/pairs" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort | head -n -3 | while read -r pair; do rm -rf "${TLS:?}/pairs/$pair"; done
}

# nginx is not root: it reads the keys through its group, those of earlier pushes as well.
let_nginx_read() {
  install -d -m 750 -g "$NGINX_UID" "$TLS"
  [ -d "$TLS/pairs" ] || return 0
  chgrp -R "$NGINX_UID" "$TLS/pairs"
  find "$TLS/pairs" -type d -exec chmod 750 {} + -o -name tls.key -exec chmod 640 {} +
}

cert_names() { # CERT: its host names, one a line
  openssl x509 -in "$1" -noout -ext subjectAltName 2>/dev/null | tr ',' '\n' |
    sed -nE 's/^[[:space:]]*(DNS|IP Address):([^[:space:]]+).*/\2/p'
}
covers() { # CERT: whether it has every name of the release
  [ -z "$(comm -23 <(tls_names | sort -u) <(cert_names "$1" | sort -u))" ]
}
valid_for() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; } # CERT SECONDS
has_begun() { # CERT
  local from
  from=$(openssl x509 -in "$1" -noout -startdate | cut -d= -f2)
  [ "$(epoch "$from")" -le "$(date +%s)" ]
}
is_self_signed() { [ "$(openssl x509 -in "$1" -noout -subject_hash)" = "$(openssl x509 -in "$1" -noout -issuer_hash)" ]; }
matches() { # CERT KEY
  [ "$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$2" -pubout 2>/dev/null)" ]
}
expires() { date -d "$(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)" +%s; } # CERT: epoch

self_sign() {
  local dir san='' name first
  while read -r name; do
    if [[ $name =~ ^[0-9.]+$ ]]; then san+=",IP:$name"; else san+=",DNS:$name"; fi
  done < <(tls_names)
  first=$(fact '.tls.names[0]')
  dir=$(mktemp -d "$TLS/.signing.XXXXXX")
  (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 397 \
    -subj "/CN=${first:0:64}" -addext "subjectAltName=${san#,}" -addext 'basicConstraints=critical,CA:FALSE' \
    -addext 'extendedKeyUsage=serverAuth' -keyout "$dir/key" -out "$dir/crt" 2>"$dir/err") ||
    { complain "no self-signed certificate: $(tail -n 1 "$dir/err")"; rm -rf "$dir"; return 1; }
  install_pair "$dir/crt" "$dir/key" self-signed
  rm -rf "$dir"
}

lego_crt() { echo "$TLS/lego/certificates/live.crt"; }
lego_key() { echo "$TLS/lego/certificates/live.key"; }
lego_is_good() { # an issued certificate for just these names that still lasts
  [ -f "$(lego_crt)" ] && [ -f "$(lego_key)" ] && covers "$(lego_crt)" && valid_for "$(lego_crt)" 3600 && matches "$(lego_crt)" "$(lego_key)"
}

# Some certificate for the release's names is live when this returns. 0: it was already; 10: another one is.
ensure_certificate() {
  local live=$TLS/live.crt
  if [ -f "$live" ] && matches "$live" "$TLS/live.key" && covers "$live" && valid_for "$live" 3600; then
    # the self-signed one is ours to renew, as one that begins later than now; an issued one that came back is better
    if ! is_self_signed "$live"; then return 0; fi
    if valid_for "$live" $((30 * 86400)) && has_begun "$live" && ! { [ "$(tls_mode)" = letsencrypt ] && lego_is_good; }; then return 0; fi
  fi
  if [ "$(tls_mode)" = letsencrypt ] && lego_is_good; then install_pair "$(lego_crt)" "$(lego_key)" acme
  else self_sign || return 1; fi
  return 10
}

tls_record() { # RESULT MESSAGE: result `issued` or `failed`
  local failures=0
  [ "$1" = issued ] || failures=$(($(state tls | jq '.failures | numbers // 0 | floor') + 1))
  jq -n --arg t "$(now)" --arg r "$1" --arg m "$2" --arg n "$(tls_names | sort | tr '\n' ' ')" --argjson f "$failures" \
    '{time: $t, result: $r, message: $m, failures: $f, names: $n}' | put "$STATE/tls.json" 644
}
# Let's Encrypt allows five failures an hour and name: after a failure wait 1, 2, 4, then 8 hours, unless the names changed.
backing_off() {
  local failures wait attempt
  attempt=$(state tls)
  [ "$(jq -r .result <<<"$attempt")" = failed ] || return 1
  [ "$(jq -r .names <<<"$attempt")" = "$(tls_names | sort | tr '\n' ' ')" ] || return 1
  failures=$(jq '.failures | numbers // 1 | floor' <<<"$attempt")
  wait=$((3600 << (failures > 4 ? 3 : failures > 1 ? failures - 1 : 0)))
  is_recent "$(jq -r .time <<<"$attempt")" "$wait"
}
is_recent() { # TIME SECONDS: what lies ahead was written under a wrong clock, and is not
  local age
  age=$(($(date +%s) - $(epoch "$1")))
  [ "$age" -ge 0 ] && [ "$age" -lt "$2" ]
}

# What would make the attempt fail for sure, found out without spending one.
acme_obstacle() { # ACME directory, when it is not Let's Encrypt's
  local name token probe=$ACME/.well-known/acme-challenge port
  install -d -m 755 "$ACME/.well-known" "$probe"
  token=probe-$RANDOM$RANDOM
  echo "$token" >"$probe/$token"
  chmod 644 "$probe/$token"
  port=$(compose port nginx 80 2>/dev/null | sed -n 1p)
  port=${port##*:}
  for name in $(tls_names); do
    [ "$(curl -fsS --max-time 5 --resolve "$name:${port:-80}:127.0.0.1" "http://$name:${port:-80}/.well-known/acme-challenge/$token" 2>/dev/null)" = "$token" ] ||
      { rm -f "$probe/$token"; echo "nginx does not serve the challenges of $name on port 80"; return 0; }
    [ -n "$1" ] || getent ahosts "$name" >/dev/null || { rm -f "$probe/$token"; echo "DNS knows no address of $name"; return 0; }
  done
  rm -f "$probe/$token"
}

# lego's folders are its user's: it comes from the internet, talks to it, and needs nothing else.
lego_folders() {
  install -d -m 700 "$TLS/lego"
  chown -R "$LEGO_UID:$LEGO_UID" "$TLS/lego"
  install -d -m 755 -o "$LEGO_UID" -g "$LEGO_UID" "$ACME/.well-known" "$ACME/.well-known/acme-challenge"
}

# One account for good, whoever administers: a certificate is replaced by the account alone that it was issued to (RFC 9773, 5).
# One that was never registered goes: lego would ask the authority for it, in vain, each time.
lego_account() {
  local file account=ai-ecosystem
  # the last to be registered, of those that an address gave their name to
  while read -r _ file; do
    if jq -e '.registration.status | strings | . != ""' "$file" >/dev/null 2>&1; then account=$(basename "${file%/account.json}")
    else rm -rf "${file%/account.json}"; fi
  done < <(find "$TLS/lego/accounts" -mindepth 3 -maxdepth 3 -name account.json -printf '%T@ %p\n' 2>/dev/null | sort -n)
  echo "$account"
}

# Obtains or renews, as needed: lego decides by itself whether it is time. 0: nothing to do; 10: a new one is live; 1: failed.
obtain_certificate() { # SECONDS [force]
  local env=$STATE/acme.env directory=${ACME_DIRECTORY:-} image obstacle out rc=0 args=() run=() name
  [ "$(tls_mode)" = letsencrypt ] || return 0
  if [ "${2:-}" != force ] && backing_off; then
    note "the last attempt failed ($(state tls | jq -r .message)); the next one comes by itself"
    return 1
  fi
  # lego asks the authority each time: twice a day is enough
  if [ "${2:-}" != force ] && lego_is_good && cmp -s "$(lego_crt)" "$TLS/live.crt" &&
    is_recent "$(state tls | jq -r .time)" 39600; then return 0; fi
  [ -z "$directory" ] && [ -f "$env" ] && directory=$(sed -n 's/^ACME_DIRECTORY=//p' "$env" | tail -n 1)
  obstacle=$(acme_obstacle "$directory")
  if [ -n "$obstacle" ]; then tls_record failed "$obstacle"; warn "no certificate from Let's Encrypt yet: $obstacle"; return 1; fi
  image=$(fact .legoImage)
  lego_folders
  # without an address: Let's Encrypt keeps none (https://letsencrypt.org/2025/06/26/expiration-notification-service-has-ended),
  # and refuses an account for one of example.com
  args=(--account-id "$(lego_account)")
  for name in $(tls_names); do args+=(--domains "$name"); done
  [ -z "$directory" ] || args+=(--server "$directory")
  [ ! -f "$env" ] || run+=(--env-file "$env")
  docker rm -f "$(project)-lego" >/dev/null 2>&1 || true
  # the pull counts as well: a host without a way out shall not hold up a push
  out=$(timeout -k 5 "$1" docker run --rm --name "$(project)-lego" --pull missing \
    --user "$LEGO_UID:$LEGO_UID" --cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp -v "$TLS/lego:/data" -v "$ACME:/acme" "${run[@]}" "$image" \
    --log.format text run --path /data --accept-tos --key-type EC256 --cert.name live --force-cert-domains --no-random-sleep \
    --http --http.webroot /acme "${args[@]}" 2>&1 9>&-) || rc=$?
  docker rm -f "$(project)-lego" >/dev/null 2>&1 || true
  if [ "$rc" != 0 ] || ! lego_is_good; then
    obstacle=$(grep -iE 'error|fail|denied|unable|timeout|no such|not found' <<<"$out" | tail -n 1 | redact | cut -c1-300)
    [ "$rc" != 124 ] || obstacle="no answer within $1 s"
    tls_record failed "${obstacle:-lego ended with $rc}"
    warn "no certificate from Let's Encrypt yet: ${obstacle:-lego ended with $rc}"
    return 1
  fi
  tls_record issued "$(openssl x509 -in "$(lego_crt)" -noout -issuer | sed 's/^issuer= *//')"
  cmp -s "$(lego_crt)" "$TLS/live.crt" && return 0
  install_pair "$(lego_crt)" "$(lego_key)" acme
  return 10
}
