# shellcheck shell=bash
# Applications whose data moves from version to version: what a release may not do to it, and the way back.

# Of release ID what runs with which database, as JSON a line; the rules are the incoming release's, NEW.
versions_in() { # ID NEW
  local dir=$ECOSYSTEM_HOME/releases
  jq -c --slurpfile new "$dir/$2/release.json" '. as $facts | ($new[0].versions // [])[]
    | . as $v | first($facts.services[] | select(.name == $v.service) | .image // "")
    | (capture(":v?(?<v>[0-9]+\\.[0-9]+(\\.[0-9]+)?)($|[-+@])").v // empty) as $version | $v + {version: $version}' "$dir/$1/release.json"
}

# Whether the data takes the versions of a release: a line for each that it does not, `DATABASE<tab>why`. The stores are up.
unfit_data() { # ID NEW BEFORE: BEFORE is the release whose versions a database is taken to have that does not say
  local entry database previous out name args
  while read -r entry; do
    database=$(jq -r .database <<<"$entry")
    pg_databases | grep -x "$database" >/dev/null || continue
    previous=$(versions_in "$3" "$2" | jq -r --arg d "$database" 'select(.database == $d) | .version')
    args=(-v "title=$(jq -r .application <<<"$entry")" -v "previous=$previous" -v record=false)
    for name in version migrations step; do args+=(-v "$name=$(jq -r ".$name" <<<"$entry")"); done
    out=$(pg psql -d "$database" -Xq -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never "${args[@]}" -f - 2>&1 <"$ECOSYSTEM_HOME/releases/$2/postgres/versions.sql") ||
      printf '%s\t%s\n' "$database" "$(sed -n 's/^.*ERROR:  *//p; s/^HINT:  */ /p' <<<"$out" | tr -d '\n' | grep . || echo "$out")"
  done < <(versions_in "$1" "$2")
}

# Services of release OLD that write to a database whose application gets another image with release NEW.
moving_services() { # OLD NEW
  local dir=$ECOSYSTEM_HOME/releases
  [ -r "$dir/$2/release.json" ] || return 0
  jq -r --slurpfile new "$dir/$2/release.json" '.services as $old
    | [($new[0].versions // [])[].service as $s | ($old[] | select(.name == $s) | .image) as $was
       | ($new[0].services[] | select(.name == $s) | .image) as $will | select($was != $will) | $was] as $images
    | $old[] | select(.image as $i | $images | index($i)) | .name' "$dir/$1/release.json"
}

# read now: a push moves the scripts that it runs
UNFIT=$(<"${BASH_SOURCE[0]%/*}/versions.jq")
# What of an archive is newer than the images here, or too old for them: a line each.
unfit_archive() { # MANIFEST
  fact '.versions // []' | jq -r --argjson manifest "$1" "$UNFIT"
}

# An image goes back only where its data did not move: what NEW has migrated is again as in the backup from before. What was
# written since stays in another backup. RELEASE is OLD.
# shellcheck disable=SC2034 # read by push
TAKEN_BACK=
take_data_back() { # OLD NEW BACKUP
  local unfit database why kept stores applications
  [ -n "$(moving_services "$1" "$2")" ] || return 0
  mapfile -t stores < <(fact '.services[] | select(.role == "store") | .name')
  if ! { compose up -d --no-deps "${stores[@]}" >>"$STATE/up.log" 2>&1 && wait_for_stores; }; then
    GATE_REASON='the data stores are not healthy'
    return 1
  fi
  unfit=$(unfit_data "$1" "$2" "$1")
  [ -n "$unfit" ] || return 0
  GATE_REASON="the data of ${unfit%%$'\t'*} was migrated and could not be taken back"
  [ -n "$3" ] || { GATE_REASON+=": there is no backup from before"; return 1; }
  mapfile -t applications < <(fact '.services[] | select(.role != "store" and .role != "proxy") | .name')
  compose stop "${applications[@]}" >>"$STATE/up.log" 2>&1 || return 1
  step "keeping what was written since"
  kept=$(KEEP_ARCHIVE=$3 make_backup after-failed-push) || return 1
  note "$kept"
  step "taking migrated data back to $3"
  while IFS=$'\t' read -r database why; do
    note "PostgreSQL $database ($why)"
    part "$3" "postgres/$database.dump" | pg_restore_database "$database" || { GATE_REASON+=". Next: ecosystem restore $3"; return 1; }
  done <<<"$unfit"
  # shellcheck disable=SC2034
  TAKEN_BACK=yes
  note "what was written after the upgrade began is in $kept"
}
