"""The one kind of error that a client sees: a code for programs, a message and a hint for people."""

import json


class ApiError(Exception):
    def __init__(self, status, code, message, hint, headers=()):
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.headers = list(headers)

    def body(self):
        error = {"code": self.code, "message": self.message, "hint": self.hint}
        return json.dumps({"error": error}, ensure_ascii=False).encode()


def bad_parameter(message, hint):
    return ApiError("400 Bad Request", "bad_parameter", message, hint)


def unavailable(code, message, hint, retry_after=None):
    headers = [("Retry-After", str(retry_after))] if retry_after else []
    return ApiError("503 Service Unavailable", code, message, hint, headers)


def timed_out():
    return ApiError(
        "504 Gateway Timeout",
        "query_timeout",
        "The query took longer than 15 seconds and was stopped.",
        "Ask for fewer rows with 'limit', or narrow the query with its filters.",
    )
