-- The tables of Chatwoot that matter to the data bridge, and some that it must never read.
CREATE TABLE users (id bigserial PRIMARY KEY, email varchar, encrypted_password varchar, otp_secret varchar);
CREATE TABLE access_tokens (id bigserial PRIMARY KEY, owner_type varchar, owner_id bigint, token varchar);
CREATE TABLE channel_api (id bigserial PRIMARY KEY, hmac_token varchar);
CREATE TABLE webhooks (id bigserial PRIMARY KEY, url varchar, secret varchar);
CREATE TABLE agent_bots (id bigserial PRIMARY KEY, name varchar, secret varchar);
CREATE TABLE installation_configs (id bigserial PRIMARY KEY, name varchar, serialized_value jsonb);
CREATE TABLE active_storage_blobs (id bigserial PRIMARY KEY, key varchar);
CREATE TABLE conversations (
    id serial PRIMARY KEY, account_id int, inbox_id int, status int DEFAULT 0, assignee_id int, created_at timestamp,
    updated_at timestamp, contact_id bigint, display_id int, additional_attributes jsonb, uuid uuid, identifier varchar,
    last_activity_at timestamp, team_id bigint, custom_attributes jsonb, first_reply_created_at timestamp, priority int,
    waiting_since timestamp, cached_label_list text);
CREATE TABLE messages (
    id serial PRIMARY KEY, content text, account_id int, inbox_id int, conversation_id int, message_type int,
    created_at timestamp, updated_at timestamp, private boolean DEFAULT false, status int DEFAULT 0, source_id varchar,
    content_type int DEFAULT 0, content_attributes json, sender_type varchar, sender_id bigint);
CREATE TABLE contacts (
    id serial PRIMARY KEY, name varchar, email varchar, phone_number varchar, account_id int, created_at timestamp,
    updated_at timestamp, additional_attributes jsonb, identifier varchar, custom_attributes jsonb,
    last_activity_at timestamp, contact_type int DEFAULT 0, country_code varchar, blocked boolean DEFAULT false);
CREATE TABLE inboxes (
    id serial PRIMARY KEY, channel_id int, account_id int, name varchar, created_at timestamp, updated_at timestamp,
    channel_type varchar, email_address varchar);
CREATE TABLE labels (
    id bigserial PRIMARY KEY, title varchar, description text, color varchar, account_id bigint, created_at timestamp,
    updated_at timestamp);
CREATE TABLE csat_survey_responses (
    id bigserial PRIMARY KEY, account_id bigint, conversation_id bigint, message_id bigint, rating int,
    feedback_message text, contact_id bigint, assigned_agent_id bigint, created_at timestamp, updated_at timestamp);
CREATE TABLE reporting_events (
    id bigserial PRIMARY KEY, name varchar, value float, account_id int, inbox_id int, user_id int, conversation_id int,
    created_at timestamp, updated_at timestamp, value_in_business_hours float, event_start_time timestamp,
    event_end_time timestamp);
CREATE TABLE portals (
    id bigserial PRIMARY KEY, account_id int, name varchar, slug varchar, archived boolean DEFAULT false,
    config jsonb DEFAULT '{"allowed_locales": ["en"]}', password_digest varchar);
CREATE TABLE articles (
    id bigserial PRIMARY KEY, account_id int, portal_id int, category_id int, title varchar, description text, content text,
    status int, views int, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now(), author_id bigint,
    meta jsonb DEFAULT '{}', slug varchar NOT NULL, locale varchar NOT NULL DEFAULT 'en');
CREATE TABLE canned_responses (
    id serial PRIMARY KEY, account_id int, short_code varchar, content text, created_at timestamp, updated_at timestamp);

INSERT INTO users (email, encrypted_password) VALUES ('admin@example.test', 'hash');
INSERT INTO contacts (account_id, name, email, created_at) VALUES (1, 'María', 'maria@example.test', '2026-11-01');
INSERT INTO conversations (account_id, inbox_id, display_id, status, contact_id, created_at)
    SELECT 1 + g % 2, 1, g, g % 2, g % 10, timestamp '2026-11-01 12:00' + g * interval '1 hour' FROM generate_series(0, 95) g;
INSERT INTO messages (account_id, inbox_id, conversation_id, message_type, content, created_at)
    SELECT 1, 1, 1 + g % 5, g % 2, CASE WHEN g = 0 THEN E'¿"comillas", coma\ny línea?' ELSE 'mensaje ' || g END,
           timestamp '2026-11-01' + g * interval '1 minute'
    FROM generate_series(0, 1499) g;
