#!/usr/bin/env bash
# Dumps every database of the server into DUMP_FOLDER/mongodb/NAME.archive.gz. Environment: MONGODB_HOST, MONGODB_PORT,
# MONGODB_ROOT_USER, MONGODB_ROOT_PASSWORD, MONGODB_TLS_CA_FILE (optional), DUMP_FOLDER. Runs in MongoDB's image.
# mongodump reads DocumentDB since 100.7.4 (https://github.com/mongodb/mongo-tools/pull/587).
set -euo pipefail
umask 077
trap 'echo "error: dump: MongoDB was not dumped" >&2' ERR

folder=$DUMP_FOLDER/mongodb
mkdir -p "$folder"
# as in templates/mongodb/setup.js
# shellcheck disable=SC2016 # expanded by mongosh
mongosh --quiet --norc --nodb --eval '
  const env = process.env, q = encodeURIComponent;
  const options = ["authSource=admin", "retryWrites=false", "serverSelectionTimeoutMS=20000"];
  if (env.MONGODB_TLS_CA_FILE) options.push("tls=true", `tlsCAFile=${q(env.MONGODB_TLS_CA_FILE)}`);
  const server = new Mongo(`mongodb://${q(env.MONGODB_ROOT_USER)}:${q(env.MONGODB_ROOT_PASSWORD)}@${env.MONGODB_HOST}:${env.MONGODB_PORT}/admin?${options.join("&")}`);
  for (const d of server.getDB("admin").adminCommand({listDatabases: 1, nameOnly: true}).databases)
    if (!["admin", "config", "local"].includes(d.name)) print(d.name)' >"$folder/databases"
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
