#!/usr/bin/env bash
# Dumps every database of the server into DUMP_FOLDER/postgres/NAME.dump, beside it the rows of each table in the dump, NAME.counts
# (`table<tab>rows`). Environment: PG… of libpq, DUMP_FOLDER. Runs in PostgreSQL's image, as the master user of RDS.
set -euo pipefail
umask 077
trap 'echo "error: dump: PostgreSQL was not dumped" >&2' ERR

folder=$DUMP_FOLDER/postgres
mkdir -p "$folder"
# rdsadmin is AWS's own; what an import has replaced, or has not ended, is none of the installation's (templates/import/postgres.sh)
psql -d postgres -AtXqc "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname NOT IN ('postgres', 'rdsadmin')
  AND coalesce(shobj_description(oid, 'pg_database'), '') !~ '^ai-ecosystem: (replaced|begun) by ' ORDER BY datname" >"$folder/databases"
while read -r name; do
  # the schema of the rotation belongs to this installation (templates/postgres/rotation.sql), as its owner does
  pg_dump -Fc --exclude-schema=rotation --file "$folder/$name.dump" "$name"
  pg_restore --data-only -f - "$folder/$name.dump" | LC_ALL=C awk -f "$(dirname "${BASH_SOURCE[0]}")/../host/bin/lib/dump-counts.awk" >"$folder/$name.counts"
  echo "dump: PostgreSQL $name, $(stat -c %s "$folder/$name.dump") bytes"
done <"$folder/databases"
