"""A PostgreSQL server of its own for a test, in a temporary folder."""

import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile

TEMPLATES = pathlib.Path(__file__).resolve().parents[2] / "templates"
GRANTS = TEMPLATES.parent / "services/chatwoot/files/grants.sql"
SUPERUSER_PASSWORD = "superuser-password"
PASSWORDS = {
    "CHATWOOT_DB_PASSWORD": "chatwoot'quote\\and$dollar",
    "N8N_DB_PASSWORD": "n8n-password-0123456789",
    "DATA_BRIDGE_DB_PASSWORD": "bridge-password-0123456789",
}


# As the job has it; tests/unit/components/data/database-users.test.ts compares.
DATABASE_USERS = json.loads((TEMPLATES.parent / "tests/fixtures/database-users.json").read_text())


class PostgresServer:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ai-ecosystem-pg-"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.port = _free_port()

    def start(self):
        self.bin = _with_vector(_newest_bin(), self.folder)
        self.data.mkdir()
        password = self.folder / "password"
        password.write_text(SUPERUSER_PASSWORD)
        self.log.touch()
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            for path in (self.data, password, self.log, self.folder):
                shutil.chown(path, "postgres")
        self._run("initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                  "--auth=scram-sha-256", f"--pwfile={password}")
        # log_statement: so that a test can see whether a password gets into the log
        options = (f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c log_statement=ddl"
                   " -c max_connections=50")
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.log, "-o", options)
        return self

    def stop(self):
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", self.data)
        shutil.rmtree(self.folder)

    def grants(self, user="postgres", password=SUPERUSER_PASSWORD):
        """Runs Chatwoot's grants.sql as the job does."""
        return self.script(GRANTS, user, password, "chatwoot_production")

    def script(self, name, user="postgres", password=SUPERUSER_PASSWORD, database="postgres", **env):
        """Runs templates/postgres/<name> as the jobs do; or another file, by its whole path."""
        command = [self.bin / "psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", user, "-d", database,
                   "-f", TEMPLATES / "postgres" / name]
        return subprocess.run(command, env={**os.environ, "PGPASSWORD": password, "DATABASE_USERS": json.dumps(DATABASE_USERS),
                                            **PASSWORDS, **env},
                              capture_output=True, text=True, check=False)

    def address(self, database, user="postgres", password=SUPERUSER_PASSWORD):
        return {"host": "127.0.0.1", "port": self.port, "dbname": database, "user": user, "password": password}

    def _run(self, program, *arguments):
        command = [str(self.bin / program), *map(str, arguments)]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/", check=False)
            output.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed: {output.read()}")


def _newest_bin():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is missing: apt-get install postgresql")
    if os.getuid() == 0:
        pwd.getpwnam("postgres")
    return found[-1].parent


def _with_vector(original, folder):
    """The server's programs; where pgvector is not installed, from a private copy with a stand-in for that extension:
    the scripts only create it. (PostgreSQL finds its extensions relative to its programs.)"""
    version = original.parts[-2]
    share = pathlib.Path("/usr/share/postgresql") / version
    if (share / "extension" / "vector.control").exists():
        return original
    lib, copy = folder / "usr/lib/postgresql" / version, folder / "usr/share/postgresql" / version
    lib.mkdir(parents=True)
    copy.mkdir(parents=True)
    shutil.copytree(original, lib / "bin")
    (lib / "lib").symlink_to(original.parent / "lib")
    for path in share.iterdir():
        if path.name != "extension":
            (copy / path.name).symlink_to(path)
    shutil.copytree(share / "extension", copy / "extension")
    (copy / "extension/vector.control").write_text("default_version = '0'\nrelocatable = true\ntrusted = true\n")
    (copy / "extension/vector--0.sql").write_text("CREATE DOMAIN vector AS real[];\n")
    return lib / "bin"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
