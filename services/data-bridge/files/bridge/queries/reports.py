"""Figures over several tables of Chatwoot, for whole days of a time zone. Chatwoot's times are UTC without a zone.

Names of reporting_events: app/listeners/reporting_event_listener.rb of chatwoot/chatwoot.
"""

from ..model import Column, Filter, Query

_FILTERS = (
    Filter("from", "created_at", "date", ">=", "the first day, e.g. 2026-11-23", required=True),
    Filter("to", "created_at", "date", "<", "the last day, e.g. 2026-11-29; it is included", required=True),
    Filter("zone", "created_at", "zone", "=", "the days' time zone, e.g. Europe/Madrid; UTC without it"),
    Filter("account_id", "account_id", "integer", "=", "only this Chatwoot account"),
    Filter("inbox_id", "inbox_id", "integer", "=", "only this inbox"),
)
_READS = (
    ("conversations", "id account_id inbox_id status created_at"),
    ("reporting_events", "name value account_id inbox_id conversation_id created_at"),
    ("csat_survey_responses", "id account_id conversation_id rating created_at"),
    ("messages", "id account_id inbox_id conversation_id message_type content private sender_type created_at"),
    ("inboxes", "id account_id name"),
    ("articles", "portal_id title slug"),
    ("portals", "id slug"),
)


def _report(name, description, columns, statement, tables, key, kind):
    reads = tuple(entry for entry in _READS if entry[0] in tables)
    return Query(name, description, "postgresql", tables[0], tuple(Column(c) for c in columns.split()), _FILTERS,
                 key=key, key_kind=kind, statement=statement, reads=reads)


def _starts(day):
    """The moment at which a local day begins, as Chatwoot writes moments."""
    return f"({day})::timestamp AT TIME ZONE coalesce(%(zone)s, 'UTC') AT TIME ZONE 'UTC'"


_DAYS = "(%(to)s::date - %(from)s::date + 1)"
_OURS = ("(%(account_id)s::bigint IS NULL OR account_id = %(account_id)s)"
         " AND (%(inbox_id)s::bigint IS NULL OR inbox_id = %(inbox_id)s)")
_IN = "created_at >= p.starts AND created_at < p.ends"
_PERIOD = f"(SELECT {_starts('%(from)s::date')} AS starts, {_starts('%(to)s::date + 1')} AS ends) AS p"


def _event(what, name):
    return f"(SELECT {what} FROM reporting_events WHERE name = '{name}' AND {_IN} AND {_OURS})"


def _median(name):
    return _event("round(percentile_cont(0.5) WITHIN GROUP (ORDER BY value))", name)


_SUMMARY = f"""
SELECT p.period, p.first_day, p.last_day,
       (SELECT count(*) FROM conversations WHERE {_IN} AND {_OURS}),
       {_event("count(DISTINCT conversation_id)", "conversation_resolved")},
       (SELECT count(*) FROM conversations WHERE status <> 1 AND {_IN} AND {_OURS}),
       {_median("first_response")}, {_median("conversation_resolved")},
       csat.answers, csat.average,
       {_event("count(DISTINCT conversation_id)", "conversation_bot_handoff")},
       {_event("count(DISTINCT conversation_id)", "conversation_bot_resolved")}
FROM (SELECT w.*, {_starts("w.first_day")} AS starts, {_starts("w.last_day + 1")} AS ends
      FROM (VALUES ('asked for', %(from)s::date, %(to)s::date),
                   ('before', %(from)s::date - {_DAYS}, %(from)s::date - 1)) AS w(period, first_day, last_day)) AS p
CROSS JOIN LATERAL (
    SELECT count(*) AS answers, round(avg(rating), 2) AS average FROM csat_survey_responses
    WHERE {_IN} AND (%(account_id)s::bigint IS NULL OR account_id = %(account_id)s)
      AND (%(inbox_id)s::bigint IS NULL
           OR conversation_id IN (SELECT id FROM conversations WHERE inbox_id = %(inbox_id)s))) AS csat
ORDER BY p.first_day DESC
"""

_BY_INBOX = f"""
SELECT i.id, i.name,
       (SELECT count(*) FROM conversations c WHERE c.inbox_id = i.id AND {_IN}),
       (SELECT count(DISTINCT conversation_id) FROM reporting_events e
        WHERE e.inbox_id = i.id AND e.name = 'conversation_resolved' AND {_IN}),
       (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY value)) FROM reporting_events e
        WHERE e.inbox_id = i.id AND e.name = 'first_response' AND {_IN})
FROM inboxes AS i CROSS JOIN {_PERIOD}
WHERE (%(account_id)s::bigint IS NULL OR i.account_id = %(account_id)s)
  AND (%(inbox_id)s::bigint IS NULL OR i.id = %(inbox_id)s)
ORDER BY 3 DESC, i.id LIMIT 200
"""

