-- Roles, databases and extensions. Runs again at every start: psql as the superuser of the container or as the master
-- user of RDS (which is no superuser), connected to the database postgres, psql 15 or newer.
-- Environment: CHATWOOT_DB_PASSWORD, N8N_DB_PASSWORD, DATA_BRIDGE_DB_PASSWORD. Where the passwords are rotated, also
-- CHATWOOT_DB_USER, N8N_DB_USER, DATA_BRIDGE_DB_USER: which of its two logins a role has that password for (rotation.sql).
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

-- The passwords go into settings of this session, from where DO reads them. A statement that held one as a literal
-- would end up in the server's log when it fails, and in pg_stat_statements when it does not.
\o /dev/null
\getenv chatwoot_password CHATWOOT_DB_PASSWORD
\if :{?chatwoot_password}
SELECT set_config('setup.chatwoot', :'chatwoot_password', false);
\endif
\getenv n8n_password N8N_DB_PASSWORD
\if :{?n8n_password}
SELECT set_config('setup.n8n', :'n8n_password', false);
\endif
\getenv data_bridge_password DATA_BRIDGE_DB_PASSWORD
\if :{?data_bridge_password}
SELECT set_config('setup.data_bridge', :'data_bridge_password', false);
\endif
\getenv chatwoot_user CHATWOOT_DB_USER
\if :{?chatwoot_user}
SELECT set_config('setup.chatwoot_user', :'chatwoot_user', false);
\endif
\getenv n8n_user N8N_DB_USER
\if :{?n8n_user}
SELECT set_config('setup.n8n_user', :'n8n_user', false);
\endif
\getenv data_bridge_user DATA_BRIDGE_DB_USER
\if :{?data_bridge_user}
SELECT set_config('setup.data_bridge_user', :'data_bridge_user', false);
\endif
\o

DO $$
DECLARE
    role_name text;
    login text;
    needed text;
    password text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['chatwoot', 'n8n', 'data_bridge'] LOOP
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

    -- Whoever is no superuser must be a member of a role to make a database that it owns, and to alter that database.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        GRANT chatwoot, n8n TO CURRENT_USER;
    END IF;
END
$$;

-- The grants are the wall; these are courtesies that a client can unset, against long or accidental statements. What it
-- has set for itself (a role may alter itself, its password included) ends here, at each start.
ALTER ROLE data_bridge RESET ALL;
ALTER ROLE data_bridge CONNECTION LIMIT 5;
ALTER ROLE data_bridge SET default_transaction_read_only = on;
ALTER ROLE data_bridge SET statement_timeout = '15s';
ALTER ROLE data_bridge SET idle_in_transaction_session_timeout = '60s';
DO $$
BEGIN
    -- No courtesy: only a superuser raises it. One query could fill the disk of all stores otherwise.
    ALTER ROLE data_bridge SET temp_file_limit = '256MB';
EXCEPTION WHEN insufficient_privilege THEN
    NULL; -- RDS: its storage grows by itself, and an alarm watches it
END
$$;

SELECT 'CREATE DATABASE chatwoot_production OWNER chatwoot'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'chatwoot_production') \gexec
SELECT 'CREATE DATABASE n8n OWNER n8n'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'n8n') \gexec

REVOKE ALL ON DATABASE chatwoot_production, n8n FROM PUBLIC;
GRANT CONNECT ON DATABASE chatwoot_production TO data_bridge;

\connect n8n
\set QUIET on
SET client_min_messages = warning;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
\if :{?chatwoot_user}
\ir rotation.sql
\endif

\connect chatwoot_production
SET client_min_messages = warning;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO data_bridge;

-- Large objects can be written without any right on a table, and advisory locks hold up Rails' migrations: for the
-- database's owner alone. On RDS the functions are not the master user's, who can give nothing of them away.
DO $$
DECLARE
    routine regprocedure;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RETURN;
    END IF;
    FOR routine IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND proname ~ '^(lo_.+|loread|lowrite|pg_(try_)?advisory_.+)$'
          AND NOT proname IN ('lo_import', 'lo_export') -- a superuser's anyway
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', routine);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO chatwoot', routine);
    END LOOP;
END
$$;

-- Chatwoot's schema asks for them, but its role may not create all of them.
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS vector;

\if :{?chatwoot_user}
\ir rotation.sql
\endif
