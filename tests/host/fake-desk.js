"use strict";
// Stands in for Chatwoot's API and for the four LLM providers in the starter flow's test; records every request.
const http = require("node:http");

const calls = [];
const replies = {
  openai: (text) => ({
    id: "1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
  anthropic: (text) => ({
    id: "1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
  google: (text) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  }),
};
replies.openrouter = replies.openai;

/** What the "model" says: decided by the customer's last line. */
function speak(body) {
  const last = body.match(/CUSTOMER: ([^\\]*)/g)?.at(-1) ?? "";
  if (last.includes("explode")) return undefined;
  return last.includes("a person please") ? "HANDOVER" : `The shop opens at nine. {${calls.length}}`;
}

http
  .createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString("utf8");
      const send = (status, value) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(value));
      };
      if (request.url === "/calls") return send(200, calls);
      calls.push({ method: request.method, url: request.url, headers: request.headers, body });
      const reply = replies[request.url.split("/")[1]];
      if (reply === undefined) return send(200, { id: calls.length });
      const text = speak(body);
      return text === undefined ? send(400, { error: { message: "no" } }) : send(200, reply(text));
    });
  })
  .listen(3000);
