import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { need, unmet } from "../support/need";
import { sandboxCatalogue } from "../support/fixtures";
import { root } from "../support/root";

const name = `ai-ecosystem-admin-${process.pid}`;
const docker = (...args: readonly string[]) => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" });

interface User {
  readonly email: string;
  readonly role: string;
}

describe("the job that makes LibreChat's administrator", function () {
  this.timeout(180_000);
  const { services } = sandboxCatalogue();
  const image = (service: string) => services.find((s) => s.name === service)?.image ?? "";

  before(async function () {
    need(this, "docker");
    for (const service of ["mongodb", "librechat"]) {
      if (spawnSync("docker", ["image", "inspect", image(service)]).status !== 0)
        unmet(this, `no image ${image(service)}`);
    }
    docker("network", "create", name);
    docker("run", "-d", "--name", name, "--network", name, "--network-alias", "mongodb", image("mongodb"));
    for (let i = 0; i < 120 && people() === undefined; i++) await sleep(500);
  });
  after(() => {
    spawnSync("docker", ["rm", "-f", name]);
    spawnSync("docker", ["network", "rm", name]);
  });

  const shell = (expression: string) =>
    spawnSync(
      "docker",
      ["exec", name, "mongosh", "--quiet", "mongodb://127.0.0.1:27017/librechat", "--eval", expression],
      { encoding: "utf8" },
    );
  function people(): User[] | undefined {
    const { status, stdout } = shell(
      "print(JSON.stringify(db.users.find({}, { _id: 0, email: 1, role: 1 }).sort({ email: 1 }).toArray()))",
    );
    return status === 0 ? (JSON.parse(stdout) as User[]) : undefined;
  }
  const run = (email: string) => {
    const scripts = join(root, "services/librechat/files");
    const { status, stdout, stderr } = spawnSync(
      "docker",
      [
        ...["run", "--rm", "--network", name, "-v", `${scripts}:/scripts:ro`, "--entrypoint", "node"],
        ...["-e", "MONGO_URI=mongodb://mongodb:27017/librechat", "-e", `ADMIN_EMAIL=${email}`],
        ...["-e", "LIBRECHAT_ADMIN_PASSWORD=Only-for-this-test.1", "-e", "NODE_PATH=/app/node_modules"],
        ...[image("librechat"), "/scripts/create-admin.js"],
      ],
      { encoding: "utf8" },
    );
    expect(status, stdout + stderr).to.equal(0);
    return stdout;
  };

  it("makes the first user, once", () => {
    run("First+Admin@Example.com");
    expect(run("first+admin@example.com")).to.contain("the administrator exists");
    expect(people()).to.deep.equal([{ email: "first+admin@example.com", role: "ADMIN" }]);
  });

  it("moves the administrator to another address, and makes no second user", () => {
    run("second@example.com");
    expect(people()).to.deep.equal([{ email: "second@example.com", role: "ADMIN" }]);
  });

  it("makes a colleague of that address an administrator", () => {
    shell('db.users.insertOne({ email: "colleague@example.com", username: "colleague", role: "USER" })');
    run("colleague@example.com");
    expect(people()).to.deep.equal([
      { email: "colleague@example.com", role: "ADMIN" },
      { email: "second@example.com", role: "ADMIN" },
    ]);
  });
});
