#!/usr/bin/env bash
# Dumps every database of the server into DUMP_FOLDER/mongodb/NAME.archive.gz. Environment: MONGODB_HOST, MONGODB_PORT,
# MONGODB_ROOT_USER, MONGODB_ROOT_PASSWORD, MONGODB_TLS_CA_FILE (optional), DUMP_FOLDER. Runs in MongoDB's image.
# mongodump reads DocumentDB since 100.7.4 (https://github.com/mongodb/mongo-tools/pull/587).
set -euo pipefail
umask 077
trap 'echo "error: dump: MongoDB was not dumped" >&2' ERR

folder=$DUMP_FOLDER/mongodb
mkdir -p "$folder"
# `ecosystem` is what an import notes, NAME_before what it has replaced (templates/import/mongodb.sh)
mongosh --quiet --norc --nodb --eval "$(cat "$(dirname "${BASH_SOURCE[0]}")/../mongodb/server.js")"'
  const names = server.getDB("admin").adminCommand({listDatabases: 1, nameOnly: true}).databases.map((d) => d.name);
  for (const name of names)
    if (!["admin", "config", "local", "ecosystem"].includes(name) && !(name.endsWith("_before") && names.includes(name.slice(0, -7)))) print(name)' >"$folder/databases"
tls=()
[ -z "${MONGODB_TLS_CA_FILE:-}" ] || tls=(--ssl --sslCAFile "$MONGODB_TLS_CA_FILE")
while read -r name; do
  # the password through a pipe: an argument would be in the list of processes
  mongodump --quiet --host "$MONGODB_HOST" --port "$MONGODB_PORT" "${tls[@]}" --username "$MONGODB_ROOT_USER" --authenticationDatabase admin \
    --config /dev/fd/3 --db "$name" --gzip --archive="$folder/$name.archive.gz" 3<<PASSWORD
password: "$MONGODB_ROOT_PASSWORD"
PASSWORD
  echo "dump: MongoDB $name, $(stat -c %s "$folder/$name.archive.gz") bytes"
done <"$folder/databases"
