"""MongoDB, which is optional: without a user, or without the right to read, its queries answer 503 and the rest works."""

import contextlib
import threading
import time

from .errors import timed_out, unavailable
from .settings import STATEMENT_TIMEOUT_MS

_PAUSE_AFTER_FAILURE_S = 10
_BATCH = 50
_OPERATORS = {"=": "$eq", ">=": "$gte", "<": "$lt"}


def compile_find(query, request, objectid):
    """Filter, projection and sort. Values are text, times or ids, never documents: no operator gets in."""
    conditions = [{f.column: {_OPERATORS[f.operator]: value}} for f, value in request.filters]
    if request.after is not None:
        conditions.append({query.key: {"$gt": objectid(request.after)}})
    paths = {path: 1 for column in query.columns for path in column.sources}
    return ({"$and": conditions} if conditions else {}), paths, [(query.key, 1)]


def _unavailable(message):
    return unavailable("mongodb_unavailable", message,
                       "The queries on Chatwoot's data do not need MongoDB and work as usual.")


class Mongo:
    def __init__(self, arguments, database):
        self._arguments = arguments
        self._database = database
        self._client = None
        self._lock = threading.Lock()
        self._failed = None  # (time, ApiError)

    @contextlib.contextmanager
    def rows(self, query, request):
        if self._arguments is None:
            raise _unavailable("MongoDB is not configured for the data bridge.")
        if self._failed and time.monotonic() - self._failed[0] < _PAUSE_AFTER_FAILURE_S:
            raise self._failed[1]  # else each call would hold a thread until the connection times out
        with self._translated():
            collection = self._open()[self._database][query.source]
            from bson import ObjectId

            condition, projection, order = compile_find(query, request, ObjectId)
            cursor = collection.find(condition, projection, sort=order, limit=request.limit + 1, batch_size=_BATCH,
                                     max_time_ms=STATEMENT_TIMEOUT_MS)
            with cursor:
                yield ([document.get(c.name) for c in query.columns] for document in cursor)

    def close(self):
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _open(self):
        with self._lock:
            if self._client is None:
                from pymongo import MongoClient  # 15 MB that an installation without LibreChat saves

                self._client = MongoClient(**self._arguments)
            return self._client

    def _fail(self, message):
        error = _unavailable(message)
        self._failed = (time.monotonic(), error)
        return error

    @contextlib.contextmanager
    def _translated(self):
        from pymongo import errors as mongo

        try:
            yield
        except mongo.ExecutionTimeout:
            raise timed_out() from None
        except mongo.OperationFailure as error:
            if error.code in (13, 18, 8000):  # Unauthorized, AuthenticationFailed, the same of hosted services
                raise self._fail("The data bridge's MongoDB user does not exist or may not read this.") from None
            raise
        except (mongo.ConnectionFailure, mongo.ConfigurationError):
            raise self._fail("MongoDB cannot be reached.") from None