INSERT INTO messages (account_id, conversation_id, content) SELECT 1, 999, repeat('ñ', 500000) FROM generate_series(1, 15);
INSERT INTO reporting_events (name, value, account_id, created_at)
    SELECT 'first_response', v, 1, '2026-11-02' FROM unnest(ARRAY[10, 20, 90]) v;
INSERT INTO reporting_events (name, value, account_id, created_at) VALUES ('other', 'NaN', 1, '2026-11-02');
INSERT INTO reporting_events (name, value, account_id, inbox_id, conversation_id, created_at) VALUES
    ('conversation_resolved', 3600, 1, 1, 30, '2026-11-02 10:00'), ('conversation_resolved', 60, 1, 1, 30, '2026-11-02 11:00'),
    ('conversation_resolved', 600, 1, 1, 31, '2026-11-03 10:00'),
    ('conversation_bot_handoff', 0, 1, 1, 32, '2026-11-02 10:00'),
    ('conversation_bot_resolved', 0, 1, 1, 30, '2026-11-02 10:00'), ('conversation_bot_resolved', 0, 1, 1, 31, '2026-11-03 23:59');
INSERT INTO csat_survey_responses (account_id, conversation_id, rating, created_at)
    SELECT 1, 30, rating, '2026-11-03' FROM unnest(ARRAY[5, 5, 3]) rating;
INSERT INTO inboxes (account_id, name) VALUES (1, 'Web'), (1, 'Mail');
INSERT INTO portals (account_id, slug, archived, config) VALUES
    (1, 'ayuda', false, '{"allowed_locales": ["es", "en", "fr"], "draft_locales": ["fr"]}'), (1, 'old', true, '{}'),
    (1, 'staff', false, '{"visibility": "private_with_password"}'), (2, 'others', false, '{}');
INSERT INTO articles (account_id, portal_id, locale, slug, title, description, content, status) VALUES
    (1, 1, 'es', 'envios', 'Envíos', 'Plazos y precios del envío', 'Un pedido tarda de dos a cuatro días laborables.', 1),
    (1, 1, 'es', 'devoluciones', 'Devoluciones', NULL, 'Se puede devolver todo en 30 días. El reembolso tarda una semana.', 1),
    (1, 1, 'es', 'horario', 'Horario', 'Cuándo abrimos', 'Abrimos de lunes a viernes de 9 a 18 h.', 1),
    (1, 1, 'en', 'shipping', 'Shipping times', NULL, 'Orders take two to four working days. ' || repeat('We pack with care. ', 200), 1),
    (1, 1, 'fr', 'livraison', 'Livraison', NULL, 'Le kiwi est livré.', 1),
    (1, 1, 'es', 'precios', 'Precios de 2027', NULL, 'Borrador: kiwi a 3 EUR.', 0),
    (1, 1, 'es', 'viejo', 'Envíos de antes', NULL, 'Archivado: kiwi.', 2),
    (1, 2, 'es', 'cerrado', 'De un portal cerrado', NULL, 'El kiwi de antes.', 1),
    (1, 3, 'es', 'interno', 'Interno', NULL, 'El kiwi del equipo.', 1),
    (2, 4, 'es', 'ajeno', 'De otra cuenta', NULL, 'El kiwi de otros.', 1);
INSERT INTO messages (account_id, inbox_id, conversation_id, message_type, sender_type, private, content, created_at) VALUES
    (1, 1, 30, 1, 'AgentBot', false, E'Dos a cuatro días.\n\nhttps://desk/hc/ayuda/articles/envios', '2026-11-02 10:00'),
    (1, 1, 30, 1, 'AgentBot', false, E'Sí.\n\nhttps://desk/hc/ayuda/articles/envios\nhttps://desk/hc/ayuda/articles/horario', '2026-11-02 11:00'),
    (1, 1, 31, 1, 'AgentBot', false, E'No.\n\nhttps://desk/hc/ayuda/articles/envios', '2026-11-03 10:00'),
    (1, 1, 31, 1, 'User', false, 'Perdone, sí.', '2026-11-03 10:01'),
    (1, 1, 30, 1, 'User', true, 'Una nota.', '2026-11-02 10:01'), (1, 1, 30, 1, 'User', false, 'Tarde.', '2026-11-02 11:03'),
    (1, 1, 32, 1, 'User', false, 'https://desk/hc/ayuda/articles/envios', '2026-11-02 10:00');
INSERT INTO canned_responses (account_id, short_code, content) VALUES (1, 'factura', 'La factura se descarga en su cuenta.');
