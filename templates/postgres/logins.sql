-- Included by setup.sql: password and login of the role number :next, then, by including itself, those of the roles after it.
-- psql has no loop, and only psql can read its environment.
SELECT :next < json_array_length(nullif(:'users', '')::json) AS more \gset
\if :more
SELECT u ->> 'role' AS role, upper(u ->> 'role') || '_DB_PASSWORD' AS password_variable, upper(u ->> 'role') || '_DB_USER' AS login_variable
FROM (SELECT :'users'::json -> :next) AS users (u) \gset
\set password ''
\set login ''
\getenv password :password_variable
\getenv login :login_variable
SELECT set_config('setup.' || :'role', :'password', false);
SELECT set_config('setup.' || :'role' || '_user', :'login', false), :'rotates' OR :'login' <> '' AS rotates \gset
\unset password
SELECT :next + 1 AS next \gset
\ir logins.sql
\endif
