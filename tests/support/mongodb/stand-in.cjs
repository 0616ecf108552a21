#!/usr/bin/env node
// MongoDB's programs, by the name that it is called by, with a file (MONGODB_STORE) in place of a server: {database: {collection:
// {documents, type, options, indexes}}}. What is asked is added to MONGODB_ASKED. Archives are in the form of mongodump's own
// (mongo-tools, common/archive), of documents whose fields are texts.
"use strict";
const { Buffer } = require("node:buffer");
const fs = require("node:fs");
const path = require("node:path");
const process = require("node:process");
const zlib = require("node:zlib");

const [, program, ...args] = process.argv;
const { MONGODB_STORE: file, MONGODB_ASKED: asked } = process.env;
const load = () => JSON.parse(fs.readFileSync(file, "utf8"));
const save = (store) => {
  fs.writeFileSync(`${file}.${process.pid}`, JSON.stringify(store));
  fs.renameSync(`${file}.${process.pid}`, file);
};
fs.appendFileSync(asked, `${path.basename(program)} ${args.join(" ")}\n`);
const of = (name) => args.find((a) => a.startsWith(`${name}=`))?.slice(name.length + 1) ?? args[args.indexOf(name) + 1];
const END = Buffer.from([255, 255, 255, 255]);
const MAGIC = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);

const int = (n) => {
  const b = Buffer.alloc(4);
  b.writeInt32LE(n);
  return b;
};
const encode = (fields) => {
  const body = Buffer.concat(
    Object.entries(fields).map(([name, value]) => {
      const head = (kind) => Buffer.concat([Buffer.from([kind]), Buffer.from(`${name}\0`)]);
      if (typeof value === "boolean") return Buffer.concat([head(8), Buffer.from([value ? 1 : 0])]);
      const text = Buffer.from(`${value}\0`);
      return Buffer.concat([head(2), int(text.length), text]);
    }),
  );
  return Buffer.concat([int(body.length + 5), body, Buffer.from([0])]);
};
const decode = (bytes) => {
  const fields = {};
  for (let at = 4; bytes[at] !== 0;) {
    const kind = bytes[at];
    const stop = bytes.indexOf(0, at + 1);
    const name = bytes.toString("utf8", at + 1, stop);
    at = stop + 1;
    if (kind === 8) fields[name] = bytes[at++] === 1;
    else {
      const size = bytes.readInt32LE(at);
      fields[name] = bytes.toString("utf8", at + 4, at + 3 + size);
      at += 4 + size;
    }
  }
  return fields;
};

function dump() {
  if (!/^password: ".+"$/m.test(fs.readFileSync(of("--config"), "utf8"))) process.exit(1);
  const db = of("--db");
  const all = Object.entries(load()[db] ?? {});
  const archive = Buffer.concat([
    MAGIC,
    encode({ version: "0.1" }),
    ...all.map(([collection, { type = "collection", options = {}, indexes = [] }]) =>
      encode({ db, collection, metadata: JSON.stringify({ options, indexes }), type }),
    ),
    END,
    ...all.flatMap(([collection, { documents }]) => [
      encode({ db, collection, EOF: false }),
      ...documents.map(encode),
      END,
      encode({ db, collection, EOF: true }),
      END,
    ]),
  ]);
  const bytes = args.includes("--gzip") ? zlib.gzipSync(archive) : archive;
  const to = args.find((a) => a.startsWith("--archive="));
  fs.writeFileSync(to === undefined ? 1 : of("--archive"), bytes);
}

function restore() {
  if (!/^password: ".+"$/m.test(fs.readFileSync(of("--config"), "utf8"))) process.exit(1);
  const from = args.find((a) => a.startsWith("--archive="));
  let bytes = fs.readFileSync(from === undefined ? 0 : of("--archive"));
  if (args.includes("--gzip")) bytes = zlib.gunzipSync(bytes);
  if (!bytes.subarray(0, 4).equals(MAGIC)) process.exit(1);
  const [db] = of("--nsInclude").split(".");
  const target = args.includes("--nsTo") ? of("--nsTo").split(".")[0] : db;
  let at = 4;
  const next = () => {
    if (bytes.subarray(at, at + 4).equals(END)) {
      at += 4;
      return undefined;
    }
    const size = bytes.readInt32LE(at);
    at += size;
    return decode(bytes.subarray(at - size, at));
  };
  next();
  const store = load();
  const made = (store[target] ??= {});
  for (let header = next(); header !== undefined; header = next()) {
    const { options, indexes } = JSON.parse(header.metadata);
    made[header.collection] ??= {
      documents: [],
      type: header.type,
      options,
      indexes: args.includes("--noIndexRestore") ? [] : indexes,
    };
  }
  while (at < bytes.length) {
    const header = next();
    if (header === undefined) continue;
    for (let document = next(); document !== undefined; document = next())
      made[header.collection].documents.push(document);
  }
  save(store);
}

function shell() {
  const matches = (document, filter) =>
    Object.entries(filter).every(([name, wanted]) =>
      wanted?.$lt === undefined ? document[name] === wanted : new Date(document[name]) < wanted.$lt,
    );
  const collection = (db, name) => {
    const change = (work) => {
      const store = load();
      const { documents } = ((store[db] ??= {})[name] ??= { documents: [] });
      const result = work(documents);
      save(store);
      return result;
    };
    const all = () => load()[db]?.[name]?.documents ?? [];
    return {
      countDocuments: (filter) => all().filter((d) => matches(d, filter)).length,
      findOne: (filter) => all().find((d) => matches(d, filter)) ?? null,
      find: (filter) => ({ toArray: () => all().filter((d) => matches(d, filter)) }),
      insertOne: (document) =>
        change((documents) => {
          if (documents.some((d) => d._id === document._id))
            throw Object.assign(new Error("E11000 duplicate key"), { code: 11000 });
          documents.push(document);
        }),
      replaceOne: (filter, document, { upsert = false } = {}) =>
        change((documents) => {
          const i = documents.findIndex((d) => matches(d, filter));
          if (i >= 0) documents[i] = { _id: documents[i]._id, ...document };
          else if (upsert) documents.push({ ...filter, ...document });
        }),
      deleteOne: (filter) =>
        change((documents) => documents.splice(documents.findIndex((d) => matches(d, filter)) >>> 0, 1)),
      deleteMany: (filter) =>
        change((documents) => documents.splice(0, Infinity, ...documents.filter((d) => !matches(d, filter)))),
    };
  };
  class Mongo {
    getDB(db) {
      return {
        adminCommand: () => ({ databases: Object.keys(load()).map((name) => ({ name })) }),
        getCollection: (name) => collection(db, name),
        getCollectionInfos: () => Object.keys(load()[db] ?? {}).map((name) => ({ name })),
        dropDatabase: () => {
          const store = load();
          delete store[db];
          save(store);
        },
        runCommand: ({ createIndexes: name, indexes }) => {
          if (indexes.some(({ key }) => Object.values(key).includes("hashed")))
            throw new Error("Index type not supported : hashed");
          const store = load();
          (store[db][name].indexes ??= []).push(...indexes);
          save(store);
          return { ok: 1 };
        },
      };
    }
  }
  const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const print = (value) => fs.writeSync(1, `${value}\n`);
  new Function("Mongo", "print", "sleep", "EJSON", "require", of("--eval"))(Mongo, print, sleep, JSON, require);
}

({ mongosh: shell, mongodump: dump, mongorestore: restore })[path.basename(program)]();
