-- Roles, databases and extensions. Runs again at every start: psql as the superuser of the container or as the master
-- user of RDS (which is no superuser), connected to the database postgres, psql 15 or newer.
-- Environment: DATABASE_USERS, a list in JSON of whom the services log in as: `role`, `database`, `readOnly` (it owns nothing,
-- and reads what somebody grants to it), `extensions`. <ROLE>_DB_PASSWORD of each; where the passwords are rotated also
-- <ROLE>_DB_USER: which of its two logins that password is for (rotation.sql). DATABASE_VERSIONS, a list in JSON of what runs
-- with which database (versions.sql).
\set ON_ERROR_STOP on
\set QUIET on
\set SHOW_CONTEXT never
SET client_min_messages = warning;

\set users ''
\getenv users DATABASE_USERS
\set user_table 'json_to_recordset(current_setting(''setup.users'')::json) AS u (role text, database text, "readOnly" boolean, extensions text[])'
\set rotates false
\set versions '[]'
\getenv versions DATABASE_VERSIONS
\set version_table 'json_to_recordset(:''versions''::json) AS v (application text, database text, version text, migrations text, step text)'

-- The passwords go into settings of this session, from where DO reads them. A statement that held one as a literal
-- would end up in the server's log when it fails, and in pg_stat_statements when it does not.
\o /dev/null
SELECT set_config('setup.users', :'users', false);
\set next 0
\ir logins.sql
\o

DO $$
DECLARE
    role_name text;
    login text;
    needed text;
    password text;
BEGIN
    FOR role_name IN SELECT u ->> 'role' FROM json_array_elements(current_setting('setup.users')::json) AS u LOOP
        password := current_setting('setup.' || role_name, true);
        IF password IS NULL OR password = '' THEN
            RAISE EXCEPTION '%_DB_PASSWORD is not set', upper(role_name);
        END IF;
        login := coalesce(nullif(current_setting('setup.' || role_name || '_user', true), ''), role_name);
        IF login NOT IN (role_name, role_name || '_clone') THEN
            RAISE EXCEPTION '%_DB_USER is neither % nor %', upper(role_name), role_name, role_name || '_clone';
        END IF;
        BEGIN
            FOREACH needed IN ARRAY ARRAY[role_name, login] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = needed) THEN
                    EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE', needed);
                END IF;
            END LOOP;
            -- Every time, so that a changed secret takes effect.
            EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', login, password);
        EXCEPTION WHEN OTHERS THEN
            -- Raised anew: the context of the first error quotes the statement, password included.
            RAISE EXCEPTION 'role %: %', role_name, SQLERRM;
        END;
    END LOOP;
END
$$;

-- Whoever is no superuser must be a member of a role to make a database that it owns, and to alter that database.
SELECT format('GRANT %I TO CURRENT_USER', role) FROM :user_table
WHERE "readOnly" IS NOT TRUE AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \gexec

-- The grants are the wall of those that only read; these are courtesies that a client can unset, against long or accidental
-- statements. What it has set for itself (a role may alter itself, its password included) ends here, at each start.
SELECT format(statement, role)
FROM :user_table, unnest(ARRAY['ALTER ROLE %I RESET ALL',
                               'ALTER ROLE %I CONNECTION LIMIT 5',
                               'ALTER ROLE %I SET default_transaction_read_only = on',
                               'ALTER ROLE %I SET statement_timeout = ''15s''',
                               'ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''']) WITH ORDINALITY AS s (statement, step)
WHERE "readOnly" ORDER BY role, step \gexec
DO $$
DECLARE
    reader text;
BEGIN
    FOR reader IN
        SELECT u ->> 'role' FROM json_array_elements(current_setting('setup.users')::json) AS u WHERE (u ->> 'readOnly')::boolean
    LOOP
        -- No courtesy: only a superuser raises it. One query could fill the disk of all stores otherwise.
        EXECUTE format('ALTER ROLE %I SET temp_file_limit = ''256MB''', reader);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    NULL; -- RDS: its storage grows by itself, and an alarm watches it
END
$$;

SELECT format('CREATE DATABASE %I OWNER %I', database, role) FROM :user_table
WHERE "readOnly" IS NOT TRUE AND NOT EXISTS (SELECT FROM pg_database WHERE datname = database) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', database) FROM :user_table WHERE "readOnly" IS NOT TRUE \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', database, role) FROM :user_table WHERE "readOnly" \gexec

\set next 0
\ir databases.sql