_LOCAL_HOUR = "extract(hour FROM created_at AT TIME ZONE 'UTC' AT TIME ZONE coalesce(%(zone)s, 'UTC'))"
_BY_HOUR = f"""
SELECT h.hour, coalesce(c.number, 0), coalesce(m.number, 0)
FROM generate_series(0, 23) AS h(hour)
LEFT JOIN (SELECT {_LOCAL_HOUR} AS hour, count(*) AS number FROM conversations CROSS JOIN {_PERIOD}
           WHERE {_IN} AND {_OURS} GROUP BY 1) AS c USING (hour)
LEFT JOIN (SELECT {_LOCAL_HOUR} AS hour, count(*) AS number FROM messages CROSS JOIN {_PERIOD}
           WHERE message_type = 0 AND {_IN} AND {_OURS} GROUP BY 1) AS m USING (hour)
ORDER BY h.hour
"""

# An answer names its articles by their address at its end: that is what ties it to the satisfaction and to what people did then.
_BY_ARTICLE = f"""
WITH answers AS (
    SELECT m.id, m.conversation_id, m.created_at, link.part[1] AS portal, link.part[2] AS slug
    FROM (SELECT * FROM (SELECT {", ".join(dict(_READS)["messages"].split())} FROM messages) AS m CROSS JOIN {_PERIOD}
          WHERE sender_type = 'AgentBot' AND message_type = 1 AND private IS NOT TRUE AND {_IN} AND {_OURS}) AS m
    CROSS JOIN LATERAL regexp_matches(m.content, '/hc/([^/\\s]+)/articles/([^/\\s]+)', 'g') AS link(part)
), graded AS (
    SELECT DISTINCT a.slug, a.portal, a.conversation_id, c.id, c.rating FROM answers AS a
    JOIN csat_survey_responses AS c ON c.conversation_id = a.conversation_id
)
SELECT a.portal || '/' || a.slug,
       (SELECT max(r.title) FROM articles AS r JOIN portals AS p ON p.id = r.portal_id WHERE r.slug = a.slug AND p.slug = a.portal),
       count(*), count(DISTINCT a.conversation_id),
       (SELECT count(*) FROM graded AS g WHERE (g.slug, g.portal) = (a.slug, a.portal)),
       (SELECT round(avg(rating), 2) FROM graded AS g WHERE (g.slug, g.portal) = (a.slug, a.portal)),
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM messages AS h WHERE h.conversation_id = a.conversation_id AND h.sender_type = 'User' AND h.message_type = 1
           AND h.private IS NOT TRUE AND h.created_at BETWEEN a.created_at AND a.created_at + interval '2 minutes'))
FROM answers AS a GROUP BY a.portal, a.slug ORDER BY 3 DESC, 1 LIMIT 200
"""

REPORTS = (
    _report("desk-summary",
            "How the desk did in a period, with the period before: new conversations, those resolved in it (whenever they "
            "began), new ones still not resolved, median times to the first answer and to the resolution in seconds, "
            "satisfaction (1 to 5), and what the assistant handed over or resolved alone",
            "period first_day last_day conversations resolved not_resolved first_response_median_seconds "
            "resolution_median_seconds csat_answers csat_average assistant_handovers assistant_resolutions",
            _SUMMARY, ("conversations", "reporting_events", "csat_survey_responses"), "period", "text"),
    _report("by-inbox",
            "The same period per inbox (channel): new conversations, resolved ones, median time to the first answer in seconds",
            "inbox_id inbox conversations resolved first_response_median_seconds",
            _BY_INBOX, ("inboxes", "conversations", "reporting_events"), "inbox_id", "integer"),
    _report("by-article",
            "What the assistant answered from, per article of the help centre: answers, conversations, satisfaction (1 to 5) of those "
            "conversations, and how many answers a person followed up within two minutes",
            "article name_of_article answers conversations csat_answers csat_average taken_over",
            _BY_ARTICLE, ("messages", "articles", "portals", "csat_survey_responses"), "article", "text"),
    _report("by-hour", "When customers write: new conversations and customers' messages per hour of the day",
            "hour conversations customer_messages",
            _BY_HOUR, ("conversations", "messages"), "hour", "integer"),
)
