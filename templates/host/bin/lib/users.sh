# shellcheck shell=bash
# People: in every application at once. Each application has a command of its own for it, which the release names.

user_applications() { fact '.users[].application'; }
user_fact() { jq -r --arg a "$1" ".users[] | select(.application == \$a) | $2" "$RELEASE/release.json"; }

# One request to one application; prints its answer. The request is on standard input: nobody's process list shows it.
ask_users() { # APPLICATION < REQUEST
  local command out rc=0 answer
  mapfile -t command < <(user_fact "$1" '.command[]')
  out=$(run_once "$(project)-users-$$" -T "$(user_fact "$1" .job)" "${command[@]}" 2>&1) || rc=$?
  answer=$(sed -n 's/^users: //p' <<<"$out" | tail -n 1)
  if [ "$rc" = 0 ] && jq -e . >/dev/null 2>&1 <<<"$answer"; then echo "$answer"; return 0; fi
  { say "--- $1: exit $rc"; redact <<<"$out" | tail -n 15 | cut -c1-300 | sed 's/^/    /'; } >&2
  return 1
}

# 25 letters and digits, of each kind, in groups that can be read aloud
new_password() {
  local text=''
  until [[ $text =~ [A-Z] && $text =~ [a-z] && $text =~ [0-9] ]]; do
    text=$(head -c 300 /dev/urandom | base64 -w0 | tr -d '+/=0OIl1' | cut -c1-25 | sed 's/...../&-/g;s/-$//')
  done
  echo "$text"
}

users_usage() { usage_error "user $1"; }

cmd_user() {
  local action=${1:-} email='' name='' role=agent only='' json='' application wanted=()
  [ $# = 0 ] || shift
  case $action in add|list|reset|remove) ;; '') users_usage 'takes add, list, reset or remove' ;; *) users_usage "does not know $action" ;; esac
  while [ $# -gt 0 ]; do
    case $action:$1 in
      add:--name|add:--role|*:--only)
        [ $# -gt 1 ] || users_usage "$action: $1 needs a value"
        printf -v "${1#--}" %s "$2"
        shift ;;
      list:--json) json=yes ;;
      *:-*) users_usage "$action does not know $1" ;;
      list:*) users_usage 'list takes no address' ;;
      *) [ -z "$email" ] || users_usage "$action takes one address"; email=${1,,} ;;
    esac
    shift
  done
  if [ "$action" != list ]; then
    # a dot-atom and a name of DNS (RFC 5322, 3.4.1), which every application takes; it is nobody's command line that is built from it
    local atom='[A-Za-z0-9!#$%&'\''*+/=?^_`{|}~-]+' label='[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?' user=${email%@*}
    [[ ${#email} -le 254 && ${#user} -le 64 && $email =~ ^$atom(\.$atom)*@($label\.)+$label$ ]] ||
      users_usage "$action needs an address, as in: ecosystem user $action someone@example.com"
  fi
  case $role in agent|administrator) ;; *) users_usage "add: --role is agent or administrator, not $role" ;; esac
  if [ -z "$name" ]; then
    name=${email%%@*} name=${name%%+*}
    [ "${#name}" -ge 3 ] || name=${email:0:80}
  fi
  [[ ${#name} -ge 3 && ${#name} -le 80 && ! $name =~ [[:cntrl:]\<\>] ]] ||
    { [ "$action" != add ] || users_usage "$action: a name has 3 to 80 characters: --name 'Ana García'"; }
  need_release
  mapfile -t wanted < <(user_applications)
  if [ -n "$only" ]; then
    IFS=, read -ra wanted <<<"$only"
    for application in "${wanted[@]}"; do
      grep -qxF -- "$application" <<<"$(user_applications)" || users_usage "--only: there is no $application. There are: $(user_applications | paste -sd' ')"
    done
  fi
  [ "${#wanted[@]}" -gt 0 ] || die "no application of this release has people"
  if [ "$action" = remove ] && [ "$email" = "$(fact '.administrator' | tr '[:upper:]' '[:lower:]')" ]; then
    die "$email is the administrator of the settings. Next: set adminEmail to another address, pulumi up, and then remove this one"
  fi
  need_docker
  lock 600
  refuse_half_restored
  if [ "$action" = list ]; then list_users "$json" "${wanted[@]}"; else change_user "$action" "$email" "$name" "$role" "${wanted[@]}"; fi
}

list_users() { # JSON APPLICATION...
  local json=$1 application answer all='[]' failed=()
  shift
  for application; do
    if answer=$(echo '{"action": "list"}' | ask_users "$application"); then
      all=$(jq -c --arg a "$application" --argjson new "$answer" '. + [$new.users[] | . + {application: $a}]' <<<"$all")
    else failed+=("$application"); fi
  done
  all=$(jq -c 'group_by(.email) | map({email: .[0].email, name: (map(.name) | map(select(. != "")) | .[0] // ""),
    applications: (map({(.application): .role}) | add)})' <<<"$all")
  if [ -n "$json" ]; then jq . <<<"$all"
  else
    jq -r '["EMAIL", "NAME"] + ($ARGS.positional | map(ascii_upcase)), (.[] | . as $who | [.email, .name] + [$ARGS.positional[] | $who.applications[.] // "-"]) | @tsv' \
      --args "$@" <<<"$all" | table
  fi
  [ "${#failed[@]}" = 0 ] || { complain "not known: who is in ${failed[*]}. Next: ecosystem status, ecosystem logs"; return "$FAILURE"; }
}

change_user() { # ACTION EMAIL NAME ROLE APPLICATION...
  local action=$1 email=$2 name=$3 role=$4 application answer rows='' request password='' shown=() mailed=() failed=() refused=()
  shift 4
  [ "$action" = remove ] || [ "$(fact .mail)" = true ] || password=$(new_password)
  request=$(ACTION=$action EMAIL=$email NAME=$name ROLE=$role PASSWORD=$password jq -cn \
    '{action: env.ACTION, email: env.EMAIL, name: env.NAME, role: env.ROLE} + (if env.PASSWORD == "" then {} else {password: env.PASSWORD} end)')
  for application; do
    note "$application"
    if ! answer=$(ask_users "$application" <<<"$request"); then
      failed+=("$application")
      rows+=$application$'\tfailed\n'
      continue
    fi
    rows+=$(jq -r --arg a "$application" --arg url "$(user_fact "$application" .url)" \
      '[$a, .result, .role // "", .reason // $url] | @tsv' <<<"$answer")$'\n'
    case $(jq -r '.result, (.mailed // false)' <<<"$answer" | paste -sd' ') in
      'added true'|'reset true') mailed+=("$application") ;;
      added*|reset*) shown+=("$application") ;;
      refused*) refused+=("$application") ;;
    esac
  done
  printf '%s' "$rows" | table
  [ "${#mailed[@]}" = 0 ] || say "A mail with a link went to $email from: ${mailed[*]}. When it has run out: \"Forgot password\" on the login page."
  if [ "${#shown[@]}" -gt 0 ]; then
    say "Password of $email for ${shown[*]}, shown this once: $password"
    say "Pass it on by a safe way; they change it after the first login."
  fi
  [ "${#refused[@]}" = 0 ] || complain "nothing was changed in: ${refused[*]}"
  [ "${#failed[@]}" = 0 ] || complain "failed in: ${failed[*]}. The others are done. Next: ecosystem status; then the same command again, which goes on where it stopped"
  [ "${#failed[@]}${#refused[@]}" = 00 ]
}
