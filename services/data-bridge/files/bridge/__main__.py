"""Starts the service: python -m bridge"""

import logging
import os
import signal
import sys

import waitress

from . import audit, settings
from .app import Bridge
from .health import Health
from .mongo import Mongo
from .postgres import Postgres

PORT = 8000
THREADS = 4


def server_options(env):
    """What waitress is told but for address and port."""
    return {
        "threads": THREADS,
        "ident": None,
        "connection_limit": 100,
        # longer than the load balancer uses a connection, which would meet its closing otherwise
        "channel_timeout": int(env.get("KEEP_ALIVE_SECONDS") or 410),
        "max_request_header_size": 16_384,
        "max_request_body_size": 16_384,
        "expose_tracebacks": False,
        # of X-Forwarded-For the audit reads the entry that the proxy has made; nothing else is read
        "clear_untrusted_proxy_headers": False,
    }


def application(chosen):
    postgres = Postgres(chosen.postgres, [("desk_url", chosen.desk_url)])
    stores = {"postgresql": postgres, "mongodb": Mongo(chosen.mongo, chosen.mongo_database)}
    return Bridge(chosen.token_digest, stores, Health(postgres.ping), chosen.mcp_digest, conversations=chosen.conversations)


def main():
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # waitress would log the stack of an error that escaped, and with it values.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    try:
        chosen = settings.read(os.environ)
    except settings.SettingsError as error:
        sys.exit(f"data-bridge: {error}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress lets running calls end
    audit.write({"event": "start", "port": PORT, "mongodb": chosen.mongo is not None})
    waitress.serve(application(chosen), host="0.0.0.0", port=PORT, _quiet=True, **server_options(os.environ))


if __name__ == "__main__":
    main()
