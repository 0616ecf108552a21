# shellcheck shell=bash
# The assistant's examination: a command in a container of one of the jobs, which the release names.

cmd_assistant() {
  local json='' out rc=0 answers wrong command
  case "$*" in check) ;; 'check --json') json=yes ;; *) usage_error "assistant takes check, or check --json" ;; esac
  need_release
  [ "$(fact '.assistant != null')" = true ] || die "this release has no assistant"
  need_docker
  refuse_half_restored
  mapfile -t command < <(fact '.assistant.command[]')
  [ -n "$json" ] || note "asking the questions of assistant_examples; two calls of the model each"
  out=$(run_once "$(project)-assistant-$$" -T "$(fact .assistant.job)" "${command[@]}" 2>&1) || rc=$?
  answers=$(sed -n 's/^check: \({.*\)/\1/p' <<<"$out" | jq -sc .)
  if [ "$rc" != 0 ] && [ "$rc" != 3 ] || [ "$answers" = '[]' ]; then
    { redact <<<"$out" | tail -n 15 | cut -c1-300 | sed 's/^/    /'; } >&2
    die "the check could not be run. Next: ecosystem status"
  fi
  if [ -n "$json" ]; then jq . <<<"$answers"
  else jq -r '.[] | [(if .wrong == "" then "ok" else "MISS" end), .action, .question[0:70], .wrong[0:100]] | @tsv' <<<"$answers" | table; fi
  wrong=$(jq '[.[] | select(.wrong != "")] | length' <<<"$answers")
  [ "$wrong" != 0 ] || { say "All $(jq length <<<"$answers") are as they should be."; return "$OK"; }
  complain "$wrong of $(jq length <<<"$answers") are not as they should be. See docs/assistant.md"
  return "$UNHEALTHY"
}
