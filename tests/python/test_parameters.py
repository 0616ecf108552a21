"""Parameters, statements and answers: the parts without a database."""

import csv
import datetime
import io
import json
import unittest
from decimal import Decimal

from bridge import audit, mongo, output, params, settings
from bridge.__main__ import server_options
from bridge.errors import ApiError
from bridge.postgres import compile_select
from bridge.queries import QUERIES

CONVERSATIONS = QUERIES["conversations"]
LABELS = QUERIES["labels"]
ENVIRONMENT = {
    "POSTGRES_HOST": "db", "POSTGRES_DATABASE": "d", "POSTGRES_USER": "u", "POSTGRES_PASSWORD": "postgres-secret",
    "DATA_API_TOKEN": "t" * 64,
}


class Parameters(unittest.TestCase):
    def test_defaults(self):
        request = params.parse(CONVERSATIONS, "")
        self.assertEqual((100, None, "json", ()), (request.limit, request.after, request.format, request.filters))

    def test_values(self):
        text = "limit=1000&after=7&format=csv&status=1&created_from=2026-11-24T10:00:00%2B02:00"
        request = params.parse(CONVERSATIONS, text)
        self.assertEqual((1000, 7, "csv"), (request.limit, request.after, request.format))
        self.assertEqual({"status": 1, "created_from": datetime.datetime(2026, 11, 24, 8)},  # noqa: DTZ001
                         {f.name: v for f, v in request.filters})

    def test_refused(self):
        for text in ("limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=", "limit=1&limit=2", "after=x",
                     "after=1;drop", "after=99999999999999999999", "format=xml", "status=open", "created_from=yesterday",
                     "lmit=5", "limit", "a=%ff", "account_id=1%00", "&".join(f"x{i}=1" for i in range(30))):
            with self.subTest(text=text), self.assertRaises(ApiError) as raised:
                params.parse(CONVERSATIONS, text)
            self.assertEqual("400 Bad Request", raised.exception.status)

    def test_a_misspelt_name_gets_a_hint(self):
        with self.assertRaises(ApiError) as raised:
            params.parse(CONVERSATIONS, "lmit=5")
        self.assertIn("Did you mean 'limit'?", raised.exception.hint)

    def test_every_query_describes_itself(self):
        for query in QUERIES.values():
            names = [p["name"] for p in params.describe(query)]
            common = ["format"] if query.statement else ["limit", "after", "format"]
            self.assertEqual(common, names[:len(common)])
            self.assertEqual(len(names), len(set(names)))


class Statements(unittest.TestCase):
    def test_select(self):
        request = params.parse(LABELS, "limit=10&after=5&account_id=2")
        statement, values = compile_select(LABELS, request, LABELS.sources - {"description"})
        self.assertEqual(
            'SELECT "id", "account_id", "title", NULL AS "description", "color", "created_at", "updated_at" '
            'FROM "labels" WHERE "account_id" = %s AND "id" > %s ORDER BY "id" LIMIT %s', statement)
        self.assertEqual([2, 5, 11], values)

    def test_find(self):
        query = QUERIES["librechat-messages"]
        request = params.parse(query, f"user=%24ne&after={'a' * 24}")
        condition, projection, order = mongo.compile_find(query, request, str.upper)
        self.assertEqual({"$and": [{"user": {"$eq": "$ne"}}, {"_id": {"$gt": "A" * 24}}]}, condition)
        self.assertIn("content.text", projection)
        self.assertNotIn("content", projection)
        self.assertEqual([("_id", 1)], order)


class Answers(unittest.TestCase):
    @staticmethod
    def rows(count):
        moment = datetime.datetime(2026, 11, 24, 8)  # noqa: DTZ001
        return [[i, 1, 'a "b", c\nñ', None, "#fff", moment, moment] for i in range(1, count + 1)]

    def test_json(self):
        page = output.encode(LABELS, self.rows(3), params.parse(LABELS, "limit=2"))
        answer = json.loads(page.body)
        self.assertEqual((2, "2"), (answer["count"], answer["next"]))
        self.assertEqual("2026-11-24T08:00:00Z", answer["data"][0]["created_at"])
        self.assertEqual("2", page.next)

    def test_csv(self):
        page = output.encode(LABELS, self.rows(2), params.parse(LABELS, "format=csv"))
        read = list(csv.reader(io.StringIO(page.body.decode(), newline="")))
        self.assertEqual([c.name for c in LABELS.columns], read[0])
        self.assertEqual(["1", "1", 'a "b", c\nñ', "", "#fff"], read[1][:5])
        self.assertIsNone(page.next)

    def test_a_page_ends_before_the_size_limit(self):
        page = output.encode(LABELS, self.rows(100), params.parse(LABELS, ""), max_bytes=5000)
        self.assertLessEqual(len(page.body), 5000)
        self.assertEqual(str(page.rows), page.next)
        with self.assertRaises(ApiError) as raised:
            output.encode(LABELS, self.rows(1), params.parse(LABELS, ""), max_bytes=2200)
        self.assertEqual("row_too_large", raised.exception.code)

    def test_values_that_json_has_not(self):
        self.assertEqual([None, None, 1.5, "2026-11-24", {"a": [None]}],
                         output.plain([float("nan"), Decimal("NaN"), Decimal("1.5"), datetime.date(2026, 11, 24),
                                       {"a": (b"x",)}]))


class Secrets(unittest.TestCase):
    def test_settings_do_not_show_them(self):
        chosen = settings.read({**ENVIRONMENT, "MONGODB_URI": "mongodb://u:mongo-secret@m/"})
        self.assertNotIn("secret", repr(chosen))
        self.assertEqual("mongodb://u:mongo-secret@m/", chosen.mongo["host"])

    def test_mongodb_is_optional(self):
        self.assertIsNone(settings.read(ENVIRONMENT).mongo)
        self.assertIsNone(settings.read({**ENVIRONMENT, "MONGODB_HOST": "m"}).mongo)

    def test_all_problems_at_once_without_values(self):
        with self.assertRaises(settings.SettingsError) as raised:
            settings.read({"DATA_API_TOKEN": "abc", "POSTGRES_PORT": "5432x"})
        text = str(raised.exception)
        for name in ("POSTGRES_HOST", "POSTGRES_PASSWORD", "DATA_API_TOKEN is shorter", "POSTGRES_PORT"):
            self.assertIn(name, text)
        self.assertNotIn("abc", text)

    def test_audit_takes_known_names_only(self):
        self.assertEqual(["limit"], audit.parameter_names("limit=5&my-token-here=1", ["limit", "after"]))

    def test_keeps_connections_as_long_as_it_is_told(self):
        self.assertEqual(410, server_options({"KEEP_ALIVE_SECONDS": "410"})["channel_timeout"])
        self.assertGreater(server_options({})["channel_timeout"], 400)

    def test_audit_names_the_client_that_the_proxy_saw(self):
        """(APP-36)"""
        for forwarded, client in (
            ("198.51.100.7", "198.51.100.7"),  # nginx
            ("6.6.6.6, 198.51.100.7", "198.51.100.7"),  # CloudFront, and a visitor who sent one of his own
            ("6.6.6.6,2001:db8::1", "2001:db8::1"),
            ("198.51.100.7, nonsense\n", "10.0.0.1"),
            ("", "10.0.0.1"),
        ):
            environ = {"HTTP_X_REAL_IP": "6.6.6.6", "HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": "10.0.0.1"}
            self.assertEqual(client, audit.client(environ), forwarded)


if __name__ == "__main__":
    unittest.main()
