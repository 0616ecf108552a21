"""A PostgreSQL server with TLS, for tests in other languages: prints where it is as JSON, and ends with its input.

Its user `master` is what RDS gives: no superuser, but may make databases, roles and extensions.
"""

import json
import os
import shutil
import subprocess
import sys

from postgres_server import PostgresServer

MASTER_PASSWORD = "master-password"


def main():
    server = PostgresServer().start()
    try:
        _secure(server)
        # What rds_superuser may and a plain role may not: databases made from template1 have it.
        _sql(server, "template1", f"CREATE ROLE master LOGIN CREATEDB CREATEROLE PASSWORD '{MASTER_PASSWORD}';"
                                  "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION vector;")
        print(json.dumps({
            "host": "localhost", "port": server.port, "psql": str(server.bin / "psql"), "log": str(server.log),
            "ca": (server.folder / "server.crt").read_text(),
            "superuser": {"username": "postgres", "password": server.address("postgres")["password"]},
            "master": {"username": "master", "password": MASTER_PASSWORD},
        }), flush=True)
        sys.stdin.read()
    finally:
        server.stop()


def _secure(server):
    certificate, key = server.folder / "server.crt", server.folder / "server.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                   check=True, stderr=subprocess.DEVNULL)
    key.chmod(0o600)
    if os.getuid() == 0:
        shutil.chown(key, "postgres")
    _sql(server, "postgres", f"ALTER SYSTEM SET ssl_cert_file = '{certificate}'")
    _sql(server, "postgres", f"ALTER SYSTEM SET ssl_key_file = '{key}'")
    _sql(server, "postgres", "ALTER SYSTEM SET ssl = on")
    # as rds.force_ssl does
    hba = server.data / "pg_hba.conf"
    hba.write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    _sql(server, "postgres", "SELECT pg_reload_conf()", tls=False)


def _sql(server, database, statements, tls=True):
    where = server.address(database)
    env = {**os.environ, "PGPASSWORD": where["password"], "PGSSLMODE": "prefer" if tls else "disable"}
    subprocess.run([server.bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(where["port"]),
                    "-U", where["user"], "-d", database, "-c", statements],
                   env=env, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
