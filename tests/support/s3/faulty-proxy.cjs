"use strict";
// In front of the S3 server, on loopback: faulty-proxy.cjs PORT FAULT-FILE. Prints its own port.
// It compares the checksum that an upload names with what arrives, which the emulator does not, and answers as S3 does.
// The file says what goes wrong from now on: nothing, `refuse` (403 to all), `cut` (the connection ends within the body of
// every upload), `flip` (a byte of every upload differs), `hang` (no upload is answered).
const { createHash } = require("node:crypto");
const { createServer, request } = require("node:http");
const { readFileSync } = require("node:fs");
const [, , port, file] = process.argv;

const refuse = (answer, status, code, message) => {
  answer.writeHead(status, { "content-type": "application/xml" });
  answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
};

async function serve(incoming, answer) {
  const fault = readFileSync(file, "utf8").trim();
  const upload = incoming.method === "PUT";
  const blocks = [];
  for await (const block of incoming) {
    blocks.push(block);
    if (upload && fault === "cut") return incoming.socket.destroy();
  }
  if (fault === "refuse") return refuse(answer, 403, "AccessDenied", "Access Denied by the test");
  if (upload && fault === "hang") return;
  const body = Buffer.concat(blocks);
  if (upload && fault === "flip" && body.length > 0) body[0] ^= 1;
  const named = incoming.headers["x-amz-checksum-sha256"];
  if (named !== undefined && named !== createHash("sha256").update(body).digest("base64")) {
    return refuse(answer, 400, "BadDigest", "The SHA256 you specified did not match the calculated checksum.");
  }
  const { method, url, headers } = incoming;
  const onward = request({ host: "127.0.0.1", port, method, path: url, headers }, (reply) => {
    answer.writeHead(reply.statusCode, reply.rawHeaders);
    reply.pipe(answer);
  });
  onward.on("error", () => incoming.socket.destroy());
  onward.end(body);
}

const server = createServer((incoming, answer) => {
  serve(incoming, answer).catch(() => incoming.socket.destroy());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit());
