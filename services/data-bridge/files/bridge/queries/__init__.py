"""The named queries. What is not listed here cannot be asked for, and what grants.sql does not grant cannot be read."""

from .knowledge import KNOWLEDGE
from ..model import Column, Filter, Query
from .reports import REPORTS

_ACCOUNT = Filter("account_id", "account_id", "integer", "=", "only this Chatwoot account")
_INBOX = Filter("inbox_id", "inbox_id", "integer", "=", "only this inbox")
_CONVERSATION = Filter("conversation_id", "conversation_id", "integer", "=", "only this conversation")
_FROM = Filter("created_from", "created_at", "time", ">=", "created at or after this time (ISO 8601, UTC)")
_TO = Filter("created_to", "created_at", "time", "<", "created before this time (ISO 8601, UTC)")
_DAY = Column("day", "created_at::date", ("created_at",))


def _columns(names):
    return tuple(Column(name) for name in names.split())


def _chatwoot(name, description, table, columns, filters, values=()):
    return Query(name, description, "postgresql", table, _columns(columns), filters, values=values)


def _per_day(name, description, table, columns, filters, where="", where_needs=()):
    return Query(name, description, "postgresql", table, (_DAY, *columns), filters, key="day", key_kind="date",
                 where=where, where_needs=where_needs, grouped=True)


def _librechat(name, description, collection, columns, filters):
    return Query(name, description, "mongodb", collection, columns, filters, key="_id", key_kind="objectid")


_ALL = (
    _chatwoot(
        "conversations", "Conversations of Chatwoot, without their messages", "conversations",
        "id display_id account_id inbox_id status priority assignee_id team_id contact_id cached_label_list "
        "first_reply_created_at waiting_since last_activity_at created_at updated_at",
        (_ACCOUNT, _INBOX, Filter("status", "status", "integer", "=", "only this status (a number)"), _FROM, _TO),
        (("status", "0 open, 1 resolved, 2 pending, 3 snoozed"), ("priority", "0 low, 1 medium, 2 high, 3 urgent")),
    ),
    _chatwoot(
        "messages", "Messages of the conversations, private notes included (private = true)", "messages",
        "id account_id inbox_id conversation_id message_type content_type content private status sender_type sender_id "
        "created_at updated_at",
        (_ACCOUNT, _INBOX, _CONVERSATION, _FROM, _TO),
        (("message_type", "0 incoming, 1 outgoing, 2 activity, 3 template"),
         ("status", "0 sent, 1 delivered, 2 read, 3 failed")),
    ),
    _chatwoot(
        "contacts", "Contacts, without e-mail address, phone number and custom attributes", "contacts",
        "id account_id name contact_type country_code blocked last_activity_at created_at updated_at",
        (_ACCOUNT, _FROM, _TO),
        (("contact_type", "0 visitor, 1 lead, 2 customer"),),
    ),
    _chatwoot(
        "inboxes", "Inboxes: the channels that customers write to", "inboxes",
        "id account_id name channel_type created_at updated_at",
        (_ACCOUNT,),
    ),
    _chatwoot(
        "labels", "Labels that conversations can have", "labels",
        "id account_id title description color created_at updated_at",
        (_ACCOUNT,),
    ),
    _chatwoot(
        "csat-responses", "Answers to the customer satisfaction survey (rating 1 to 5)", "csat_survey_responses",
        "id account_id conversation_id message_id contact_id assigned_agent_id rating feedback_message "
        "created_at updated_at",
        (_ACCOUNT, _CONVERSATION, _FROM, _TO),
    ),
    _chatwoot(
        "reporting-events", "Chatwoot's measurements, e.g. first_response and conversation_resolved; value in seconds",
        "reporting_events",
        "id account_id name value value_in_business_hours inbox_id user_id conversation_id event_start_time "
        "event_end_time created_at updated_at",
        (_ACCOUNT, _INBOX, _CONVERSATION, Filter("name", "name", "text", "=", "only events of this name"), _FROM, _TO),
    ),
    _per_day(
        "conversations-per-day", "New conversations per day (UTC), and how many of them are resolved by now",
        "conversations",
        (Column("conversations", "count(*)", ("id",)),
         Column("resolved", "count(*) FILTER (WHERE status = 1)", ("status",)),
         Column("contacts", "count(DISTINCT contact_id)", ("contact_id",))),
        (_ACCOUNT, _INBOX, _FROM, _TO),
    ),
    _per_day(
        "first-response-per-day", "Time to the first answer per day (UTC), in seconds", "reporting_events",
        (Column("conversations", "count(*)", ("id",)),
         Column("average_seconds", "avg(value)", ("value",)),
         Column("median_seconds", "percentile_cont(0.5) WITHIN GROUP (ORDER BY value)", ("value",))),
        (_ACCOUNT, _INBOX, _FROM, _TO),
        where="name = 'first_response'", where_needs=("name",),
    ),
    _librechat(
        "librechat-conversations", "Conversations of the agents with the language models", "conversations",
        _columns("_id conversationId title user endpoint model isArchived tags createdAt updatedAt"),
        (Filter("user", "user", "text", "=", "only this user (an id)"),
         Filter("created_from", "createdAt", "time", ">=", "created at or after this time (ISO 8601, UTC)"),
         Filter("created_to", "createdAt", "time", "<", "created before this time (ISO 8601, UTC)")),
    ),
    _librechat(
        "librechat-messages", "Messages between the agents and the language models", "messages",
        (*_columns("_id messageId conversationId parentMessageId user sender isCreatedByUser endpoint model text"),
         # Of the parts of an answer only the text: tool calls hold arguments and results of other systems.
         Column("content", needs=("content.type", "content.text")),
         *_columns("tokenCount error unfinished"),
         Column("feedback", needs=("feedback.rating", "feedback.tag")),
         *_columns("createdAt updatedAt")),
        (Filter("conversation_id", "conversationId", "text", "=", "only this conversation (its conversationId)"),
         Filter("user", "user", "text", "=", "only this user (an id)"),
         Filter("created_from", "createdAt", "time", ">=", "created at or after this time (ISO 8601, UTC)"),
         Filter("created_to", "createdAt", "time", "<", "created before this time (ISO 8601, UTC)")),
    ),
)

QUERIES = {query.name: query for query in (*_ALL, *REPORTS, *KNOWLEDGE)}
