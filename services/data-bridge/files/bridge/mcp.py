"""The same queries for a language model: the Model Context Protocol over HTTP, without sessions (streamable HTTP, JSON answers).

One tool per query of TOOLS, aggregates only: what is asked goes to the model's provider. CONVERSATIONS is another server, for
administrators alone and only where a setting says so. Protocol:
https://modelcontextprotocol.io/specification/2025-06-18/basic/transports. `run(query, values, entry)` gives an answer's text.
"""

import json
import re

from . import auth
from .errors import ApiError
from .queries import QUERIES

PATH = "/data/mcp"
CONVERSATIONS_PATH = "/data/mcp/conversations"
MAX_ROWS = 50
MAX_BYTES = 64_000
TOOLS = ("desk-summary", "by-inbox", "by-hour", "by-article", "conversations-per-day", "first-response-per-day")
CONVERSATIONS = ("conversations", "messages", "csat-responses")
_VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
_INSTRUCTIONS = (
    "Figures of the customer service desk: totals, never texts or names of customers. Days are those of the time zone that "
    "you give. Begin with desk-summary; it has the period before beside the one asked for. Times are in seconds."
)
_CONVERSATIONS_INSTRUCTIONS = (
    "Conversations of the customer service desk with their messages: personal data of customers. Ask for a conversation's messages "
    "by conversation_id, which is the id of a conversation, and for no more than the question needs. At most 50 rows come at a time: "
    "go on with 'after'."
)
_TYPES = {"integer": {"type": "integer"}, "date": {"type": "string", "format": "date"}}
_PARSE_ERROR, _INVALID_REQUEST, _NO_METHOD, _INVALID_PARAMS = -32700, -32600, -32601, -32602


class _RpcError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def answer(environ, token_digest, run, entry):
    """Status, headers and body for a call; raises ApiError for what is no call at all."""
    private = environ["PATH_INFO"] == CONVERSATIONS_PATH
    # LibreChat says who asks, and nobody else has the token; it looks at the list of tools before anybody asks
    allowed = not private or environ.get("HTTP_X_DESK_ROLE") == "ADMIN"
    if environ["REQUEST_METHOD"] != "POST":
        raise ApiError("405 Method Not Allowed", "method_not_allowed", "There is no stream to listen to.", "Use POST.",
                       [("Allow", "POST")])
    if "HTTP_ORIGIN" in environ:
        raise ApiError("403 Forbidden", "forbidden", "Web pages may not call this.", "Call it from a server.")
    auth.check(environ.get("HTTP_AUTHORIZATION", ""), token_digest)
    user = environ.get("HTTP_X_DESK_USER", "")
    entry["user"] = user if re.fullmatch(r"[0-9a-f]{24}", user) else None
    try:
        call = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    except ValueError:
        return _reply("400 Bad Request", _failure(None, _RpcError(_PARSE_ERROR, "This is not JSON.")))
    if not isinstance(call, dict) or call.get("jsonrpc") != "2.0" or not isinstance(call.get("method"), str):
        return _reply("400 Bad Request", _failure(None, _RpcError(_INVALID_REQUEST, "One JSON-RPC 2.0 call at a time.")))
    if "id" not in call:  # a notification
        return "202 Accepted", [], b""
    try:
        given = call.get("params")
        result = _call(call["method"], given if isinstance(given, dict) else {}, run if allowed else _refused, entry, private)
    except _RpcError as error:
        return _reply("200 OK", _failure(call["id"], error))
    return _reply("200 OK", {"jsonrpc": "2.0", "id": call["id"], "result": result})


def _refused(_query, _values, _entry):
    raise ApiError("403 Forbidden", "forbidden", "Only administrators may read conversations.", "Ask one of them.")


def _reply(status, value):
    return status, [("Content-Type", "application/json")], json.dumps(value, ensure_ascii=False).encode()


def _failure(identity, error):
    return {"jsonrpc": "2.0", "id": identity, "error": {"code": error.code, "message": str(error)}}


def _call(method, given, run, entry, private):
    tools = CONVERSATIONS if private else TOOLS
    if method == "initialize":
        asked = given.get("protocolVersion")
        return {
            "protocolVersion": asked if asked in _VERSIONS else _VERSIONS[0],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "data-bridge", "title": "Desk conversations" if private else "Desk figures", "version": "1"},
            "instructions": _CONVERSATIONS_INSTRUCTIONS if private else _INSTRUCTIONS,
        }
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [_described(QUERIES[name]) for name in tools]}
    if method == "tools/call":
        return _tool(given, run, entry, tools)
    raise _RpcError(_NO_METHOD, "There is no such method.")


def _described(query):
    paging = {} if query.statement else {"after": {"type": "string", "description": "the 'next' of the page before"}}
    properties = {f.name: {**_TYPES.get(f.kind, {"type": "string"}), "description": f.description}
                  for f in query.filters}
    schema = {"type": "object", "properties": {**properties, **paging}, "additionalProperties": False}
    needed = [f.name for f in query.filters if f.required]
    return {
        "name": query.name,
        "description": query.description,
        "inputSchema": {**schema, **({"required": needed} if needed else {})},
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    }


def _tool(given, run, entry, tools):
    name, values = given.get("name"), given.get("arguments") or {}
    if name not in tools:
        raise _RpcError(_INVALID_PARAMS, f"There is no such tool. There are: {', '.join(tools)}.")
    if not isinstance(values, dict):
        raise _RpcError(_INVALID_PARAMS, "The arguments must be an object.")
    try:
        text = run(QUERIES[name], [(str(k), str(v)) for k, v in values.items() if v is not None], entry)
        return {"content": [{"type": "text", "text": text}]}
    except ApiError as error:
        entry["error"] = error.code
        return {"content": [{"type": "text", "text": f"{error.message} {error.hint}"}], "isError": True}
