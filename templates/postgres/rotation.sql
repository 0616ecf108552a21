-- Second logins for the roles whose password is rotated: desk_clone is desk by another name, and so on. One of the
-- two is in use; the other gets the next password and takes over. Included by databases.sql, in each of them.
DO $$
DECLARE
    base text;
    clone text;
    setting text;
BEGIN
    FOR base IN SELECT u ->> 'role' FROM json_array_elements(current_setting('setup.users')::json) AS u LOOP
        clone := base || '_clone';
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = clone) THEN
            EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE', clone);
        END IF;
        IF NOT pg_has_role(clone, base, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', base, clone);
        END IF;

        -- Rights are inherited, limits are not.
        EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', clone,
                       (SELECT rolconnlimit FROM pg_roles WHERE rolname = base));
        FOR setting IN SELECT unnest(rolconfig) FROM pg_roles WHERE rolname = base LOOP
            EXECUTE format('ALTER ROLE %I SET %I = %L', clone, split_part(setting, '=', 1),
                           substr(setting, strpos(setting, '=') + 1));
        END LOOP;
    END LOOP;
END
$$;

-- What the second login makes belongs to the first, who can then alter it: both run migrations.
SELECT format('ALTER ROLE %I SET role = %L', role || '_clone', role) FROM :user_table WHERE "readOnly" IS NOT TRUE \gexec

-- The login in use sets the password of the other one, and can do nothing else by it, so the rotation needs no master
-- user. It takes a SCRAM verifier: the password itself never reaches the server or its log.
CREATE SCHEMA IF NOT EXISTS rotation;
CREATE OR REPLACE FUNCTION rotation.set_idle_password(verifier text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    idle text := CASE WHEN session_user LIKE '%\_clone' THEN left(session_user, -6) ELSE session_user || '_clone' END;
BEGIN
    IF verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        RAISE EXCEPTION 'not a SCRAM-SHA-256 verifier';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = idle) THEN
        RAISE EXCEPTION 'role % has no second login', session_user;
    END IF;
    -- Whoever still uses it was not started anew after the last rotation, and would be cut off when it connects again.
    IF EXISTS (SELECT FROM pg_stat_activity WHERE usename = idle) THEN
        RAISE EXCEPTION 'role % is not idle: a service that has not been deployed since the last rotation uses it', idle;
    END IF;
    BEGIN
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', idle, verifier);
    EXCEPTION WHEN OTHERS THEN
        -- Raised anew: the context of the first error quotes the statement.
        RAISE EXCEPTION 'role %: %', idle, SQLERRM USING ERRCODE = SQLSTATE;
    END;
    RETURN idle;
END
$$;
REVOKE ALL ON FUNCTION rotation.set_idle_password(text) FROM PUBLIC;
SELECT format('GRANT USAGE ON SCHEMA rotation TO %I', role) FROM :user_table \gexec
SELECT format('GRANT EXECUTE ON FUNCTION rotation.set_idle_password(text) TO %I', role) FROM :user_table \gexec
