"""The parameters of a call: known names only, each once, each of its type."""

import datetime
import difflib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from .errors import bad_parameter

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
FORMATS = ("json", "csv")
_INT8 = 2**63
_MAX_TEXT = 200
_MAX_WORDS_TEXT = 1000
_MAX_WORDS = 60


@dataclass(frozen=True)
class Request:
    limit: int
    after: object  # of the key's type, or None
    format: str
    filters: tuple  # pairs (Filter, value)


def pairs(query_string):
    try:
        return parse_qsl(query_string, keep_blank_values=True, strict_parsing=bool(query_string), max_num_fields=20,
                         errors="strict")
    except ValueError:
        raise bad_parameter("The query string cannot be read.",
                            "Write name=value pairs joined by '&', URL-encoded.") from None


def parse(query, query_string):
    return read(query, pairs(query_string))


def common(query):
    """What there is beside the filters; a statement has no pages."""
    return ["format"] if query.statement else ["limit", "after", "format"]


def read(query, named):
    """A request of pairs of names and texts."""
    known = {f.name: f for f in query.filters}
    allowed = [*common(query), *known]
    given = {}
    for name, value in named:
        if name not in allowed:
            raise bad_parameter("There is no parameter of that name.", _hint(name, allowed))
        if name in given:
            raise bad_parameter(f"'{name}' is given twice.", "Give each parameter once.")
        given[name] = value
    for chosen in query.filters:
        if chosen.required and chosen.name not in given:
            raise bad_parameter(f"'{chosen.name}' is missing.", f"It is {chosen.description}.")
    return Request(
        limit=_limit(given.get("limit")),
        after=None if given.get("after") in (None, "") else _read("after", query.key_kind, given["after"]),
        format=_format(given.get("format")),
        filters=tuple((known[n], _read(n, known[n].kind, v)) for n, v in given.items() if n in known),
    )


def _hint(name, allowed):
    near = difflib.get_close_matches(name, allowed, n=1)
    guess = f"Did you mean '{near[0]}'? " if near else ""
    return f"{guess}Allowed: {', '.join(allowed)}."


def _limit(text):
    if text is None:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise bad_parameter(f"'limit' must be a whole number from 1 to {MAX_LIMIT}.",
                            "For more rows, ask again with 'after' set to the answer's 'next'.")
    return int(text)


def _format(text):
    if text is None:
        return "json"
    if text not in FORMATS:
        raise bad_parameter("'format' must be json or csv.", "Leave it out for json.")
    return text


def _integer(text):
    if not re.fullmatch(r"-?[0-9]{1,19}", text) or not -_INT8 <= int(text) < _INT8:
        raise ValueError
    return int(text)


def _text(text):
    if not text or len(text) > _MAX_TEXT or "\0" in text:
        raise ValueError
    return text


def _words(text):
    """Each word once; a text may have none."""
    if not text or len(text) > _MAX_WORDS_TEXT or "\0" in text:
        raise ValueError
    return list(dict.fromkeys(re.findall(r"\w{2,60}", text.lower())))[:_MAX_WORDS]


def _time(text):
    # A '+' that was not URL-encoded arrives as a space.
    moment = datetime.datetime.fromisoformat(text.replace(" ", "+", 1) if re.search(r"T.* \d\d:?\d\d$", text) else text)
    if moment.tzinfo:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return moment  # both stores hold UTC without a zone


def _zone(text):
    # whether there is such a zone is the database's to say
    if not re.fullmatch(r"[A-Za-z][A-Za-z_]{0,31}(/[A-Za-z][A-Za-z0-9_+-]{0,31}){0,2}", text):
        raise ValueError
    return text


def _objectid(text):
    if not re.fullmatch(r"[0-9a-fA-F]{24}", text):
        raise ValueError
    return text.lower()


_KINDS = {
    "integer": (_integer, "a whole number, e.g. 42"),
    "text": (_text, f"text of 1 to {_MAX_TEXT} characters"),
    "words": (_words, f"text of 1 to {_MAX_WORDS_TEXT} characters"),
    "time": (_time, "a date or time in ISO 8601, e.g. 2026-11-24 or 2026-11-24T08:00:00Z"),
    "date": (datetime.date.fromisoformat, "a date, e.g. 2026-11-24"),
    "zone": (_zone, "the name of a time zone, e.g. Europe/Madrid"),
    "objectid": (_objectid, "24 hexadecimal characters: the 'next' of an earlier answer"),
}


def _read(name, kind, text):
    parser, expected = _KINDS[kind]
    try:
        return parser(text)
    except (ValueError, OverflowError):
        raise bad_parameter(f"'{name}' is not valid.", f"It must be {expected}.") from None


def describe(query):
    """The parameters of a query for the list of queries."""
    beside = [
        {"name": "limit", "type": "integer", "default": DEFAULT_LIMIT, "maximum": MAX_LIMIT},
        {"name": "after", "type": query.key_kind, "description": "the 'next' of the page before"},
        {"name": "format", "type": "text", "default": "json", "allowed": list(FORMATS)},
    ]
    filters = [{"name": f.name, "type": f.kind, "description": f.description} for f in query.filters]
    return [c for c in beside if c["name"] in common(query)] + filters
