"""Rows to JSON or CSV, never more than 10 MB: a page that would be larger ends earlier and 'next' goes on from there."""

import csv
import datetime
import decimal
import io
import json
import math
from dataclasses import dataclass

from .errors import ApiError

MAX_BYTES = 10_000_000
_RESERVE = 2_000  # what comes around the rows


@dataclass(frozen=True)
class Page:
    body: bytes
    content_type: str
    rows: int
    next: str | None


def plain(value):
    """A value that JSON has, for whatever the drivers return."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, datetime.datetime):
        if value.tzinfo:
            value = value.astimezone(datetime.UTC).replace(tzinfo=None)
        return value.isoformat() + "Z"
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return None
    return str(value)  # date, UUID, ObjectId


def _json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _json_row(columns, values):
    return _json(dict(zip(columns, values, strict=True)))


def _csv_row(_columns, values):
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_cell(v) for v in values])
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def encode(query, rows, request, max_bytes=MAX_BYTES):
    """`rows` may hold one more than the limit: it says that there is a next page and is not sent."""
    columns = [c.name for c in query.columns]
    key = columns.index(query.key)
    encode_row = _csv_row if request.format == "csv" else _json_row
    parts, size, last, more = [], _RESERVE + sum(len(c) + 3 for c in columns), None, False
    for row in rows:
        values = [plain(v) for v in row]
        part = encode_row(columns, values)
        if len(parts) == request.limit or size + len(part) + 1 > max_bytes:
            if not parts:
                raise ApiError("422 Unprocessable Content", "row_too_large",
                               "One row alone is larger than the 10 MB that an answer may have.",
                               "Skip it: set 'after' to its key, which is the next one after yours.")
            more = True
            break
        parts.append(part)
        size += len(part) + 1
        last = values[key]
    following = str(last) if more else None
    if request.format == "csv":
        head = _csv_row(columns, columns)
        return Page(head + b"".join(parts), "text/csv; charset=utf-8", len(parts), following)
    head = b'{"query":%s,"columns":%s,"data":[' % (_json(query.name), _json(columns))
    tail = b'],"count":%d,"next":%s}' % (len(parts), _json(following))
    return Page(head + b",".join(parts) + tail, "application/json", len(parts), following)
