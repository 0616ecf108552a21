-- Whether an application's image goes with its data; connected to its database. Ends with an error that says why not.
-- A database says of itself which version's migrations it has, so a dump, a snapshot and a restore bring that along.
-- Variables: title of the application; version of its image, like 4.18.0; migrations, the table in which it records those
-- that have run; step, how far it may go at once (minor: to the next minor, any); previous, the version that ran before,
-- for a database that does not say yet ('' where nobody knows); record: whether this version begins now.
\o /dev/null
SELECT set_config('versions.title', :'title', false), set_config('versions.version', :'version', false),
       set_config('versions.migrations', :'migrations', false), set_config('versions.step', :'step', false),
       set_config('versions.previous', :'previous', false), set_config('versions.record', :'record', false);
\o
DO $$
DECLARE
    title text := current_setting('versions.title');
    version text := current_setting('versions.version');
    wanted int[] := string_to_array(version, '.')::int[];
    schema_now text := 'none';
    noted record;
    applied text := nullif(current_setting('versions.previous'), '');
    reached text; -- the newest that began, also where it had nothing to migrate
    old int[];
BEGIN
    IF to_regclass(format('public.%I', current_setting('versions.migrations'))) IS NOT NULL THEN
        EXECUTE format('SELECT coalesce(md5(string_agg(t::text, '','' ORDER BY t::text)), ''none'') FROM public.%I t',
                       current_setting('versions.migrations')) INTO schema_now;
    END IF;
    IF to_regclass('ecosystem.versions') IS NOT NULL THEN
        EXECUTE 'SELECT * FROM ecosystem.versions WHERE application = $1' INTO noted USING title;
        IF noted.application IS NOT NULL THEN
            -- what has changed the schema since is the version that began last
            applied := CASE WHEN noted.schema = schema_now THEN noted.applied ELSE noted.began END;
            reached := noted.began;
        END IF;
    END IF;
    IF schema_now <> 'none' AND applied IS NOT NULL THEN
        old := string_to_array(applied, '.')::int[];
        IF wanted < old THEN
            RAISE EXCEPTION '%: the data is of version %, and the image of %, which does not know its migrations', title, applied, version
                USING HINT = format('Take the image of %s or a newer one, or restore a backup from before.', applied);
        END IF;
        old := greatest(old, string_to_array(reached, '.')::int[]);
        IF current_setting('versions.step') = 'minor' AND NOT (
            wanted[1] = old[1] AND wanted[2] <= old[2] + 1 OR wanted[1] = old[1] + 1 AND wanted[2] = 0
        ) THEN
            RAISE EXCEPTION '%: from version % to % is too far for its migrations', title, array_to_string(old, '.'), version
                USING HINT = format('It goes one minor version at a time: first an image of %s.%s.', old[1], old[2] + 1);
        END IF;
    END IF;
    IF current_setting('versions.record')::boolean THEN
        CREATE SCHEMA IF NOT EXISTS ecosystem;
        REVOKE ALL ON SCHEMA ecosystem FROM PUBLIC;
        CREATE TABLE IF NOT EXISTS ecosystem.versions (
            application text PRIMARY KEY,
            applied text NOT NULL, -- the version whose migrations the schema has
            schema text NOT NULL, -- a hash of the migrations then
            began text NOT NULL, -- the version that began last
            since timestamptz NOT NULL DEFAULT now()
        );
        INSERT INTO ecosystem.versions AS v VALUES (title, coalesce(applied, version), schema_now, version)
            ON CONFLICT ON CONSTRAINT versions_pkey DO UPDATE
            SET applied = coalesce(excluded.applied, v.applied), schema = excluded.schema, began = excluded.began, since = now();
    END IF;
END
$$;
