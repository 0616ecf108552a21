import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { root } from "../../support/root";

type Command = Readonly<Record<string, unknown>>;

const script = readFileSync(join(root, "templates/mongodb/setup.js"), "utf8");
const environment = {
  MONGODB_HOST: "mongodb",
  MONGODB_ROOT_PASSWORD: "root-password",
  WIKI_PASSWORD: "wiki-password",
  CHARTS_PASSWORD: "charts-password",
  MONGODB_USERS: JSON.stringify([
    { name: "wiki", database: "pages", password: "WIKI_PASSWORD" },
    { name: "charts", database: "pages", password: "CHARTS_PASSWORD", reads: ["visits"] },
  ]),
};

/** What the script asks of a server that knows the users and roles given, and not the commands in `unsupported`. */
function asked(
  env: Readonly<Record<string, string | undefined>>,
  { known = [], unsupported = () => false }: { known?: readonly string[]; unsupported?: (c: Command) => boolean } = {},
) {
  const commands: Command[] = [];
  const warnings: string[] = [];
  const runCommand = (command: Command) => {
    if (unsupported(command)) return { ok: 0, code: 59, errmsg: "no such command" };
    const { usersInfo, rolesInfo } = command as Record<string, { user?: string; role?: string } | undefined>;
    if (usersInfo !== undefined) return { ok: 1, users: known.filter((name) => name === usersInfo.user) };
    if (rolesInfo !== undefined) return { ok: 1, roles: known.filter((name) => name === rolesInfo.role) };
    commands.push(command);
    return { ok: 1 };
  };
  const Mongo = class {
    readonly getDB = () => ({ runCommand });
  };
  runInNewContext(script, { Mongo, process: { env }, print: (line: string) => warnings.push(line) });
  return { commands: JSON.parse(JSON.stringify(commands)) as Command[], warnings };
}

const readers = {
  privileges: [{ resource: { db: "pages", collection: "visits" }, actions: ["find"] }],
  roles: [],
};

describe("the users of MongoDB", () => {
  it("are the owner of a database, and who reads some of its collections", () => {
    expect(asked(environment)).to.deep.equal({
      commands: [
        { createUser: "wiki", pwd: "wiki-password", roles: [{ role: "readWrite", db: "pages" }] },
        { createRole: "charts_reader", ...readers },
        { createUser: "charts", pwd: "charts-password", roles: [{ role: "charts_reader", db: "admin" }] },
      ],
      warnings: [],
    });
  });

  it("get the password and the rights of today where they are there already", () => {
    const { commands } = asked(environment, { known: ["wiki", "charts", "charts_reader"] });
    expect(commands.flatMap((c) => Object.keys(c)[0])).to.deep.equal(["updateUser", "updateRole", "updateUser"]);
  });

  it("without roles: the owner logs in, a reader is rather none, and both are said", () => {
    const unsupported = (c: Command) => "rolesInfo" in c || JSON.stringify(c["roles"] ?? []).includes("readWrite");
    expect(asked(environment, { known: ["charts"], unsupported })).to.deep.equal({
      commands: [{ createUser: "wiki", pwd: "wiki-password", roles: [] }, { dropUser: "charts" }],
      warnings: [
        "warning: this server has no roles; it does not confine wiki to its database",
        "warning: this server has no custom roles; charts gets no MongoDB user",
      ],
    });
  });

  it("are not made at all where a password is missing", () => {
    expect(() => asked({ ...environment, CHARTS_PASSWORD: undefined })).to.throw("CHARTS_PASSWORD is not set");
  });
});
