/** Programs of MongoDB's image, in place of a server with one database `librechat` and three messages in it. */

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

/**
 * @param asked file that gets the arguments of each call
 * @returns name -> text; the archive is in the form of mongodump's own (mongo-tools, common/archive)
 */
export const mongodumpStandIn = (asked: string): Readonly<Record<string, string>> => ({
  mongosh: `#!/bin/bash\nprintf '[%s]' "$@" >>${quoted(asked)}\necho librechat\n`,
  mongodump: `#!/usr/bin/env node
const fs = require("fs");
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(asked)}, args.join(" ") + "\\n");
const of = (name) => args.find((a) => a.startsWith(name + "="))?.slice(name.length + 1) ?? args[args.indexOf(name) + 1];
if (!/^password: ".+"$/m.test(fs.readFileSync(of("--config"), "utf8"))) process.exit(1);
const int = (n) => { const b = Buffer.alloc(4); b.writeInt32LE(n); return b; };
const document = (fields) => {
  const body = Buffer.concat(Object.entries(fields).map(([name, value]) => {
    const head = (kind) => Buffer.concat([Buffer.from([kind]), Buffer.from(name + "\\0")]);
    if (typeof value === "boolean") return Buffer.concat([head(8), Buffer.from([value ? 1 : 0])]);
    const text = Buffer.from(value + "\\0");
    return Buffer.concat([head(2), int(text.length), text]);
  }));
  return Buffer.concat([int(body.length + 5), body, Buffer.from([0])]);
};
const db = of("--db"), collection = "messages", end = Buffer.from([255, 255, 255, 255]);
const archive = Buffer.concat([
  Buffer.from([0x6d, 0xe2, 0x99, 0x81]),
  document({ version: "0.1" }),
  document({ db, collection, metadata: "{}", type: "collection" }),
  end,
  document({ db, collection, EOF: false }),
  ...["one", "two", "three"].map((text) => document({ text })),
  end,
  document({ db, collection, EOF: true }),
  end,
]);
fs.writeFileSync(of("--archive"), require("zlib").gzipSync(archive));
`,
});
