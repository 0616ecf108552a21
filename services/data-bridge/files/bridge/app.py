"""The WSGI application: routes, authorization, answers."""

import json
import time
from urllib.parse import urlencode

from . import audit, auth, mcp, output, params
from .errors import ApiError
from .queries import QUERIES

_API = "/data/api"
_HEADERS = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
]


def _json(value):
    return json.dumps(value, ensure_ascii=False).encode()


def _not_found(hint):
    return ApiError("404 Not Found", "not_found", "There is nothing at this address.", hint)


class Bridge:
    def __init__(self, token_digest, stores, health, mcp_digest=None, log=audit.write, conversations=False):
        self._token_digest = token_digest
        self._mcp_digest = mcp_digest
        self._stores = stores
        self._health = health
        self._log = log
        self._mcp_paths = (mcp.PATH, mcp.CONVERSATIONS_PATH) if conversations else (mcp.PATH,)

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path == "/data/health":
            status, headers, body = self._guarded(environ, self._show_health, {})
        else:
            status, headers, body = self._audited(environ, path)
        headers += [*_HEADERS, ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _audited(self, environ, path):
        started = time.monotonic()
        entry = {"event": "call", "request": audit.request_id(environ), "client": audit.client(environ),
                 "method": environ["REQUEST_METHOD"][:16], "query": None, "parameters": []}
        if path in self._mcp_paths and self._mcp_digest is not None:
            status, headers, body = self._guarded(
                environ, lambda: mcp.answer(environ, self._mcp_digest, self._figures, entry), entry, (environ["REQUEST_METHOD"],))
        else:
            status, headers, body = self._guarded(environ, lambda: self._api(environ, path, entry), entry)
        headers.append(("X-Request-Id", entry["request"]))
        self._log({**entry, "status": int(status[:3]), "bytes": len(body),
                   "ms": round((time.monotonic() - started) * 1000)})
        return status, headers, body

    def _guarded(self, environ, answer, entry, methods=("GET", "HEAD")):
        try:
            if environ["REQUEST_METHOD"] not in methods:
                raise ApiError("405 Method Not Allowed", "method_not_allowed", "This service only reads.", "Use GET.",
                               [("Allow", "GET, HEAD")])
            return answer()
        except ApiError as error:
            entry["error"] = error.code
            return error.status, [("Content-Type", "application/json"), *error.headers], error.body()
        except Exception as error:  # noqa: BLE001
            # Its text may hold data: only its kind is written.
            entry["error"] = f"internal: {type(error).__name__}"
            known = ApiError("500 Internal Server Error", "internal", "The service failed to answer.",
                             "Try again; if it stays, give the administrator the header X-Request-Id of this answer.")
            return known.status, [("Content-Type", "application/json")], known.body()

    def _show_health(self):
        ok = self._health.ok()
        status = "200 OK" if ok else "503 Service Unavailable"
        return status, [("Content-Type", "application/json")], _json({"status": "ok" if ok else "unavailable"})

    def _api(self, environ, path, entry):
        if path != _API and not path.startswith(_API + "/"):
            raise _not_found(f"The queries are listed at {_API}/.")
        auth.check(environ.get("HTTP_AUTHORIZATION", ""), self._token_digest)
        rest = path[len(_API):].strip("/").split("/")
        if rest in ([""], ["queries"]):
            return "200 OK", [("Content-Type", "application/json")], _json(_listing())
        if len(rest) == 2 and rest[0] == "queries" and rest[1] in QUERIES:
            return self._run(QUERIES[rest[1]], environ.get("QUERY_STRING", ""), entry)
        raise _not_found(f"The queries are listed at {_API}/.")

    def _figures(self, query, named, entry):
        """A tool's answer: little, because all of it goes into a prompt."""
        entry["query"] = query.name
        entry["parameters"] = sorted({n for n, _ in named} & set(_names(query)))
        own = [] if query.statement else [("limit", str(mcp.MAX_ROWS))]
        request = params.read(query, [*named, *own])
        with self._stores[query.store].rows(query, request) as rows:
            page = output.encode(query, rows, request, mcp.MAX_BYTES)
        entry["rows"] = page.rows
        return page.body.decode()

    def _run(self, query, query_string, entry):
        entry["query"] = query.name
        entry["parameters"] = audit.parameter_names(query_string, _names(query))
        request = params.parse(query, query_string)
        entry["format"] = request.format
        with self._stores[query.store].rows(query, request) as rows:
            page = output.encode(query, rows, request)
        entry["rows"] = page.rows
        headers = [("Content-Type", page.content_type)]
        if request.format == "csv":
            headers.append(("Content-Disposition", f'attachment; filename="{query.name}.csv"'))
        if page.next is not None:
            headers.append(("X-Next-After", page.next))
            headers.append(("Link", f'<{_next_url(query, query_string, page.next)}>; rel="next"'))
        return "200 OK", headers, page.body


def _names(query):
    return [*params.common(query), *(f.name for f in query.filters)]


def _next_url(query, query_string, following):
    kept = [(n, v) for n, v in params.pairs(query_string) if n != "after"]
    return f"{_API}/queries/{query.name}?" + urlencode([*kept, ("after", following)])


def _listing():
    return {
        "queries": [
            {
                "name": q.name,
                "url": f"{_API}/queries/{q.name}",
                "description": q.description,
                "store": q.store,
                "columns": [c.name for c in q.columns],
                "parameters": params.describe(q),
                **({"values": dict(q.values)} if q.values else {}),
            }
            for q in QUERIES.values()
        ],
        "paging": "Ask again with 'after' set to the answer's 'next' (JSON) or X-Next-After (header) until there is none.",
    }
