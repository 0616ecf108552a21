# shellcheck shell=bash
# Where the data is: in this host's own stores, or in those that AWS runs (ai-ecosystem:data). A release that looks for it elsewhere
# would show an empty desk, so push asks here before it switches, and brings the data along.

# data/managed.json has the addresses of the managed stores that hold this host's data: beside the data, as it outlives the machine.
# state/move.json stands from the first change of a move until it has ended well: what the managed stores have meanwhile is a part.
MANAGED=$DATA/managed.json
AS_IT_IS=$DATA/take-as-it-is # by a person's hand: what the stores of the next release have is right, whatever it is
export MOVE=  # whether the data has to be brought along
export MOVE_PROBLEM=

held_by() { jq -r --arg s "$1" 'if type == "object" then .[$s] // empty else empty end' "$MANAGED" 2>/dev/null || true; } # STORE
store_address() { fact ".managed[\"$1\"] // empty"; } # STORE
# Whether this host's own store has ever run: its volume is kept when AWS takes over, as the way back.
has_volume_data() { # STORE, of a release whose data is managed
  local volume
  volume=$(fact ".ownVolumes[\"$1\"] // empty")
  [ -n "$volume" ] && [ -n "$(ls -A "$DATA/volumes/$volume" 2>/dev/null)" ]
}
runs_itself() { # RELEASE-ID STORE
  [ -n "$1" ] && RELEASE=$RELEASES/$1 has_service "$2" && ! RELEASE=$RELEASES/$1 is_managed "$2"
}

# Why a release must not become live, in MOVE_PROBLEM; MOVE says that its predecessor's data has to be moved first.
look_for_data() { # PREVIOUS; RELEASE is the new one
  local store was
  MOVE='' MOVE_PROBLEM=''
  [ ! -e "$AS_IT_IS" ] || return 0
  if [ "$(fact '.managed | type')" != object ]; then
    for store in $(fact '.services[] | select(.role == "store") | .name'); do
      was=$(held_by "$store")
      [ -n "$was" ] || continue
      MOVE_PROBLEM="the data of $store is at $was, and this release has a $store of its own, without it. Next: pulumi config set ai-ecosystem:data managed, and pulumi up. The way back to containers: docs/upgrades.md, \"In steps\""
      return 1
    done
    return 0
  fi
  for store in $(fact '.managed | keys[]'); do
    was=$(held_by "$store")
    if [ -n "$was" ]; then
      [ "$was" != "$(store_address "$store")" ] || continue
      MOVE_PROBLEM="the data of $store is at $was, and this release looks for it at $(store_address "$store"). If it is there as well: sudo touch $AS_IT_IS, and push again; if that one is empty: the same, then ecosystem restore latest"
      return 1
    elif has_volume_data "$store"; then
      if runs_itself "$1" "$store"; then MOVE=yes; continue; fi
      MOVE_PROBLEM="this host has data of $store in $DATA/volumes, no release that runs it, and $(store_address "$store") was never its place. To move it: pulumi config set ai-ecosystem:data local, pulumi up, then managed and pulumi up. To leave it: sudo touch $AS_IT_IS, push again, and ecosystem restore latest"
      return 1
    fi
  done
  if [ "$(fact .ownMongo)" = true ] && [ "$(held_by mongodb)" != own ] && has_volume_data mongodb; then
    MOVE_PROBLEM="this host has data of mongodb, and nothing of it is brought to a MongoDB of your own (mongoUri). Next: ecosystem backup; tar -xzOf ARCHIVE mongodb/NAME.archive.gz | mongorestore --archive --gzip into yours, for each NAME; sudo touch $AS_IT_IS, and push again"
    return 1
  fi
}

# Whether the stores' containers are those of this release: half-way in a move they are another one's, of the same names.
stores_in_place() {
  local store
  [ -e "$STATE/move.json" ] || return 0
  while read -r store; do
    # shellcheck disable=SC2016 # expanded in the container
    [ "$(compose exec -T "$store" sh -c 'echo "${PGHOST:-}${MONGODB_HOST:-}${REDIS_HOST:-}"' </dev/null 2>/dev/null || echo none)" = "$(store_address "$store")" ] || return 1
  done < <(fact '.services[] | select(.role == "store") | .name')
}

