# SQL of `pg_restore -f -`: what the superuser of a container (postgres) or the master of RDS (ecosystem) owns, whoever restores
# it owns then. Rows are left as they are.
inside { if ($0 == "\\.") inside = 0; print; next }
/^COPY .* FROM stdin;$/ { inside = 1; print; next }
# rights on functions of PostgreSQL itself, which a master of RDS cannot take away, are a warning each
/^SET client_min_messages = warning;$/ { print "SET client_min_messages = error;"; next }
/^(ALTER|GRANT|REVOKE|SET SESSION AUTHORIZATION) / {
  sub(/ OWNER TO (postgres|ecosystem);$/, " OWNER TO CURRENT_USER;")
  sub(/ FOR ROLE (postgres|ecosystem) /, " FOR ROLE CURRENT_USER ")
  sub(/ (TO|FROM) (postgres|ecosystem);$/, (/ TO [a-z]+;$/ ? " TO" : " FROM") " CURRENT_USER;")
  if (/^SET SESSION AUTHORIZATION (postgres|ecosystem);$/) next
}
{ print }
