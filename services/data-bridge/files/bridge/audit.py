"""One JSON line on standard output per call: who asked for what and how it ended, without any value."""

import ipaddress
import json
import re
import secrets
import sys
import threading
import time
from urllib.parse import parse_qsl

_lock = threading.Lock()


def write(entry, stream=None):
    line = json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **entry}, ensure_ascii=True)
    with _lock:
        print(line, file=stream or sys.stdout, flush=True)


def request_id(environ):
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if re.fullmatch(r"[A-Za-z0-9-]{1,64}", given) else secrets.token_hex(8)


def client(environ):
    """The proxy in front (nginx, or CloudFront) puts the visitor's address last in X-Forwarded-For; what is before it, and
    X-Real-IP, the visitor may have sent himself. Only the proxy's network reaches this port."""
    try:
        return str(ipaddress.ip_address(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()))
    except ValueError:
        return environ.get("REMOTE_ADDR", "")


def parameter_names(query_string, known):
    """Names that exist only: an unknown one could be a value that somebody pasted in the wrong place."""
    try:
        names = {name for name, _ in parse_qsl(query_string, keep_blank_values=True, max_num_fields=20)}
    except ValueError:
        return []
    return sorted(names & set(known))
