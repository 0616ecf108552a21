#!/usr/bin/env bash
# Brings the archive's databases into MongoDB or DocumentDB, which renames no database: the present one is copied to NAME_before
# first, and stays there until the next import or `clean`. What is noted in the database `ecosystem` says how far it came, so the next
# run goes on where something stopped it. Runs in MongoDB's image. Argument: `look` (what stands against it) or `mongodb`.
# Environment: MONGODB_… as the setup job has them; IMPORT_FOLDER with what open.sh laid there; IMPORT_COLLECTIONS: JSON, of each
# database the collections with what people have made.
# shellcheck disable=SC2016 # what is in quotes is JavaScript
set -euo pipefail
umask 077

here=$(dirname "${BASH_SOURCE[0]}")
folder=$IMPORT_FOLDER/mongodb
mode='' replace='' id='' said='' renewing=''
# shellcheck source=/dev/null # mode, replace and id
. "$IMPORT_FOLDER/request"
say() { printf 'import: %s\n' "$*"; }
fail() { said=yes; printf 'error: import: %s\n' "$*" >&2; exit "${code:-1}"; }
finding() { printf '%s\t%s\n' "$1" "$2" >>"$IMPORT_FOLDER/findings"; }
ended() {
  local rc=$?
  if [ -n "$renewing" ]; then
    kill "$renewing" 2>/dev/null || true
    js 'notes.deleteOne({ _id: "lock", mine: env.LOCK })' >/dev/null 2>&1 || true
  fi
  [ "$rc" = 0 ] || [ -n "$said" ] || { echo "error: import: MongoDB refused that. What was to be replaced is there, or in NAME_before: the same once more goes on" >&2; exit 1; }
}
trap ended EXIT

# mongosh complains on standard output when it cannot write below its home
js() { # JAVASCRIPT [DATABASE], with `server`, and `notes`: what is known of each database
  ${in_place:+exec} env DATABASE="${2:-}" IMPORT_ID="$id" mongosh --quiet --norc --nodb --eval "$(cat "$here/../mongodb/server.js")"'
    const name = env.DATABASE, db = name && server.getDB(name), notes = server.getDB("ecosystem").getCollection("imports");
    const note = () => notes.findOne({ _id: name }) ?? {};
    const of = (database) => database.getCollectionInfos({ type: "collection" }).map((c) => c.name).filter((c) => !c.startsWith("system."));
    const number = (database, collections) => collections.reduce((n, c) => n + database.getCollection(c).countDocuments({}), 0);
    const write = (state) => notes.replaceOne({ _id: name }, { archive: env.IMPORT_ID, state }, { upsert: true });
    '"$1" </dev/null
}
tls=()
[ -z "${MONGODB_TLS_CA_FILE:-}" ] || tls=(--ssl --sslCAFile "$MONGODB_TLS_CA_FILE")
tool() { # mongodump or mongorestore with arguments; the password through a pipe: an argument would be in the list of processes
  "$@" --quiet --host "$MONGODB_HOST" --port "$MONGODB_PORT" "${tls[@]}" --username "$MONGODB_ROOT_USER" --authenticationDatabase admin --config /dev/fd/3 3<<PASSWORD
password: "$MONGODB_ROOT_PASSWORD"
PASSWORD
}
state() { js 'const { archive, state } = note(); print(archive === env.IMPORT_ID ? state : "")' "$1"; } # DATABASE

if [ "$1" = look ]; then
  [[ $mode =~ ^(check|import)$ ]] || exit 0
  while read -r name; do
    [ "$(state "$name")" != "done" ] || { finding note "MongoDB $name: it is this archive's already, and stays as it is"; continue; }
    [ -z "$(state "$name")" ] || continue # an earlier run has put the present one away
    found=$(js 'print(number(db, of(db).filter((c) => (JSON.parse(env.IMPORT_COLLECTIONS)[name] ?? [c]).includes(c))))' "$name")
    [ "$found" = 0 ] || [ "$replace" = yes ] || finding refused "MongoDB $name has $found documents that people made: IMPORT_REPLACE=yes puts it away as ${name}_before"
  done <"$folder/databases"
  exit 0
