import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scripts = join(__dirname, "../../../services/librechat/files");

/** LibreChat's modules as far as the job calls them; every call is a line of output. */
const modules: Readonly<Record<string, string>> = {
  mongoose: `
    const users = JSON.parse(process.env.USERS);
    const collection = {
      findOne: async ({ email }) => users.find((u) => u.email === email) ?? null,
      find: () => ({ [Symbol.asyncIterator]: async function* () {}, sort: () => ({ limit: () => ({ toArray: async () => users.filter((u) => u.role === "ADMIN") }) }) }),
      updateOne: async () => {},
    };
    class MongoClient { async connect() {} db() { return { collection: () => collection }; } async close() {} }
    module.exports = { mongo: { MongoClient }, users, connect: async (uri) => console.log("connect " + uri) };`,
  "@librechat/data-schemas": `module.exports = { createModels: () => console.log("models") };`,
  "@librechat/api": `module.exports = process.env.OLD ? {} : {
    checkCredentialDatabase: async () => console.log("recorded with " + require("mongoose").users.length + " users") };`,
};
const createUser = `console.log("account " + process.argv[2]);
  require("mongoose").users.push({ email: process.argv[2], role: "ADMIN" }); process.exit(0);`;
const preload = `const Module = require("node:module"); const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    return resolve.call(this, request.startsWith("/app/") ? __dirname + request : request, ...rest); };`;

describe("LibreChat's administrator", () => {
  const folder = mkdtempSync(join(tmpdir(), "librechat-admin-"));
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  before(() => {
    for (const [name, text] of Object.entries(modules)) write(`node_modules/${name}/index.js`, text);
    write("app/config/create-user.js", createUser);
    write("preload.js", preload);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const run = (users: readonly object[], more: Readonly<Record<string, string>> = {}) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", join(folder, "preload.js"), join(scripts, "create-admin.js")],
      {
        encoding: "utf8",
        env: {
          ...{ NODE_PATH: join(folder, "node_modules"), MONGO_URI: "mongodb://mongodb/librechat" },
          ...{ ADMIN_EMAIL: "Ops@Acme.example", LIBRECHAT_ADMIN_PASSWORD: "only of this test" },
          ...{ USERS: JSON.stringify(users), ...more },
        },
      },
    );
    expect(status, stdout + stderr).to.equal(0);
    return { lines: stdout.trim().split("\n"), stderr };
  };

  it("is made after LibreChat has recorded its keys, which it does only while nobody has an account (APP-24)", () => {
    const { lines } = run([]);
    expect(lines).to.include.ordered.members([
      "models",
      "connect mongodb://mongodb/librechat",
      "recorded with 0 users",
      "account ops@acme.example",
    ]);
  });

  it("is made where LibreChat has no such record, and it is said", () => {
    const { lines, stderr } = run([], { OLD: "yes" });
    expect(lines).to.include("account ops@acme.example");
    expect(stderr).to.contain("recorded no hashes of its keys");
  });

  it("is left alone where there is one, and so is the record", () => {
    const { lines } = run([{ email: "ops@acme.example", role: "ADMIN" }]);
    expect(lines).to.deep.equal(["librechat-admin: the administrator exists"]);
  });
});
