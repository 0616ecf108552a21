-- What the data bridge may read of Chatwoot: column by column, everything else refused. Runs after each
-- db:chatwoot_prepare, in Chatwoot's database as the role that ran setup.sql. Column grants instead of views: a view
-- would stop Chatwoot's migrations from altering the columns that it uses (the one policy does, for articles.status alone).
-- Never to be listed here: users, access_tokens, channel_*, webhooks, agent_bots, installation_configs,
-- active_storage_*, and of contacts the e-mail address, the phone number and the free-form attributes.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = notice;

-- In one transaction: a query that runs meanwhile sees the old grants or the new ones.
DO $$
DECLARE
    allowed CONSTANT jsonb := '{
        "conversations": ["id", "display_id", "account_id", "inbox_id", "status", "priority", "assignee_id", "team_id",
                          "contact_id", "cached_label_list", "first_reply_created_at", "waiting_since",
                          "last_activity_at", "created_at", "updated_at"],
        "messages": ["id", "account_id", "inbox_id", "conversation_id", "message_type", "content_type", "content",
                     "private", "status", "sender_type", "sender_id", "created_at", "updated_at"],
        "contacts": ["id", "account_id", "name", "contact_type", "country_code", "blocked", "last_activity_at",
                     "created_at", "updated_at"],
        "inboxes": ["id", "account_id", "name", "channel_type", "created_at", "updated_at"],
        "labels": ["id", "account_id", "title", "description", "color", "created_at", "updated_at"],
        "csat_survey_responses": ["id", "account_id", "conversation_id", "message_id", "contact_id",
                                  "assigned_agent_id", "rating", "feedback_message", "created_at", "updated_at"],
        "reporting_events": ["id", "account_id", "name", "value", "value_in_business_hours", "inbox_id", "user_id",
                             "conversation_id", "event_start_time", "event_end_time", "created_at", "updated_at"],
        "articles": ["id", "account_id", "portal_id", "category_id", "title", "description", "content", "slug", "status",
                     "locale", "updated_at"],
        "portals": ["id", "account_id", "slug", "archived", "config"],
        "canned_responses": ["id", "account_id", "short_code", "content"]
    }';
    relation regclass;
    table_name text;
    column_names text[];
    missing text[];
BEGIN
    -- Also from PUBLIC: what everybody may read the bridge may read too. Tables of extensions are not Chatwoot's.
    FOR relation IN
        SELECT c.oid::regclass
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('REVOKE ALL ON TABLE %s FROM data_bridge, PUBLIC', relation);
    END LOOP;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM data_bridge, PUBLIC;

    FOR table_name IN SELECT jsonb_object_keys(allowed) LOOP
        relation := to_regclass('public.' || quote_ident(table_name));
        IF relation IS NULL THEN
            RAISE NOTICE 'table % does not exist, skipped', table_name;
            CONTINUE;
        END IF;
        SELECT array_agg(quote_ident(wanted)) FILTER (WHERE attname IS NOT NULL),
               array_agg(wanted) FILTER (WHERE attname IS NULL)
        INTO column_names, missing
        FROM jsonb_array_elements_text(allowed -> table_name) AS wanted
        LEFT JOIN pg_attribute ON attrelid = relation AND attname = wanted AND attnum > 0 AND NOT attisdropped;
        IF missing IS NOT NULL THEN
            RAISE NOTICE 'table % has no column %, skipped', table_name, array_to_string(missing, ', ');
        END IF;
        IF column_names IS NOT NULL THEN
            EXECUTE format('GRANT SELECT (%s) ON %s TO data_bridge', array_to_string(column_names, ', '), relation);
        END IF;
    END LOOP;

    -- Grants let whole rows through, drafts too. Chatwoot owns the table, and policies do not hold for owners; the role is a text,
    -- so that a dump can be restored where there is no such role. Made once: it locks the table for a moment.
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.articles') AND attname = 'status' AND NOT attisdropped)
       AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = to_regclass('public.articles') AND polname = 'data_bridge_reads_published')
    THEN
        ALTER TABLE public.articles ENABLE ROW LEVEL SECURITY;
        CREATE POLICY data_bridge_reads_published ON public.articles
            USING (status = 1 OR NOT pg_has_role(current_user, 'data_bridge', 'member'));
    END IF;
END
$$;
