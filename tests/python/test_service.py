"""The service over HTTP, in the real web server, on a real PostgreSQL with the role's real grants."""

import concurrent.futures
import contextlib
import csv
import http.client
import io
import json
import logging
import threading
import unittest

import psycopg2
import waitress
from bridge import settings
from bridge.__main__ import server_options
from bridge.app import Bridge
from bridge.health import Health
from bridge.model import Column, Query
from bridge.mongo import Mongo
from bridge.postgres import Postgres
from bridge.queries import QUERIES
from postgres_server import PASSWORDS, TEMPLATES, PostgresServer

TOKEN = "0123456789abcdef" * 4
SLOW = Query("slow", "", "postgresql", "conversations", (Column("id"), Column("wait", "pg_sleep(30)::text", ("id",))))
BROKEN = Query("broken", "", "postgresql", "contacts", (Column("id"), Column("wrong", "name::int", ("name",))))


class Server:
    """One bridge in one waitress, with its audit lines kept."""

    def __init__(self, application):
        self._server = waitress.create_server(application, host="127.0.0.1", port=0, **server_options({}))
        self.port = self._server.effective_port
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        with contextlib.suppress(OSError):  # the loop's way out once its sockets are closed
            self._server.run()

    def close(self):
        self._server.task_dispatcher.shutdown()  # else a thread that has just answered meets closed sockets
        self._server.close()
        self._thread.join(10)

    def ask(self, path, token=TOKEN, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            if token:
                headers.setdefault("Authorization", f"Bearer {token}")
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


class Service(unittest.TestCase):
    conversations = False

    @classmethod
    def setUpClass(cls):
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        cls.postgres = PostgresServer().start()
        cls.addClassCleanup(cls.postgres.stop)
        cls.postgres.script("setup.sql")
        owner = cls.postgres.address("chatwoot_production", "chatwoot", PASSWORDS["CHATWOOT_DB_PASSWORD"])
        chatwoot = psycopg2.connect(**owner)
        with contextlib.closing(chatwoot), chatwoot, chatwoot.cursor() as cursor:
            cursor.execute((TEMPLATES.parent / "tests/python/chatwoot_tables.sql").read_text())
        cls.postgres.grants()
        cls.chosen = settings.read({
            "POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": str(cls.postgres.port),
            "POSTGRES_DATABASE": "chatwoot_production", "POSTGRES_USER": "data_bridge",
            "POSTGRES_PASSWORD": PASSWORDS["DATA_BRIDGE_DB_PASSWORD"], "DATA_API_TOKEN": TOKEN})
        cls.log = []
        cls.server = cls.start(cls.addClassCleanup, cls.chosen.postgres)
        for query in (SLOW, BROKEN):
            QUERIES[query.name] = query
            cls.addClassCleanup(QUERIES.pop, query.name)

    def serve(self, address, mongo=None):
        """Another bridge, for one test."""
        return self.start(self.addCleanup, address, mongo)

    @classmethod
    def start(cls, cleanup, address, mongo=None):
        store = Postgres(address, [("desk_url", "https://desk.example.com")])
        stores = {"postgresql": store, "mongodb": Mongo(mongo, "librechat")}
        server = Server(Bridge(cls.chosen.token_digest, stores, Health(store.ping), cls.chosen.mcp_digest, cls.log.append,
                               cls.conversations))
        for each in stores.values():
            cleanup(each.close)
        cleanup(server.close)
        return server

    def get(self, path, status=200, server=None, **options):
        got, headers, body = (server or self.server).ask(path, **options)
        self.assertEqual(status, got, body)
        return headers, json.loads(body) if "json" in headers["Content-Type"] else body.decode()

    def error(self, path, status, code, **options):
        headers, answer = self.get(path, status, **options)
        self.assertEqual({"code", "message", "hint"}, set(answer["error"]))
        self.assertEqual(code, answer["error"]["code"])
        return headers

    def test_health_needs_no_token_and_tells_nothing(self):
        self.assertEqual({"status": "ok"}, self.get("/data/health", token=None)[1])
        dead = self.serve({**self.chosen.postgres, "port": 1})
        self.assertEqual({"status": "unavailable"}, self.get("/data/health", 503, server=dead, token=None)[1])

    def test_only_the_right_token_gets_in(self):
        for token in (None, "", "x", TOKEN[:-1], TOKEN + "0", "ñ"):
            with self.subTest(token=token):
                headers = self.error("/data/api/", 401, "unauthorized", token=token)
                self.assertEqual('Bearer realm="data-bridge"', headers["WWW-Authenticate"])
        self.error("/data/api/", 401, "unauthorized", token=None, Authorization=f"Basic {TOKEN}")
        self.error("/data/api/queries/nothing", 401, "unauthorized", token=None)
        self.error("/data/api/?token=" + TOKEN, 401, "unauthorized", token=None)

    def test_list_of_queries(self):
        names = {q["name"] for q in self.get("/data/api/")[1]["queries"]}
        self.assertLessEqual({"conversations", "messages", "contacts", "inboxes", "labels", "csat-responses",
                              "reporting-events", "conversations-per-day", "librechat-messages"}, names)

    def test_every_query_answers(self):
        for query in QUERIES.values():
            if query.store == "postgresql" and query not in (SLOW, BROKEN):
                with self.subTest(query=query.name):
                    values = {"date": "2026-11-02", "words": "x"}
                    wanted = "&".join(f"{f.name}={values[f.kind]}" for f in query.filters if f.required) or "format=json"
                    answer = self.get(f"/data/api/queries/{query.name}?{wanted}")[1]
                    self.assertEqual([c.name for c in query.columns], answer["columns"])

    def test_errors(self):
        for path in ("/data/api/queries/users", "/data/api/queries/conversations/1", "/data/api/x", "/", "/data"):
            with self.subTest(path=path):
                self.error(path, 404, "not_found")
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            headers = self.error("/data/api/queries/labels", 405, "method_not_allowed", method=method)
            self.assertEqual("GET, HEAD", headers["Allow"])
        for text in ("limit=1001", "after=x", "sql=select", "limit=1&limit=2"):
            self.error("/data/api/queries/labels?" + text, 400, "bad_parameter")

    def test_pages_hold_every_row_once(self):
        seen, path = [], "/data/api/queries/conversations?limit=40&account_id=1"
        while path:
            headers, answer = self.get(path)
            seen += [row["id"] for row in answer["data"]]
            link = headers["Link"]
            path = link[1:link.index(">")] if link else None
            self.assertEqual(answer["next"], headers["X-Next-After"])
        self.assertEqual(sorted(set(seen)), seen)
        self.assertEqual(48, len(seen))

    def test_default_and_largest_page(self):
        self.assertEqual(100, self.get("/data/api/queries/messages")[1]["count"])
        self.assertEqual(1000, self.get("/data/api/queries/messages?limit=1000")[1]["count"])

    def test_csv(self):
        headers, text = self.get("/data/api/queries/messages?format=csv&limit=2")
        self.assertEqual("text/csv; charset=utf-8", headers["Content-Type"])
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual('¿"comillas", coma\ny línea?', rows[0]["content"])
        self.assertEqual(rows[1]["id"], headers["X-Next-After"])

    def test_filters(self):
        answer = self.get("/data/api/queries/messages?conversation_id=3&created_to=2026-11-01T01:00:00Z&limit=1000")[1]
        self.assertEqual((12, {3}), (answer["count"], {row["conversation_id"] for row in answer["data"]}))

    def test_aggregates(self):
        first = self.get("/data/api/queries/conversations-per-day?limit=2")[1]
        self.assertEqual(["2026-11-01", "2026-11-02"], [row["day"] for row in first["data"]])
        self.assertEqual({"day": "2026-11-02", "conversations": 24, "resolved": 12, "contacts": 10}, first["data"][1])
        rest = self.get("/data/api/queries/conversations-per-day?after=" + first["next"])[1]
        self.assertEqual(["2026-11-03", "2026-11-04", "2026-11-05"], [row["day"] for row in rest["data"]])
        times = self.get("/data/api/queries/first-response-per-day")[1]["data"]
        self.assertEqual([{"day": "2026-11-02", "conversations": 3, "average_seconds": 40.0, "median_seconds": 20.0}], times)

    def test_an_answer_is_at_most_10_mb(self):
        _, headers, body = self.server.ask("/data/api/queries/messages?conversation_id=999")
        answer = json.loads(body)
        self.assertLess(len(body), 10_000_000)
        self.assertTrue(0 < answer["count"] < 15)
        rest = self.get(f"/data/api/queries/messages?conversation_id=999&after={headers['X-Next-After']}")[1]
        self.assertEqual(15, answer["count"] + rest["count"])

    def test_a_slow_query_is_stopped(self):
        options = self.chosen.postgres["options"].replace("statement_timeout=15000", "statement_timeout=300")
        quick = self.serve({**self.chosen.postgres, "options": options})
        self.error("/data/api/queries/slow", 504, "query_timeout", server=quick)
        self.get("/data/api/queries/labels", server=quick)
        self.assertIn("statement_timeout=15000", self.chosen.postgres["options"])

    def test_an_error_of_ours_shows_nothing(self):
        # PostgreSQL's message quotes the value that it cannot convert.
        status, _, body = self.server.ask("/data/api/queries/broken")
        self.assertEqual((500, "internal"), (status, json.loads(body)["error"]["code"]))
        self.assertNotIn("María", body.decode() + json.dumps(self.log, ensure_ascii=False))
        self.assertNotIn("Traceback", body.decode())
        self.assertEqual("internal: InvalidTextRepresentation", self.log[-1]["error"])

    def test_a_table_that_may_not_be_read(self):
        self.as_root("REVOKE ALL ON inboxes FROM data_bridge")
        fresh = self.serve(self.chosen.postgres)
        self.error("/data/api/queries/inboxes", 503, "not_available", server=fresh)
        self.get("/data/api/queries/contacts", server=fresh)
        self.postgres.grants()
        self.get("/data/api/queries/inboxes", server=fresh)

    def test_it_survives_a_lost_connection(self):
        self.get("/data/api/queries/labels")
        self.drop_connections()
        self.get("/data/api/queries/labels")

    def held_connections(self):
        return self.as_root("SELECT pid FROM pg_stat_activity WHERE usename = 'data_bridge'")

    def drop_connections(self):
        self.as_root("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'data_bridge'")

    def as_root(self, statement):
        root = psycopg2.connect(**self.postgres.address("chatwoot_production"))
        with contextlib.closing(root), root, root.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def test_many_calls_at_once_leave_connections_to_the_notebooks(self):
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            for answer in pool.map(self.get, ["/data/api/queries/messages?limit=1000"] * 48):
                self.assertEqual(1000, answer[1]["count"])
        self.assertLess(len(self.held_connections()), 5)

    def test_notebooks_that_hold_every_connection(self):
        lost = self.serve(self.chosen.postgres)
        self.drop_connections()
        address = self.postgres.address("chatwoot_production", "data_bridge", PASSWORDS["DATA_BRIDGE_DB_PASSWORD"])
        notebooks = [psycopg2.connect(**address) for _ in range(5)]
        headers = self.error("/data/api/queries/labels", 503, "busy", server=lost)
        self.assertEqual("2", headers["Retry-After"])
        for notebook in notebooks:
            notebook.close()
        self.get("/data/api/queries/labels", server=lost)

    def test_mongodb_is_optional(self):
        self.error("/data/api/queries/librechat-messages", 503, "mongodb_unavailable")
        unreachable = self.serve(self.chosen.postgres, {"host": "127.0.0.1", "port": 1, "serverSelectionTimeoutMS": 200})
        self.error("/data/api/queries/librechat-messages", 503, "mongodb_unavailable", server=unreachable)
        self.get("/data/api/queries/labels", server=unreachable)

    def test_headers(self):
        headers, _ = self.get("/data/api/queries/labels", Origin="https://elsewhere.test")
        self.assertIsNone(headers["Access-Control-Allow-Origin"])
        self.assertIsNone(headers["Server"])
        self.assertEqual("no-store", headers["Cache-Control"])
        status, headers, body = self.server.ask("/data/api/queries/labels", method="HEAD")
        self.assertEqual((200, b""), (status, body))

    def test_audit_lines_hold_no_values(self):
        self.log.clear()
        self.server.ask("/data/api/queries/reporting-events?name=private-value&limit=7&zzz=hidden")
        self.server.ask("/data/api/queries/reporting-events?name=private-value&limit=7", **{
            "X-Real-IP": "6.6.6.6", "X_Forwarded_For": "6.6.6.6", "X-Forwarded-For": "6.6.6.6, 198.51.100.7"})
        text = json.dumps(self.log)
        for value in ("private-value", "hidden", "zzz", TOKEN):
            self.assertNotIn(value, text)
        refused, answered = self.log
        self.assertEqual((400, "bad_parameter"), (refused["status"], refused["error"]))
        self.assertEqual((200, "reporting-events", ["limit", "name"], 0, "198.51.100.7"),
                         tuple(answered[k] for k in ("status", "query", "parameters", "rows", "client")))


if __name__ == "__main__":
    unittest.main()
