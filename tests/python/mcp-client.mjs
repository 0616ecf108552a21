/* global URL, console, process */
// The protocol's official client (LibreChat's) against a running bridge: node mcp-client.mjs URL, the token in MCP_TOKEN.
// Prints what it heard as one line of JSON.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const url = new URL(process.argv[2]);
const connect = async (token) => {
  const client = new Client({ name: "test", version: "1" });
  const headers = { Authorization: `Bearer ${token}`, "X-Desk-User": "0123456789abcdef01234567" };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return client;
};

const client = await connect(process.env.MCP_TOKEN);
await client.ping();
const { tools } = await client.listTools();
const week = { from: "2026-11-02", to: "2026-11-03" };
const summary = await client.callTool({ name: "desk-summary", arguments: week });
const mistake = await client.callTool({ name: "desk-summary", arguments: { ...week, zone: "Mars/Crater" } });
const unknown = await client.callTool({ name: "messages", arguments: {} }).catch((error) => error.code);
const stranger = await connect("wrong").then(
  () => "let in",
  () => "refused",
);
await client.close();
console.log(
  JSON.stringify({
    server: client.getServerVersion()?.name,
    instructions: client.getInstructions(),
    tools: tools.map(({ name }) => name),
    summary: JSON.parse(summary.content[0].text).data,
    mistake,
    unknown,
    stranger,
  }),
);
