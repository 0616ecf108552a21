# shellcheck shell=bash
# The host's own systemd units, as the live release brings them.

UNITS=/etc/systemd/system

# Nothing that is started here may keep the lock of the push.
install_units() { _install_units 9>&-; }
_install_units() {
  local file name changed='' wanted=() ours=()
  command -v systemctl >/dev/null || return 0
  for file in "$RELEASE"/systemd/*.service "$RELEASE"/systemd/*.timer; do
    [ -f "$file" ] || continue
    name=${file##*/}
    wanted+=("$name")
    cmp -s "$file" "$UNITS/$name" && continue
    install -m 644 "$file" "$UNITS/$name"
    changed+=" $name"
  done
  # a unit that this release no longer has
  for file in "$UNITS"/ai-ecosystem-*.service "$UNITS"/ai-ecosystem-*.timer; do
    [ -f "$file" ] || continue
    name=${file##*/}
    [[ " ${wanted[*]} " != *" $name "* ]] || continue
    systemctl disable --now "$name" >/dev/null 2>&1 || true
    rm -f "$file"
    changed+=" $name"
  done
  [ -z "$changed" ] || systemctl daemon-reload
  for name in "${wanted[@]}"; do
    # a service with a timer is the timer's to start
    if [[ $name == *.service ]] && [ -f "$RELEASE/systemd/${name%.service}.timer" ]; then continue; fi
    ours+=("$name")
  done
  [ "${#ours[@]}" -gt 0 ] || return 0
  # what runs all the time has its program in the release: the new one shall run; all in one call, as they take their time
  systemctl enable "${ours[@]}" >/dev/null 2>&1 || each_that_is_not enabled "${ours[@]}"
  systemctl restart "${ours[@]}" >/dev/null 2>&1 || each_that_is_not active "${ours[@]}"
}
each_that_is_not() { # enabled|active UNIT...
  local name
  for name in "${@:2}"; do systemctl -q "is-$1" "$name" || warn "$name is not $1"; done
}
