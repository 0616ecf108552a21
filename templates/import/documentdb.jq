# What of a database DocumentDB 5.0 does not have, `refused<tab>…` or `note<tab>…` a line. Input: mongodb-counts.py metadata.
# https://docs.aws.amazon.com/documentdb/latest/developerguide/mongo-apis.html (capped, views, time series, indexes)
# https://docs.aws.amazon.com/documentdb/latest/developerguide/limits.html (names, keys of an index)
to_entries[] | .key as $collection | "MongoDB \($database).\($collection)" as $where | .value as $c | ($c.options // {}) as $options
  | select($collection | startswith("system.") | not)
  | (if $c.type == "view" then "refused\t\($where) is a view" else empty end),
    (if $c.type == "timeseries" then "refused\t\($where) is a time series" else empty end),
    (if $options.capped == true then "refused\t\($where) is a capped collection" else empty end),
    (if $options.clusteredIndex != null then "refused\t\($where) has a clustered index" else empty end),
    (if $options.collation != null then "refused\t\($where) has a collation of its own" else empty end),
    (if ($collection | length) > 57 or ("\($database).\($collection)" | length) > 120 then "refused\t\($where): its name is too long" else empty end),
    ($c.indexes // [] | .[] | . as $index
      | [(.key | to_entries[] | select(.value | . == "2d" or . == "hashed" or . == "geoHaystack") | "of the kind \(.value)"),
         (if .key | has("$**") then "a wildcard" else empty end),
         (if .collation != null then "with a collation" else empty end),
         (if (.key | length) > 32 then "of more than 32 keys" else empty end)]
      | select(length > 0) | "note\t\($where): its index \($index.name) is \(join(", ")) and is not made")
