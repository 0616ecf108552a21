"""The data bridge on a PostgreSQL with the tests' tables, for a client in another language: prints where it is as JSON, and
ends with its input."""

import json
import sys

import test_mcp


def main():
    try:
        test_mcp.Mcp.setUpClass()
        print(json.dumps({"url": f"http://127.0.0.1:{test_mcp.Mcp.server.port}/data/mcp", "token": test_mcp.MCP_TOKEN}),
              flush=True)
        sys.stdin.read()
    finally:
        test_mcp.Mcp.doClassCleanups()


if __name__ == "__main__":
    main()
