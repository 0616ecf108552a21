"""The bearer token of the REST service."""

import hashlib
import hmac

from .errors import ApiError


def check(header, expected_digest):
    """Digests have one length and are compared in constant time: neither shows anything of the token."""
    scheme, _, token = header.partition(" ")
    given = hashlib.sha256(token.strip().encode("latin-1", "replace")).digest()
    if not hmac.compare_digest(given, expected_digest) or scheme.lower() != "bearer":
        raise ApiError("401 Unauthorized", "unauthorized", "A valid token is needed.",
                       "Send the header 'Authorization: Bearer <token>'.",
                       [("WWW-Authenticate", 'Bearer realm="data-bridge"')])
