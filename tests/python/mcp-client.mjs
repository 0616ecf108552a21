/* global URL, console, process */
// The protocol's official client (LibreChat's) against a running bridge: node mcp-client.mjs URL, the token in MCP_TOKEN.
// Prints what it heard as one line of JSON.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const url = new URL(process.argv[2]);
const connect = async (token, to = url, more = {}) => {
  const client = new Client({ name: "test", version: "1" });
  const headers = { Authorization: `Bearer ${token}`, "X-Desk-User": "0123456789abcdef01234567", ...more };
  await client.connect(new StreamableHTTPClientTransport(to, { requestInit: { headers } }));
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

// the second server, as LibreChat looks at its tools at its start, and as people of each role call them
const conversations = new URL(`${url}/conversations`);
const read = async (role) => {
  const other = await connect(process.env.MCP_TOKEN, conversations, role === undefined ? {} : { "X-Desk-Role": role });
  const listed = (await other.listTools()).tools.map(({ name }) => name);
  const result = await other.callTool({ name: "messages", arguments: { conversation_id: 1, after: "600" } });
  const name = other.getServerVersion()?.title;
  await other.close();
  return { name, tools: listed, isError: result.isError === true, text: result.content[0].text };
};
const [administrator, agent, nobody] = [await read("ADMIN"), await read("USER"), await read(undefined)];
console.log(
  JSON.stringify({
    server: client.getServerVersion()?.name,
    instructions: client.getInstructions(),
    tools: tools.map(({ name }) => name),
    summary: JSON.parse(summary.content[0].text).data,
    mistake,
    unknown,
    stranger,
    ...{ administrator, agent, nobody },
  }),
);
