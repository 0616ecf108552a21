-- Included by setup.sql: what is inside the database number :next, then, by including itself, inside those after it.
SELECT :next < count(*) AS more FROM :user_table WHERE "readOnly" IS NOT TRUE \gset
\if :more
SELECT database, role AS owner FROM :user_table WHERE "readOnly" IS NOT TRUE ORDER BY database OFFSET :next LIMIT 1 \gset
\connect :database
\set QUIET on
SET client_min_messages = warning;
\o /dev/null
SELECT set_config('setup.users', :'users', false), set_config('setup.owner', :'owner', false);
\o
SELECT count(*) > 0 AS versioned, max(application) AS title, max(version) AS version, max(migrations) AS migrations,
       max(step) AS step FROM :version_table WHERE database = :'database' \gset
\if :versioned
\set previous ''
\set record true
\ir versions.sql
\endif
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SELECT format('GRANT USAGE ON SCHEMA public TO %I', role) FROM :user_table WHERE "readOnly" AND database = :'database' \gexec

-- Large objects can be written without any right on a table, and advisory locks hold up migrations: where somebody only
-- reads, for the database's owner alone. On RDS the functions are not the master user's, who can give nothing of them away.
DO $$
DECLARE
    routine regprocedure;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR NOT EXISTS (
        SELECT FROM json_array_elements(current_setting('setup.users')::json) AS u
        WHERE (u ->> 'readOnly')::boolean AND u ->> 'database' = current_database()) THEN
        RETURN;
    END IF;
    FOR routine IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND proname ~ '^(lo_.+|loread|lowrite|pg_(try_)?advisory_.+)$'
          AND NOT proname IN ('lo_import', 'lo_export') -- a superuser's anyway
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', routine, current_setting('setup.owner'));
    END LOOP;
END
$$;

-- Schemas ask for them, but an application's role may not create all of them.
SELECT format('CREATE EXTENSION IF NOT EXISTS %I', extension) FROM :user_table, unnest(extensions) AS extension
WHERE database = :'database' \gexec

\if :rotates
\ir rotation.sql
\endif
SELECT :next + 1 AS next \gset
\ir databases.sql
\endif
