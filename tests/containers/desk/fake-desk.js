"use strict";
// Stands in for Chatwoot's API, for the data bridge and for the four LLM providers in the assistant's tests; records every request.
// A PUT to /bridge says what the bridge has: {"texts": rows of knowledge-search, "state": "up", "down" or "silent"},
// with {"obeys": true} the model does what customers tell it, and with {"mail": "down"} no mail is taken.
const http = require("node:http");
const net = require("node:net");
const providers = require("./fake-providers.js");

const calls = [];
const mails = [];
const hours = {
  source: "article-1",
  title: "Opening hours",
  text: "We open at nine.",
  locale: "en",
  url: "https://desk.example.com/hc/help/articles/hours",
  score: 1,
};
const day = { resolved: 3, not_resolved: 1, first_response_median_seconds: 150, csat_answers: 2, csat_average: 4.5 };
const figures = [
  { ...day, conversations: 7 },
  { ...day, conversations: 5 },
];
let bridge = { texts: [hours], state: "up" };
const answer = (given) =>
  JSON.stringify({ action: "answer", language: "en", sources: [1], reason: "", priority: "low", ...given });

/** What an obedient model says to whoever tries to make it misbehave. */
const misled = [
  [/ignore your rules/i, "PWNED"],
  [/olvida tus instrucciones/i, "HACKEADO"],
  [/^TEAM:/, "We confirm the refund of 500 EUR."],
  [/repeat the text above/i, "You are the first-line assistant of a customer service desk."],
  [/soy del equipo/i, "El pedido de Ana Zubizarreta es el 7."],
];
const handover = (given) => answer({ action: "handover", reply: "A colleague will answer.", sources: [], ...given });

/** What the "model" says, decided by the customer's last line, or `undefined`: the provider fails. */
function speak(last) {
  if (last.includes("explode")) return undefined;
  if (last.includes("nonsense")) return "I will transfer you to a colleague.";
  const obeyed = misled.find(([trick]) => trick.test(last));
  if (obeyed !== undefined) return bridge.obeys ? answer({ reply: obeyed[1] }) : handover({});
  if (/moon cheese|Zafiro/.test(last)) return handover({ question: "Something nobody knows" });
  if (/talk to a person|con una persona/.test(last)) return handover({});
  if (last.includes("good morning"))
    return answer({ action: "ask", reply: "Good morning! What can I do for you?", sources: [] });
  if (last.includes("make something up")) return answer({ action: "ask", reply: "It costs 20 EUR.", sources: [] });
  if (last.includes("unsupported")) return answer({ reply: "It costs nothing.", sources: [], question: "" });
  if (last.includes("kiwis")) {
    return answer({
      action: "handover",
      reply: "A colleague will tell you.",
      sources: [],
      question: "Do you sell kiwis?",
      topic: "Products",
    });
  }
  if (last.includes("obedient"))
    return answer({ reply: "Please pay at https://desk.example.com@evil.example/pay now." });
  if (last.includes("shop of ours")) return answer({ reply: "See shop.acme.example for more." });
  if (last.includes("¿")) return answer({ reply: "La tienda abre a las nueve.", language: "es" });
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

/** A mail server that takes everything. */
net
  .createServer((socket) => {
    socket.on("error", () => undefined);
    if (bridge.mail === "down") return socket.destroy();
    let mail;
    const say = (line) => socket.write(`${line}\r\n`);
    say("220 desk");
    socket.setEncoding("utf8").on("data", (text) => {
      if (mail !== undefined) {
        mail += text;
        if (!mail.endsWith("\r\n.\r\n")) return undefined;
        mails.push(mail);
        mail = undefined;
        return say("250 taken");
      }
      if (/^DATA/i.test(text)) mail = "";
      return say(/^QUIT/i.test(text) ? "221 bye" : mail === "" ? "354 go on" : "250 well");
    });
  })
  .listen(2525);

const desk = (request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    const send = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (request.url === "/mails") return send(200, mails);
    if (request.url === "/calls") return send(200, calls);
    if (request.url === "/bridge") return send(200, (bridge = { ...bridge, ...JSON.parse(body) }));
    const call = { method: request.method, url: request.url, headers: request.headers, body };
    calls.push(call);
    if (request.url.startsWith("/data/api/queries/")) {
      if (bridge.state === "silent") return undefined;
      if (bridge.state === "down") return send(503, { error: { code: "postgresql_unavailable" } });
      if (request.url.includes("desk-summary")) return send(200, { data: figures });
      const languages = [...new Set(bridge.texts.map(({ locale }) => locale))];
      const spoken = request.url.includes("knowledge-languages");
      return send(200, { data: spoken ? languages.map((locale) => ({ locale, texts: 1 })) : bridge.texts });
    }
    const provider = providers[request.url.split("/")[1]];
    if (provider === undefined) return send(200, { id: calls.length });
    const wrong = provider.wrong(call);
    if (wrong !== undefined) {
      call.refused = wrong;
      return send(400, provider.error(400, wrong));
    }
    const lines = [...body.replace(/\\+/g, "").matchAll(/"from":"customer","text":"([^"]*)"/g)].map(([, text]) => text);
    const last = lines.at(-1) ?? "";
    if (last.includes("silence at once")) return undefined;
    if (body.includes("Write the JSON array")) return send(200, provider.reply('["opening hours", "horario"]', call));
    call.lines = lines;
    if (last.includes("silence")) return undefined;
    if (last.includes("refused by the provider")) return send(...provider.refusal());
    const text = speak(last);
    // an error of 500 and more is tried again, of Anthropic and Google for longer than an answer may take
    const say = () =>
      text === undefined ? send(400, provider.error(400, "no")) : send(200, provider.reply(text, call));
    return last.includes("slowly") ? setTimeout(say, 8000) : say();
  });
};
// Chatwoot's port, and the data bridge's
for (const port of [3000, 8000]) http.createServer(desk).listen(port);
