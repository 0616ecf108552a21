# Counts the rows of `pg_restore --data-only`: a line `table<tab>rows` for each table.
!inside && /^COPY .* FROM stdin;$/ { inside = 1; n = 0; name = substr($0, 6); sub(/ FROM stdin;$/, "", name); sub(/ \([^()]*\)$/, "", name); next }
inside && $0 == "\\." { inside = 0; print name "\t" n; next }
inside { n++ }
