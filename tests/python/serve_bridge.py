"""The data bridge on a PostgreSQL with the tests' tables and both of its addresses, for a client in another language: prints where it is as JSON, and
ends with its input."""

import json
import sys

import test_mcp


def main():
    try:
        test_mcp.Conversations.setUpClass()
        url = f"http://127.0.0.1:{test_mcp.Conversations.server.port}/data/mcp"
        print(json.dumps({"url": url, "token": test_mcp.MCP_TOKEN}), flush=True)
        sys.stdin.read()
    finally:
        test_mcp.Conversations.doClassCleanups()


if __name__ == "__main__":
    main()
