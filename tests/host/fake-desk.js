"use strict";
// Stands in for Chatwoot's API and for the four LLM providers in the assistant's tests; records every request.
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

const answer = (given) =>
  JSON.stringify({ action: "answer", language: "en", sources: [], reason: "", priority: "low", ...given });

/** What the "model" says, decided by the customer's last line, or `undefined`: the provider refuses. */
function speak(last) {
  if (last.includes("explode")) return undefined;
  if (last.includes("nonsense")) return "I will transfer you to a colleague.";
  if (last.includes("handover")) return answer({ reply: "The handover of your keys is on Friday at 9. HANDOVER" });
  if (last.includes("a person please")) {
    return answer({
      action: "handover",
      reply: "Eine Kollegin schreibt Ihnen gleich.",
      language: last.includes("Hola") ? "es" : last.includes("Hallo") ? "de" : "en",
      reason: "The customer asks for a person.",
      summary: "Wants somebody.",
      suggestion: "Hello, how can I help?",
      priority: "high",
    });
  }
  return "```json\n" + answer({ reply: `The shop opens at nine. {${calls.length}}` }) + "\n```";
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
      const call = { method: request.method, url: request.url, headers: request.headers, body };
      calls.push(call);
      const reply = replies[request.url.split("/")[1]];
      if (reply === undefined) return send(200, { id: calls.length });
      call.lines = [...body.replace(/\\+/g, "").matchAll(/"from":"customer","text":"([^"]*)"/g)].map(
        ([, text]) => text,
      );
      const last = call.lines.at(-1) ?? "";
      if (last.includes("silence")) return undefined;
      const text = speak(last);
      const say = () => (text === undefined ? send(400, { error: { message: "no" } }) : send(200, reply(text)));
      return last.includes("slowly") ? setTimeout(say, 4000) : say();
    });
  })
  .listen(3000);
