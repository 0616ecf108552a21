"use strict";
// Preloaded by `node --require`: says at the end of the process which environment variables were asked for by name.
const fs = require("node:fs");
const process = require("node:process");

const asked = new Set();
let enumerated;
process.env = new Proxy(process.env, {
  get(target, name) {
    // `{ ...process.env }` describes each property and then takes it: that is nobody's wish for this one
    if (typeof name === "string" && name !== enumerated) asked.add(name);
    enumerated = undefined;
    return Reflect.get(target, name);
  },
  getOwnPropertyDescriptor(target, name) {
    enumerated = name;
    return Reflect.getOwnPropertyDescriptor(target, name);
  },
  has(target, name) {
    if (typeof name === "string") asked.add(name);
    return Reflect.has(target, name);
  },
});
process.on("exit", () => fs.writeSync(1, `\n${JSON.stringify({ asked: [...asked].sort() })}\n`));
