import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect } from "chai";
import { need, unmet } from "../support/need";
import { root } from "../support/root";

interface Read {
  readonly name: string;
  readonly tools: readonly string[];
  readonly isError: boolean;
  readonly text: string;
}

interface Heard {
  readonly administrator: Read;
  readonly agent: Read;
  readonly nobody: Read;
  readonly server: string;
  readonly instructions: string;
  readonly tools: readonly string[];
  readonly summary: readonly Readonly<Record<string, unknown>>[];
  readonly mistake: { readonly isError: boolean };
  readonly unknown: number;
  readonly stranger: string;
}

describe("the data bridge as MCP server, for the official client", function () {
  it("lists its tools at both addresses, answers, tells mistakes, and gives conversations to administrators alone", async function () {
    need(this, "python3");
    if (!existsSync(join(root, "node_modules", "@modelcontextprotocol", "sdk")))
      unmet(this, "npm ci installs the client");
    const bridge = spawn(join(__dirname, "run.sh"), ["serve_bridge"], { stdio: ["pipe", "pipe", "inherit"] });
    try {
      const [line] = (await once(createInterface(bridge.stdout), "line")) as [string];
      const { url, token } = JSON.parse(line) as { url: string; token: string };
      const env = { ...process.env, MCP_TOKEN: token };
      const client = join(__dirname, "mcp-client.mjs");
      const { stdout } = await promisify(execFile)(process.execPath, [client, url], { env });
      const heard = JSON.parse(stdout) as Heard;
      expect(heard.server).to.equal("data-bridge");
      expect(heard.instructions).to.contain("desk-summary");
      expect(heard.tools).to.deep.equal([
        ...["desk-summary", "by-inbox", "by-hour", "by-article", "conversations-per-day", "first-response-per-day"],
      ]);
      expect(heard.summary[0]).to.include({ period: "asked for", conversations: 48, resolved: 2, csat_average: 4.33 });
      expect(heard).to.deep.include({ unknown: -32602, stranger: "refused" });
      expect(heard.mistake.isError).to.equal(true);
      const { administrator, agent, nobody } = heard;
      for (const { name, tools } of [administrator, agent, nobody]) {
        expect({ name, tools }).to.deep.equal({
          name: "Desk conversations",
          tools: ["conversations", "messages", "csat-responses"],
        });
      }
      expect(administrator.isError, administrator.text).to.equal(false);
      expect(administrator.text).to.contain("mensaje 600");
      for (const { isError, text } of [agent, nobody]) {
        expect(isError).to.equal(true);
        expect(text).to.contain("Only administrators").and.not.to.contain("mensaje");
      }
    } finally {
      bridge.stdin.end();
      await once(bridge, "exit");
    }
  });
});
