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
  this.timeout(1_800_000);
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
  const run = (email: string, more: readonly string[] = []) => {
    const scripts = join(root, "services/librechat/files");
    const { status, stdout, stderr } = spawnSync(
      "docker",
      [
        ...["run", "--rm", "--network", name, "-v", `${scripts}:/scripts:ro`, "--entrypoint", "node"],
        ...["-e", "MONGO_URI=mongodb://mongodb:27017/librechat", "-e", `ADMIN_EMAIL=${email}`],
        ...["-e", "LIBRECHAT_ADMIN_PASSWORD=Only-for-this-test.1", "-e", "NODE_PATH=/app/node_modules"],
        ...more.flatMap((variable) => ["-e", variable]),
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

  it("finds files that came from production where they are on a host, and the other way round", () => {
    const link = (path: string) =>
      `https://b.s3.us-east-1.amazonaws.com/${path}?X-Amz-Date=20260101T000000Z&X-Amz-Signature=1`;
    const files = [
      { file_id: "1", source: "s3", filepath: link("images/u/dibujo%20%C3%A9.png") },
      { file_id: "2", source: "s3", filepath: link("uploads/u/2__notes.txt") },
      { file_id: "3", source: "vectordb", filepath: "vectordb" },
    ];
    const seen = () =>
      shell(
        "print(JSON.stringify([db.files.find({}, { _id: 0 }).sort({ file_id: 1 }).toArray(), db.users.findOne({ username: 'u' }).avatar, db.messages.findOne({}).files]))",
      ).stdout.trim();
    shell(`db.files.insertMany(${JSON.stringify(files)});
      db.users.insertOne({ email: "u@example.com", username: "u", role: "USER", avatar: ${JSON.stringify(link("avatars/u/face.png"))} });
      db.messages.insertOne({ files: [{ file_id: "1", filepath: ${JSON.stringify(link("images/u/dibujo%20%C3%A9.png"))} }, { file_id: "9", filepath: "https://example.com/x.png" }] })`);
    expect(run("first+admin@example.com")).to.contain("4 documents name files where they are now");
    expect(JSON.parse(seen())).to.deep.equal([
      [
        { file_id: "1", source: "local", filepath: "/images/u/dibujo é.png" },
        { file_id: "2", source: "local", filepath: "/uploads/u/2__notes.txt" },
        files[2],
      ],
      "/images/u/face.png",
      [
        { file_id: "1", filepath: "/images/u/dibujo é.png" },
        { file_id: "9", filepath: "https://example.com/x.png" },
      ],
    ]);
    expect(run("first+admin@example.com")).not.to.contain("where they are now");
    const s3 = ["AWS_BUCKET_NAME=c", "AWS_REGION=eu-west-1"];
    expect(run("first+admin@example.com", s3)).to.contain("4 documents");
    expect(seen()).to.contain(
      '"source":"s3","filepath":"https://c.s3.eu-west-1.amazonaws.com/images/u/dibujo%20%C3%A9.png?X-Amz-Date=2000',
    );
    run("first+admin@example.com");
    expect(JSON.parse(seen())).to.have.nested.property("[0][1].filepath", "/uploads/u/2__notes.txt");
    shell('db.files.drop(); db.messages.drop(); db.users.deleteOne({ username: "u" })');
  });

  it("moves the administrator to another address, and makes no second user (APP-8)", () => {
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
