"""The environment, read once. Nothing here is ever printed: the values are secrets."""

import hashlib
from dataclasses import dataclass, field

TOKEN_LENGTH = 32
STATEMENT_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 3
MAX_CONNECTIONS = 5


class SettingsError(Exception):
    """Says which variables are missing or wrong, never what they hold."""


@dataclass(frozen=True)
class Settings:
    token_digest: bytes = field(repr=False)
    postgres: dict = field(repr=False)
    mongo: dict | None = field(repr=False)
    mcp_digest: bytes | None = field(repr=False)  # absent: no MCP server
    mongo_database: str = "librechat"
    conversations: bool = False  # administrators may read conversations by MCP
    desk_url: str = ""  # where the help centre is, without a slash at the end


def read(env):
    problems = []
    required = ("POSTGRES_HOST", "POSTGRES_DATABASE", "POSTGRES_USER", "POSTGRES_PASSWORD", "DATA_API_TOKEN")
    for name in required:
        if not env.get(name):
            problems.append(f"{name} is not set")
    for name in ("DATA_API_TOKEN", "DATA_MCP_TOKEN"):
        if 0 < len(env.get(name, "")) < TOKEN_LENGTH:
            problems.append(f"{name} is shorter than {TOKEN_LENGTH} characters")
    for name in ("POSTGRES_PORT", "MONGODB_PORT"):
        if env.get(name) and not env[name].isdigit():
            problems.append(f"{name} is not a number")
    if problems:
        raise SettingsError("; ".join(problems))
    return Settings(
        token_digest=_digest(env["DATA_API_TOKEN"]),
        mcp_digest=_digest(env["DATA_MCP_TOKEN"]) if env.get("DATA_MCP_TOKEN") else None,
        postgres=_postgres(env),
        mongo=_mongo(env),
        mongo_database=env.get("MONGODB_DATABASE") or "librechat",
        desk_url=env.get("DESK_URL", ""),
        conversations=env.get("DESK_CONVERSATIONS") == "on",
    )


def _digest(token):
    return hashlib.sha256(token.encode()).digest()


def _postgres(env):
    # The role has the same limits; given again here, they hold on a role that somebody has altered.
    options = (
        "-c default_transaction_read_only=on"
        f" -c statement_timeout={STATEMENT_TIMEOUT_MS}"
        " -c idle_in_transaction_session_timeout=30000"
        " -c search_path=public"
    )
    arguments = {
        "host": env["POSTGRES_HOST"],
        "port": int(env.get("POSTGRES_PORT") or 5432),
        "dbname": env["POSTGRES_DATABASE"],
        "user": env["POSTGRES_USER"],
        "password": env["POSTGRES_PASSWORD"],
        "connect_timeout": CONNECT_TIMEOUT_S,
        "application_name": "data-bridge",
        "options": options,
    }
    if env.get("POSTGRES_SSLMODE"):
        arguments["sslmode"] = env["POSTGRES_SSLMODE"]
    if env.get("POSTGRES_SSLROOTCERT"):
        arguments["sslrootcert"] = env["POSTGRES_SSLROOTCERT"]
    return arguments


def _mongo(env):
    """Arguments of MongoClient, or None: the MongoDB queries are optional."""
    timeouts = {
        "serverSelectionTimeoutMS": CONNECT_TIMEOUT_S * 1000,
        "connectTimeoutMS": CONNECT_TIMEOUT_S * 1000,
        "socketTimeoutMS": STATEMENT_TIMEOUT_MS + 5000,
        "maxPoolSize": MAX_CONNECTIONS,
        "retryWrites": False,
        "appname": "data-bridge",
    }
    tls = {"tls": True, "tlsCAFile": env["MONGODB_TLS_CA_FILE"]} if env.get("MONGODB_TLS_CA_FILE") else {}
    if env.get("MONGODB_URI"):
        return {"host": env["MONGODB_URI"], **tls, **timeouts}
    if not (env.get("MONGODB_HOST") and env.get("MONGODB_USER") and env.get("MONGODB_PASSWORD")):
        return None
    return {
        "host": env["MONGODB_HOST"],
        "port": int(env.get("MONGODB_PORT") or 27017),
        "username": env["MONGODB_USER"],
        "password": env["MONGODB_PASSWORD"],
        "authSource": "admin",
        **tls,
        **timeouts,
    }
