"""PostgreSQL: pages of rows by a role that can only read, over at most five connections."""

import contextlib
import threading
import time

import psycopg2
from psycopg2 import errors as pg
from psycopg2.pool import PoolError, ThreadedConnectionPool

from .errors import bad_parameter, timed_out, unavailable
from .settings import MAX_CONNECTIONS

_COLUMNS_TTL_S = 60
_ROWS_PER_FETCH = 50
_ATTEMPTS = 6
_READABLE = """
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
  AND has_column_privilege(attrelid, attnum, 'SELECT')
"""


def _quote(name):
    return '"' + name.replace('"', '""') + '"'


def _expression(column, readable):
    if column.expression:
        return f"{column.expression} AS {_quote(column.name)}"
    if column.name not in readable:  # not in this version of Chatwoot
        return f"NULL AS {_quote(column.name)}"
    return _quote(column.name)


def compile_select(query, request, readable, constants=()):
    """The statement and its values. Every name comes from queries/, every value goes as a parameter."""
    if query.statement:
        given = {f.name: v for f, v in request.filters}
        return query.statement, {f.name: None for f in query.filters} | given | dict(constants)
    key = query.key_column.expression or _quote(query.key)
    conditions, values = ([query.where] if query.where else []), []
    for chosen, value in request.filters:
        conditions.append(f"{_quote(chosen.column)} {chosen.operator} %s")
        values.append(value)
    if request.after is not None:
        conditions.append(f"{key} > %s")
        values.append(request.after)
    statement = "SELECT " + ", ".join(_expression(c, readable) for c in query.columns)
    statement += f" FROM {_quote(query.source)}"
    if conditions:
        statement += " WHERE " + " AND ".join(conditions)
    if query.grouped:
        statement += f" GROUP BY {key}"
    statement += f" ORDER BY {key} LIMIT %s"
    return statement, [*values, request.limit + 1]


def _needed(query, request):
    """Columns without which there is no sensible answer; the others may be missing."""
    needed = set(query.where_needs) | set(query.key_column.sources) | {f.column for f, _ in request.filters}
    for column in query.columns:
        if column.expression:
            needed |= set(column.sources)
    return needed


class Postgres:
    def __init__(self, arguments, constants=()):
        """`constants`: pairs of a name and a value that statements may use beside their parameters."""
        self._arguments = arguments
        self._constants = constants
        self._pool = None
        self._lock = threading.Lock()
        self._columns = {}  # table -> (time, set of names)

    @contextlib.contextmanager
    def rows(self, query, request):
        """An iterator over the rows; the connection is given back when the block ends."""
        with _translated(), self._connection() as connection:
            readable = self._readable(connection, query.source)
            if query.statement:
                needed = [(t, set(columns.split())) for t, columns in query.reads]
            else:
                needed = [(query.source, _needed(query, request))]
            if not all(columns <= self._readable(connection, table) for table, columns in needed):
                raise _not_there()
            statement, values = compile_select(query, request, readable, self._constants)
            # A server-side cursor: a page of long messages never lies in memory as a whole.
            with connection.cursor(name="page") as cursor:
                cursor.itersize = _ROWS_PER_FETCH
                cursor.execute(statement, values)
                yield cursor

    def ping(self):
        with _translated(), self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    def close(self):
        with self._lock:
            if self._pool is not None:
                self._pool.closeall()
                self._pool = None

    def _readable(self, connection, table):
        known = self._columns.get(table)
        if known and time.monotonic() - known[0] < _COLUMNS_TTL_S:
            return known[1]
        with connection.cursor() as cursor:
            cursor.execute(_READABLE, [f"public.{_quote(table)}"])
            names = {name for (name,) in cursor.fetchall()}
        if names:
            self._columns[table] = (time.monotonic(), names)
        return names

    @contextlib.contextmanager
    def _connection(self):
        pool, connection = self._live()
        try:
            yield connection
            connection.rollback()
        except BaseException:
            # Its state is unknown: close it rather than hand it to the next call.
            pool.putconn(connection, close=True)
            raise
        pool.putconn(connection)

    def _open_pool(self):
        with self._lock:
            if self._pool is None:
                # One connection stays open; the rest of the role's five are left to the notebooks while idle.
                self._pool = ThreadedConnectionPool(1, MAX_CONNECTIONS, **self._arguments)
            return self._pool

    def _live(self):
        """A connection that answers: one kept from before may have died with a restart of the server."""
        for attempt in range(_ATTEMPTS):
            try:
                pool = self._open_pool()
                connection = pool.getconn()
            except psycopg2.OperationalError as error:
                # The server counts a closed connection for a moment longer, and notebooks come and go.
                if "too many connections" not in str(error):
                    raise
                time.sleep(0.1 * (attempt + 1))
                continue
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                return pool, connection
            except psycopg2.Error:
                pool.putconn(connection, close=True)
        raise PoolError


def _not_there():
    return unavailable("not_available", "The data of this query cannot be read.",
                       "Chatwoot's tables may not exist yet, or the grants have not been applied: run 'ecosystem start'.")


@contextlib.contextmanager
def _translated():
    """The driver's errors hold values and host names: only what the caller can use gets through."""
    try:
        yield
    except pg.QueryCanceled:
        raise timed_out() from None
    except pg.InvalidParameterValue:
        raise bad_parameter("There is no time zone of that name.", "Give one such as Europe/Madrid.") from None
    except (pg.InsufficientPrivilege, pg.UndefinedTable, pg.UndefinedColumn):
        raise _not_there() from None
    except PoolError:
        raise unavailable("busy", "Every database connection is in use, perhaps by notebooks.",
                          "Try again in a few seconds.", 2) from None
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        raise unavailable("database_unavailable", "The database cannot be reached.",
                          "It may be starting. Try again in a few seconds.", 5) from None
