import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { need } from "../support/need";
import { Project } from "../support/engine/project";
import { SshServer } from "../support/host/ssh-server";

const [first, second] = ["1111111111111111", "2222222222222222"];

/** A host that makes every release live that it is sent. With a file `cut` the connection breaks first, and it goes on. */
const sudo = `
cd "$(dirname "$0")"
[ "$1 $2 $3" = 'bash -s --' ] || exit 2
cat >/dev/null
if [ -e refuse ]; then echo "error: release $4 is not live: no moon today" >&2; exit 1; fi
if [ -e cut ]; then
  rm cut
  # the process of sshd that has the session, whether a shell is between
  session=$PPID
  until grep -q sshd "/proc/$session/comm"; do session=$(awk '{ print $4 }' "/proc/$session/stat"); done
  kill -9 "$session"
fi
echo "$4" >live
echo "$4" >>pushes
echo "release $4 is live"
`;

describe("a push in the real engine", function () {
  const server = new SshServer();
  let project: Project | undefined;
  const up = async (release: string) => {
    const { status, output } = (await (await project?.succeed(`config set release ${release}`), project?.up())) ?? {};
    return { status, output: output ?? "" };
  };
  const live = async (expected: string) => {
    while (server.read("live").trim() !== expected) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const pushes = () => server.read("pushes").trim().split("\n");

  before(async function () {
    need(this, "pulumi");
    await server.start(need(this, "sshd"), sudo);
    project = new Project();
    writeFileSync(join(project.program, "index.ts"), 'import "./tests/support/engine/programs/push";\n');
    await project.init({ port: String(server.port), user: server.user });
    await project.run("pulumi", [
      "config",
      "set",
      "hostKey",
      server.read("host.pub").split(" ", 2).join(" "),
      "-s",
      project.stack,
    ]);
    await project.run("sh", [
      "-c",
      `pulumi config set --secret key -s ${project.stack} <'${join(server.folder, "user")}'`,
    ]);
    expect((await up(first)).status).to.equal(0);
  });

  after(() => {
    project?.remove();
    server.stop();
  });

  it("happens once for a release", async () => {
    expect(pushes()).to.deep.equal([first]);
    await project?.succeed("preview --expect-no-changes");
    expect((await up(first)).status).to.equal(0);
    expect(pushes()).to.deep.equal([first]);
  });

  it("happens again after a revert, when the connection of another one was cut and the host went on (HOST-4, HOST-9)", async () => {
    writeFileSync(join(server.folder, "cut"), "");
    const { status, output } = await up(second);
    expect(status, output).not.to.equal(0);
    await live(second);
    // the author takes it back
    const back = await up(first);
    expect(back.status, back.output).to.equal(0);
    expect(pushes()).to.deep.equal([first, second, first]);
    // no server takes the output of the push before, and the provider would say so at each
    expect(back.output).not.to.contain("PULUMI_COMMAND_STDOUT");
    await project?.succeed("preview --expect-no-changes");
  });

  it("says at its end, after one line of the command, why it failed (HOST-15)", async () => {
    writeFileSync(join(server.folder, "refuse"), "");
    const { status, output } = await up(second);
    expect(status).not.to.equal(0);
    expect(output).to.match(
      /running "sudo bash -s -- 2{16} \w{8}":?\s+error: release 2{16} is not live: no moon today/,
    );
  });
});