fi

if [ "$mode" = clean ]; then
  js 'for (const { _id } of notes.find({}).toArray()) { if (_id === "lock") continue; server.getDB(`${_id}_before`).dropDatabase(); print(`import: MongoDB ${_id}_before is gone`); }'
  exit 0
fi

import() { # DATABASE
  local name=$1 there
  case $(state "$name") in
    done) say "MongoDB $name: imported by an earlier run"; return ;;
    kept) ;;
    *)
      js 'server.getDB(`${name}_before`).dropDatabase()' "$name" >/dev/null
      if [ "$(js 'print(number(db, of(db)))' "$name")" != 0 ]; then
        say "MongoDB $name: putting it away as ${name}_before ..."
        tool mongodump --archive --db "$name" | tool mongorestore --archive --nsInclude "$name.*" --nsFrom "$name.*" --nsTo "${name}_before.*"
        there=$(js 'const b = server.getDB(`${name}_before`); for (const c of of(db)) if (number(db, [c]) !== number(b, [c])) print(c)' "$name")
        [ -z "$there" ] || fail "MongoDB $name was not put away whole: $there. It stays as it is"
      fi
      js 'write("kept")' "$name" >/dev/null
      ;;
  esac
  say "MongoDB $name ..."
  js 'db.dropDatabase()' "$name" >/dev/null
  # its indexes are made one by one, so that one that this server does not have stops nothing
  tool mongorestore --gzip --archive="$IMPORT_FOLDER/archive/mongodb/$name.archive.gz" --nsInclude "$name.*" --noIndexRestore
  METADATA=$folder/$name.metadata js '
    const all = EJSON.parse(require("fs").readFileSync(env.METADATA, "utf8"));
    for (const [collection, { type, indexes = [] }] of Object.entries(all)) {
      if (type !== "collection" || collection.startsWith("system.")) continue;
      for (const { v, ns, key, background, textIndexVersion, ...rest } of indexes) {
        if (rest.name === "_id_") continue;
        // how a text index is kept, and how it is asked for
        const { _fts, _ftsx, ...others } = key;
        const asked = _fts === undefined ? key : { ...others, ...Object.fromEntries(Object.keys(rest.weights).map((k) => [k, "text"])) };
        try {
          const { ok, errmsg } = db.runCommand({ createIndexes: collection, indexes: [{ key: asked, ...rest }] });
          if (!ok) throw new Error(errmsg);
        } catch (error) {
          print(`MongoDB ${name}.${collection}: this server does not take the index ${rest.name} (${error.message}); its application makes what it needs`);
        }
      }
    }' "$name" | while IFS= read -r line; do finding note "$line"; done
  js 'write("done")' "$name" >/dev/null
  say "MongoDB $name: imported"
}

if [ "$mode" = import ] && [ -s "$folder/databases" ]; then
  # two at once would drop what the other has restored; the lock ends a minute after whoever has it
  lock='const until = () => new Date(Date.now() + 60000), mine = env.LOCK;'
  LOCK=$id-$$-$RANDOM
  export LOCK
  for ((i = 0; ; i++)); do
    [ "$(js "$lock"'
    notes.deleteMany({ _id: "lock", until: { $lt: new Date() } });
    try { notes.insertOne({ _id: "lock", mine, until: until() }); print("yes"); } catch (error) { if (error.code !== 11000) throw error; print("no"); }')" != yes ] || break
    # one that was killed has it for a minute
    [ "$i" -lt "${IMPORT_WAIT:-90}" ] || fail "another import is at work. MongoDB was not changed"
    sleep 1
  done
  in_place=yes js "$lock"'for (;;) { notes.replaceOne({ _id: "lock", mine }, { mine, until: until() }); sleep(15000); }' >/dev/null 2>&1 3>&- &
  renewing=$!
  while read -r name; do import "$name"; done <"$folder/databases"
fi
if [ "$mode" != check ]; then
  while read -r name; do
    js 'for (const c of of(db)) print(`${c}|${number(db, [c])}`)' "$name" >"$folder/$name.counts"
  done <"$folder/databases"
fi
