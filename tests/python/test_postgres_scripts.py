"""setup.sql and grants.sql against a real PostgreSQL."""

import contextlib
import unittest

import psycopg2
from bridge.queries import QUERIES
from postgres_server import PASSWORDS, SUPERUSER_PASSWORD, TEMPLATES, PostgresServer

HERE = TEMPLATES.parent / "tests" / "python"
BRIDGE = ("data_bridge", PASSWORDS["DATA_BRIDGE_DB_PASSWORD"])
CHATWOOT = ("chatwoot", PASSWORDS["CHATWOOT_DB_PASSWORD"])
N8N = ("n8n", PASSWORDS["N8N_DB_PASSWORD"])


class Scripts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = PostgresServer().start()
        cls.addClassCleanup(cls.server.stop)
        for _ in range(2):
            cls.succeeds(cls.server.script("setup.sql"))
        cls.execute(CHATWOOT, (HERE / "chatwoot_tables.sql").read_text())
        for _ in range(2):
            cls.succeeds(cls.server.grants())

    @classmethod
    def succeeds(cls, done):
        if done.returncode or done.stderr:
            raise AssertionError(f"psql: {done.returncode} {done.stderr}")

    @classmethod
    def execute(cls, user, statement, database="chatwoot_production"):
        connection = psycopg2.connect(**cls.server.address(database, *user))
        with contextlib.closing(connection), connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def root(self, statement, database="chatwoot_production"):
        return self.execute(("postgres", SUPERUSER_PASSWORD), statement, database)

    def refused(self, statement, user=BRIDGE, database="chatwoot_production"):
        with self.assertRaises(psycopg2.errors.InsufficientPrivilege):
            self.execute(user, statement, database)

    def test_owners_and_extensions(self):
        owners = dict(self.root("SELECT datname, pg_get_userbyid(datdba) FROM pg_database"))
        self.assertEqual(("chatwoot", "n8n"), (owners["chatwoot_production"], owners["n8n"]))
        extensions = {name for (name,) in self.root("SELECT extname FROM pg_extension")}
        self.assertEqual({"plpgsql", "pg_stat_statements", "pg_trgm", "pgcrypto", "vector"}, extensions)

    def test_chatwoot_can_ask_for_its_extensions(self):
        self.execute(CHATWOOT, "CREATE EXTENSION IF NOT EXISTS vector; CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def test_role_of_the_bridge(self):
        row = self.root("SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit "
                        "FROM pg_roles WHERE rolname = 'data_bridge'")[0]
        self.assertEqual((False,) * 5 + (5,), row)
        self.assertEqual([("15s",)], self.execute(BRIDGE, "SHOW statement_timeout"))
        self.assertEqual([("on",)], self.execute(BRIDGE, "SHOW default_transaction_read_only"))

    def test_bridge_cannot_use_up_the_disk_or_hold_up_migrations(self):
        """(APP-34)"""
        self.assertEqual([("256MB",)], self.execute(BRIDGE, "SHOW temp_file_limit"))
        self.refused("SET temp_file_limit = -1")
        writable = "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; COMMIT; "
        for statement in ("ALTER ROLE data_bridge SET temp_file_limit = -1",
                          "SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')",
                          "SELECT pg_advisory_lock(1)", "SELECT pg_try_advisory_lock(1, 2)",
                          "SELECT pg_advisory_xact_lock_shared(1)"):
            self.refused(writable + statement)
        with self.assertRaises(psycopg2.errors.ConfigurationLimitExceeded):
            self.execute(BRIDGE, "SELECT count(*) FROM (SELECT a FROM generate_series(1, 30000000) a ORDER BY a) t")
        # Rails takes one for its migrations
        self.execute(CHATWOOT, "SELECT pg_advisory_lock(1), pg_advisory_unlock(1)")

    def test_what_the_bridge_unsets_for_itself_is_set_again(self):
        """(APP-34)"""
        self.execute(BRIDGE, "SET default_transaction_read_only = off; COMMIT; "
                             "ALTER ROLE data_bridge RESET ALL; ALTER ROLE data_bridge SET work_mem = '1GB'")
        self.succeeds(self.server.script("setup.sql"))
        self.assertEqual([("15s",)], self.execute(BRIDGE, "SHOW statement_timeout"))
        self.assertNotEqual([("1GB",)], self.execute(BRIDGE, "SHOW work_mem"))

    def test_databases_are_apart(self):
        for user, database in ((BRIDGE, "n8n"), (CHATWOOT, "n8n"), (N8N, "chatwoot_production")):
            with self.subTest(user=user[0]):
                with self.assertRaisesRegex(psycopg2.OperationalError, "permission denied for database"):
                    self.execute(user, "SELECT 1", database)

    def test_grants_are_what_the_queries_read(self):
        granted = {}
        for table, column in self.root("SELECT table_name, column_name FROM information_schema.column_privileges "
                                       "WHERE grantee = 'data_bridge'"):
            granted.setdefault(table, set()).add(column)
        wanted = {}
        for query in QUERIES.values():
            if query.store == "postgresql":
                for table, columns in query.reads or [(query.source, " ".join(query.sources))]:
                    wanted.setdefault(table, set()).update(columns.split())
        self.assertEqual(wanted, granted)

    def test_everything_else_is_refused(self):
        tables = [t for (t,) in self.root("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                                          "AND relkind = 'r'")]
        hidden = set(tables) - {t for q in QUERIES.values() for t in (q.source, *dict(q.reads))}
        self.assertGreater(len(hidden), 6)
        for table in hidden:
            with self.subTest(table=table):
                self.refused(f"SELECT count(*) FROM {table}")
        for table in ("conversations", "messages", "contacts", "inboxes"):
            with self.subTest(table=table):
                self.refused(f"SELECT * FROM {table}")
        for column in ("email", "phone_number", "custom_attributes", "identifier"):
            with self.subTest(column=column):
                self.refused(f"SELECT {column} FROM contacts")
        for column in ("author_id", "meta"):
            self.refused(f"SELECT {column} FROM articles")
        self.refused("SELECT password_digest FROM portals")

    def test_drafts_are_nobodys_but_chatwoots(self):
        count = "SELECT count(id) FILTER (WHERE status = 1), count(id) FILTER (WHERE status <> 1) FROM articles"
        self.assertEqual([(8, 0)], self.execute(BRIDGE, count))
        self.assertEqual([(8, 2)], self.execute(CHATWOOT, count))
        self.execute(CHATWOOT, "INSERT INTO articles (account_id, portal_id, slug, title, status) VALUES (1, 1, 'new', 'New', 0);"
                               "DELETE FROM articles WHERE slug = 'new'")

    def test_writes_are_refused(self):
        with self.assertRaises(psycopg2.errors.ReadOnlySqlTransaction):
            self.execute(BRIDGE, "DELETE FROM labels")
        for statement in ("DELETE FROM labels", "UPDATE conversations SET status = 1",
                          "INSERT INTO labels (title) VALUES ('x')", "CREATE TABLE t (a int)",
                          "CREATE TEMPORARY TABLE t (a int)", "CREATE SCHEMA s",
                          "TRUNCATE messages", "SELECT nextval('labels_id_seq')"):
            with self.subTest(statement=statement):
                self.refused(f"SET default_transaction_read_only = off; COMMIT; {statement}")

    def test_stray_grants_are_taken_back(self):
        self.root("GRANT SELECT ON users TO PUBLIC; GRANT SELECT (token) ON access_tokens TO data_bridge; "
                  "GRANT ALL ON contacts TO data_bridge; GRANT USAGE ON SEQUENCE labels_id_seq TO data_bridge")
        self.succeeds(self.server.grants())
        self.test_everything_else_is_refused()
        self.test_writes_are_refused()
        self.test_grants_are_what_the_queries_read()

    def test_missing_tables_and_columns_are_skipped(self):
        self.execute(CHATWOOT, "ALTER TABLE labels RENAME TO labels_2; ALTER TABLE conversations RENAME priority TO urgency")
        done = self.server.grants()
        self.execute(CHATWOOT, "ALTER TABLE labels_2 RENAME TO labels; ALTER TABLE conversations RENAME urgency TO priority")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("table labels does not exist, skipped", done.stderr)
        self.assertIn("table conversations has no column priority, skipped", done.stderr)
        self.succeeds(self.server.grants())

    def test_a_changed_password_takes_effect(self):
        self.succeeds(self.server.script("setup.sql", DATA_BRIDGE_DB_PASSWORD="another-password"))
        self.addCleanup(self.server.script, "setup.sql")
        self.execute(("data_bridge", "another-password"), "SELECT 1")
        with self.assertRaisesRegex(psycopg2.OperationalError, "password authentication failed"):
            self.execute(BRIDGE, "SELECT 1")

    def test_a_missing_password_stops_before_any_change(self):
        done = self.server.script("setup.sql", N8N_DB_PASSWORD="")
        self.assertNotEqual(0, done.returncode)
        self.assertIn("N8N_DB_PASSWORD is not set", done.stderr)

    def test_no_password_is_written_anywhere(self):
        # a role that may not be altered makes the statement fail that holds the password
        self.root("CREATE ROLE weak LOGIN PASSWORD 'weak'")
        self.addCleanup(self.root, "DROP ROLE weak")
        done = self.server.script("setup.sql", "weak", "weak")
        self.assertNotEqual(0, done.returncode)
        text = done.stdout + done.stderr + self.server.log.read_text()
        self.assertIn("permission denied", text)
        self.assertIn("statement: ALTER ROLE data_bridge", text)  # the log does hold statements of this kind
        for name, password in PASSWORDS.items():
            self.assertNotIn(password.partition("\\")[0], text.replace("''", "'"), name)


class ManagedServer(unittest.TestCase):
    """RDS: the master user is no superuser, but may create databases, roles and extensions."""

    def test_setup_and_grants_as_master(self):
        server = PostgresServer().start()
        self.addCleanup(server.stop)
        root = psycopg2.connect(**server.address("template1"))
        root.autocommit = True
        with contextlib.closing(root), root.cursor() as cursor:
            cursor.execute("CREATE ROLE master LOGIN CREATEDB CREATEROLE PASSWORD 'master'")
            # What rds_superuser may and a plain role may not: databases made from this one have it.
            cursor.execute("CREATE EXTENSION pg_stat_statements")
            cursor.execute("CREATE EXTENSION vector")
        for _ in range(2):
            Scripts.succeeds(server.script("setup.sql", "master", "master"))
        chatwoot = psycopg2.connect(**server.address("chatwoot_production", *CHATWOOT))
        with contextlib.closing(chatwoot), chatwoot, chatwoot.cursor() as cursor:
            cursor.execute((HERE / "chatwoot_tables.sql").read_text())
        for _ in range(2):
            Scripts.succeeds(server.grants("master", "master"))
        bridge = psycopg2.connect(**server.address("chatwoot_production", *BRIDGE))
        with contextlib.closing(bridge), bridge.cursor() as cursor:
            cursor.execute("SELECT count(id) FROM conversations")
            self.assertEqual((96,), cursor.fetchone())
            cursor.execute("SELECT count(id) FROM articles WHERE status <> 1")
            self.assertEqual((0,), cursor.fetchone())
            with self.assertRaises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute("SELECT email FROM users")


if __name__ == "__main__":
    unittest.main()
