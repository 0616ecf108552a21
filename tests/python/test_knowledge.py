"""What the assistant knows: the search over articles and canned responses, on a real PostgreSQL with the role's real grants."""

import contextlib
import unittest
from urllib.parse import urlencode

import psycopg2
import test_service
from postgres_server import PASSWORDS

DESK = "https://desk.example.com"


class Knowledge(test_service.Service):
    """Inherits the server's set-up, not its tests."""

    def rows(self, name, **parameters):
        return self.get(f"/data/api/queries/{name}?{urlencode(parameters)}")[1]["data"]

    def sources(self, q, **parameters):
        return [row["source"] for row in self.rows("knowledge-search", q=q, account_id=1, **parameters)]

    def change(self, statement):
        owner = self.postgres.address("chatwoot_production", "chatwoot", PASSWORDS["CHATWOOT_DB_PASSWORD"])
        with contextlib.closing(psycopg2.connect(**owner)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def test_questions_find_their_article(self):
        for question, slug in (("cuanto tarda el envio", "envios"), ("quiero devolver unos zapatos", "devoluciones"),
                               ("¿a qué hora abren?", "horario"), ("reenbolso", "devoluciones"),
                               ("how long does shipping take", "shipping")):
            with self.subTest(question=question):
                first = self.rows("knowledge-search", q=question, account_id=1)[0]
                self.assertEqual(f"{DESK}/hc/ayuda/articles/{slug}", first["url"])

    def test_other_words_find_nothing_and_phrases_help(self):
        for question in ("mi paquete no llega", "gibt es einen Rabatt", "???", "kiwi"):
            self.assertEqual([], self.sources(question), question)
        self.assertEqual("article-1", self.sources("mi paquete no llega\nplazo de envío\nretraso del pedido")[0])

    def test_language_and_number(self):
        both = "envío\nshipping"
        self.assertEqual(["article-1", "article-4"], sorted(self.sources(both)))
        self.assertEqual("article-4", self.sources(both, locale="en")[0])
        self.assertEqual("article-1", self.sources(both, locale="es")[0])
        self.assertEqual(1, len(self.sources(both, limit=1)))

    def test_canned_responses_have_no_address(self):
        found = self.rows("knowledge-search", q="necesito la factura", locale="es", account_id=1)[0]
        self.assertEqual(("canned-1", None, "La factura se descarga en su cuenta."), (found["source"], found["url"], found["text"]))

    def test_a_long_text_comes_in_extracts(self):
        text = self.rows("knowledge-search", q="orders working days", account_id=1)[0]["text"]
        self.assertIn("two to four working days", text)
        self.assertLess(len(text), 2500)

    def test_only_what_the_public_sees(self):
        self.assertEqual([8, 1], [len(self.rows("articles")), len(self.rows("articles", account_id=2))])
        self.assertEqual([("es", 3), ("", 1), ("en", 1)],
                         [(r["locale"], r["texts"]) for r in self.rows("knowledge-languages", account_id=1)])
        self.change("UPDATE articles SET status = 0 WHERE slug = 'horario'")
        self.assertEqual([], self.sources("¿a qué hora abren?"))
        self.change("UPDATE articles SET status = 1 WHERE slug = 'horario'")
        self.assertEqual(["article-3"], self.sources("¿a qué hora abren?"))

    def test_mistakes(self):
        for text in ("", "q=", "q=" + "x" * 1001, "q=x&limit=0", "q=x&after=1"):
            self.error("/data/api/queries/knowledge-search?" + text, 400, "bad_parameter")
        for hostile in ("'; DROP TABLE articles --", "or and not & | ! <-> :* ( \\", "%(q)s %s", "😀"):
            self.assertIsInstance(self.sources(hostile), list)


for inherited in [name for name in dir(test_service.Service) if name.startswith("test_")]:
    setattr(Knowledge, inherited, None)

if __name__ == "__main__":
    unittest.main()
