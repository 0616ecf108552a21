"""The MCP server over HTTP, on a real PostgreSQL with the role's real grants."""

import contextlib
import http.client
import json
import unittest

import test_service
from bridge import mcp, settings
from bridge.queries import QUERIES
from postgres_server import PASSWORDS

MCP_TOKEN = "fedcba9876543210" * 4
WEEK = {"from": "2026-11-02", "to": "2026-11-03"}


class Mcp(test_service.Service):
    """Inherits the server's set-up, not its tests."""

    path = "/data/mcp"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chosen = settings.read({
            "POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": str(cls.postgres.port),
            "POSTGRES_DATABASE": "chatwoot_production", "POSTGRES_USER": "data_bridge",
            "POSTGRES_PASSWORD": PASSWORDS["DATA_BRIDGE_DB_PASSWORD"], "DATA_API_TOKEN": test_service.TOKEN,
            "DATA_MCP_TOKEN": MCP_TOKEN})
        cls.server = cls.start(cls.addClassCleanup, cls.chosen.postgres)

    def ask(self, method="POST", body=None, token=MCP_TOKEN, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        with contextlib.closing(connection):
            text = body if isinstance(body, (str, bytes)) else json.dumps(body)
            connection.request(method, self.path, text, {"Authorization": f"Bearer {token}", **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def call(self, method, params=None, **headers):
        status, _, body = self.ask(body={"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}, **headers)
        self.assertEqual(200, status, body)
        return json.loads(body)

    def tool(self, name, **arguments):
        return self.call("tools/call", {"name": name, "arguments": arguments})["result"]

    def figures(self, name, **arguments):
        return json.loads(self.tool(name, **arguments)["content"][0]["text"])["data"]

    def test_it_speaks_the_protocol(self):
        for version in ("2025-03-26", "2025-06-18", "2025-11-25"):
            result = self.call("initialize", {"protocolVersion": version})["result"]
            self.assertEqual((version, {"tools": {}}), (result["protocolVersion"], result["capabilities"]))
        self.assertEqual("2025-11-25", self.call("initialize", {"protocolVersion": "1"})["result"]["protocolVersion"])
        self.assertEqual({}, self.call("ping")["result"])
        self.assertEqual(-32601, self.call("resources/list")["error"]["code"])
        status, _, body = self.ask(body={"jsonrpc": "2.0", "method": "notifications/initialized"})
        self.assertEqual((202, b""), (status, body))

    def test_only_the_right_caller_gets_in(self):
        for token in ("x", test_service.TOKEN, ""):
            self.assertEqual(401, self.ask(token=token, body={})[0])
        self.assertEqual(401, self.server.ask("/data/api/", token=MCP_TOKEN)[0])
        self.assertEqual(403, self.ask(body={}, Origin="https://evil.example")[0])
        for method in ("GET", "DELETE", "PUT"):
            status, headers, _ = self.ask(method)
            self.assertEqual((405, "POST"), (status, headers["Allow"]))

    def test_what_is_no_call_is_refused(self):
        for body, code in (("{", -32700), ("[]", -32600), ('{"id": 1}', -32600), (b"\xff", -32700)):
            status, _, text = self.ask(body=body)
            self.assertEqual((400, code), (status, json.loads(text)["error"]["code"]))

    def test_it_offers_aggregates_only(self):
        tools = self.call("tools/list")["result"]["tools"]
        self.assertEqual(list(mcp.TOOLS), [t["name"] for t in tools])
        for tool in tools:
            columns = {c.name for c in QUERIES[tool["name"]].columns}
            self.assertTrue(columns.isdisjoint({"content", "name", "contact_id", "feedback_message", "title", "text"}))
        for name in ("messages", "contacts", "DROP TABLE users", None):
            self.assertEqual(-32602, self.call("tools/call", {"name": name})["error"]["code"])

    def test_mistakes_come_back_as_hints(self):
        for arguments in ({}, {**WEEK, "limit": 5}, {**WEEK, "sql": "x"}, {**WEEK, "zone": "Mars/Crater"},
                          {**WEEK, "zone": "'; DROP TABLE users"}, {"from": "yesterday", "to": "2026-11-03"}):
            with self.subTest(arguments=arguments):
                result = self.tool("desk-summary", **arguments)
                self.assertTrue(result["isError"])
                self.assertNotIn("Traceback", result["content"][0]["text"])

    def test_summary_is_what_one_counts(self):
        now, before = self.figures("desk-summary", **WEEK)
        self.assertEqual(("asked for", "2026-11-02", "2026-11-03", 48), tuple(now[k] for k in (
            "period", "first_day", "last_day", "conversations")))
        # on 1 November from noon
        self.assertEqual(("before", "2026-10-31", "2026-11-01", 12), tuple(before[k] for k in (
            "period", "first_day", "last_day", "conversations")))
        self.assertEqual((24, 20.0), (now["not_resolved"], now["first_response_median_seconds"]))
        self.assertEqual((3, 4.33), (now["csat_answers"], now["csat_average"]))
        self.assertEqual((2, 1, 2), tuple(now[k] for k in (
            "resolved", "assistant_handovers", "assistant_resolutions")))
        self.assertEqual((0, None), (before["resolved"], before["csat_average"]))
        self.assertEqual(0, self.figures("desk-summary", **WEEK, inbox_id=77)[0]["conversations"])

    def test_days_are_those_of_the_zone(self):
        # in Madrid 2 November begins at 23:00 UTC of the 1st, and one conversation begins at each full hour
        one = {"from": "2026-11-01", "to": "2026-11-01"}
        self.assertEqual(12, self.figures("desk-summary", **one)[0]["conversations"])
        self.assertEqual(11, self.figures("desk-summary", **one, zone="Europe/Madrid")[0]["conversations"])
        hours = self.figures("by-hour", **one, zone="Europe/Madrid")
        self.assertEqual(list(range(24)), [row["hour"] for row in hours])
        self.assertEqual((0, 1), (hours[12]["conversations"], hours[13]["conversations"]))
        self.assertEqual(30, hours[3]["customer_messages"])

    def test_by_inbox(self):
        rows = self.figures("by-inbox", **WEEK)
        self.assertEqual([("Web", 48, 2), ("Mail", 0, 0)], [
            (r["inbox"], r["conversations"], r["resolved"]) for r in rows])

    def test_by_article(self):
        columns = ("article", "name_of_article", "answers", "conversations", "csat_answers", "csat_average", "taken_over")
        rows = self.figures("by-article", **WEEK)
        self.assertEqual([("ayuda/envios", "Envíos", 3, 2, 3, 4.33, 1), ("ayuda/horario", "Horario", 1, 1, 3, 4.33, 0)],
                         [tuple(r[c] for c in columns) for r in rows])
        self.assertEqual([2, 1], [r["answers"] for r in self.figures("by-article", **{**WEEK, "to": "2026-11-02"})])
        self.assertEqual([], self.figures("by-article", **WEEK, inbox_id=77))

    def test_an_answer_is_small(self):
        for name in mcp.TOOLS:
            needed = WEEK if "summary" in name or name.startswith("by-") else {}
            self.assertLess(len(self.tool(name, **needed)["content"][0]["text"]), 64_000)
        days = json.loads(self.tool("conversations-per-day")["content"][0]["text"])
        self.assertLessEqual(days["count"], 50)

    def test_the_audit_has_tool_and_user_and_no_value(self):
        self.call("tools/call", {"name": "by-hour", "arguments": {**WEEK, "zone": "Europe/Madrid"}},
                  **{"X-Desk-User": "0123456789abcdef01234567"})
        line = self.log[-1]
        self.assertEqual(("by-hour", "0123456789abcdef01234567", ["from", "to", "zone"]),
                         (line["query"], line["user"], line["parameters"]))
        self.assertNotIn("Madrid", json.dumps(line))
        self.call("ping", **{"X-Desk-User": "somebody@example.com"})
        self.assertIsNone(self.log[-1]["user"])

    def test_without_a_token_of_its_own_there_is_none(self):
        self.chosen = settings.read({**{k: "x" * 40 for k in (
            "POSTGRES_HOST", "POSTGRES_DATABASE", "POSTGRES_USER", "POSTGRES_PASSWORD")}, "DATA_API_TOKEN": test_service.TOKEN})
        self.assertIsNone(self.chosen.mcp_digest)


    def test_there_are_no_conversations_without_the_setting(self):
        self.path = "/data/mcp/conversations"
        self.assertEqual(405, self.ask(body={"jsonrpc": "2.0", "id": 1, "method": "ping"})[0])
        self.assertEqual(404, self.ask("GET")[0])


class Conversations(Mcp):
    """What only administrators get, and only where a setting says so."""

    path = "/data/mcp/conversations"
    conversations = True

    def test_administrators_read_and_nobody_else(self):
        names = [t["name"] for t in self.call("tools/list")["result"]["tools"]]
        self.assertEqual(list(mcp.CONVERSATIONS), names)
        asked = {"name": "messages", "arguments": {"conversation_id": 1, "after": "600"}}
        for role in ("USER", "admin", ""):
            result = self.call("tools/call", asked, **{"X-Desk-Role": role})["result"]
            self.assertTrue(result["isError"])
            self.assertNotIn("mensaje", json.dumps(result))
            self.assertEqual("forbidden", self.log[-1]["error"])
        self.assertTrue(self.call("tools/call", asked)["result"]["isError"])
        result = self.call("tools/call", asked, **{"X-Desk-Role": "ADMIN", "X-Desk-User": "0" * 24})["result"]
        rows = json.loads(result["content"][0]["text"])
        self.assertEqual((50, "mensaje 600"), (rows["count"], rows["data"][0]["content"]))
        self.assertEqual(("messages", "0" * 24), (self.log[-1]["query"], self.log[-1]["user"]))
        for name in ("contacts", "desk-summary", "librechat-messages"):
            self.assertEqual(-32602, self.call("tools/call", {"name": name}, **{"X-Desk-Role": "ADMIN"})["error"]["code"])


for inherited in [name for name in dir(Mcp) if name.startswith("test_")]:
    setattr(Conversations, inherited, None)

for inherited in [name for name in dir(test_service.Service) if name.startswith("test_")]:
    setattr(Mcp, inherited, None)

if __name__ == "__main__":
    unittest.main()