# What the managed stores have that somebody may miss, in words.
managed_contents() {
  local name n found=()
  for name in $(present postgres); do
    n=$(pg_counts "$name" | jq '[to_entries[] | select(.key | startswith("ecosystem.") | not) | .value] | add // 0') || return 1
    [ "$n" = 0 ] || found+=("PostgreSQL $name: $n rows")
  done
  for name in $(present mongodb); do
    n=$(mongo_counts "$name" | jq '[.[]] | add // 0') || return 1
    [ "$n" = 0 ] || found+=("MongoDB $name: $n documents")
  done
  if has_service redis; then
    n=$(redis_keys) || return 1
    [ "$n" = 0 ] || found+=("Redis: $n keys")
  fi
  [ "${#found[@]}" = 0 ] || printf '%s\n' "${found[@]}"
}

move_problem() { MOVE_PROBLEM=$*; return 1; }

# The data of an archive, just made by the release before, into the managed stores; and the queues, which are commands in a file.
# The applications are stopped. Nothing of this host's own volumes is touched: with the release before, all is as it was.
move_data() { # ARCHIVE QUEUES KEYS; RELEASE is the new one
  # shellcheck disable=SC2034 # read by restorable
  local ONLY=postgres,mongodb manifest stores job differ there
  mapfile -t stores < <(fact '.services[] | select(.role == "store") | .name')
  step "reaching the managed stores"
  { compose up -d --no-deps "${stores[@]}" >>"$STATE/up.log" 2>&1 && wait_until_healthy "${stores[@]}"; } || move_problem "the managed stores do not answer: $(fact '.managed | [.[]] | join(", ")')" || return 1
  if [ ! -e "$STATE/move.json" ]; then
    there=$(managed_contents) || move_problem "the managed stores do not say what they have" || return 1
    [ -z "$there" ] || move_problem "the managed stores have data already ($(paste -sd';' <<<"$there")), and so has this host. To take theirs: sudo touch $AS_IT_IS; to replace theirs with this host's: sudo touch $STATE/move.json; then push again" || return 1
  fi
  jq -n --arg a "$1" --arg t "$(now)" '{archive: $a, time: $t}' | put "$STATE/move.json" 644
  step "databases, roles and users there"
  for job in "${stores[@]/%/-setup}"; do
    job_names | grep -xF -- "$job" >/dev/null || continue
    compose run --rm --no-deps -T "$job" </dev/null >>"$STATE/up.log" 2>&1 || move_problem "$job failed on the managed store: $(tail -n 1 "$STATE/up.log" | redact | cut -c1-300)" || return 1
  done
  step "moving"
  manifest=$(archive_manifest "$1")
  restore_stores "$1" "$manifest" || move_problem "the data did not go into the managed stores (see above)" || return 1
  if has_service redis; then
    note "Redis ($3 keys)"
    redis_load <"$2" || move_problem "the queues did not go into the managed Redis" || return 1
  fi
  step "comparing"
  differ=$(differences "$manifest")
  [ -z "$differ" ] || move_problem "not everything arrived: $(head -n 3 <<<"$differ" | paste -sd';')" || return 1
  # a key may end meanwhile by its own time
  if has_service redis && ! [ "$(redis_keys)" -le "$3" ]; then move_problem "Redis has other keys than were moved"; return 1; fi
  note "every count is this host's"
}

# The release is live: from now on its stores are where the data is.
data_is_settled() {
  if [ "$(fact '.managed | type')" = object ]; then
    { cat "$MANAGED" 2>/dev/null || echo '{}'; } | jq -s --argjson facts "$(fact '{managed, ownMongo}' | jq -c .)" \
      '(.[0] | if type == "object" then . else {} end) + $facts.managed + (if $facts.ownMongo then {mongodb: "own"} else {} end)' | put "$MANAGED" 644
  elif [ -e "$AS_IT_IS" ]; then rm -f "$MANAGED"; fi
  rm -f "$STATE/move.json" "$AS_IT_IS" "$BACKUPS/.queues"
}
