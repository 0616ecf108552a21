import { expect } from "chai";
import { EmulatedAws } from "../support/aws/emulated";
import { freshAws } from "../support/aws/fresh";
import { bootedHost, standIn } from "../support/engine/host";
import { History } from "../support/engine/history";
import { Project } from "../support/engine/project";
import { SshServer } from "../support/host/ssh-server";
import { need, needVariable } from "../support/need";

const stores = /aws:(rds|docdb|elasticache)\//;

// One host by the real engine: each step goes on from where the one before left off.
describe("a host whose data moves to managed stores, in the real engine", function () {
  const server = new SshServer();
  let made: { readonly project: Project; readonly aws: EmulatedAws; readonly history: History } | undefined;
  const stack = () => {
    if (made === undefined) throw new Error("there is no project");
    return made;
  };
  const set = (key: string, value: string) => stack().project.succeed(`config set ai-ecosystem:${key} ${value}`);
  const urns = () =>
    stack()
      .project.state()
      .map((r) => r.urn);
  const pushes = () => server.read("pushes").trim().split("\n");
  /** As much at a time as there is: whatever does not wait comes first, and is refused. */
  const up = async () => {
    const { aws, history } = stack();
    const { status, output } = await history.run("up --yes --skip-preview --parallel 100");
    expect(status, output).to.equal(0);
    expect(await aws.violations()).to.deep.equal([]);
    return history.changes();
  };

  before(async function () {
    for (const program of ["pulumi", "git"]) need(this, program);
    const sshd = need(this, "sshd");
    freshAws(this);
    const control = needVariable(this, "AWS_CONTROL", "where the emulated AWS is asked what it saw");
    const strict = needVariable(this, "AWS_STRICT", "what makes it refuse what comes too early, and slow, as JSON");
    const graph = needVariable(this, "AWS_GRAPH", "a command that holds a state against what its calls needed");
    await server.start(sshd, bootedHost);
    const project = new Project();
    made = { project, aws: new EmulatedAws({ control, strict, graph }), history: new History(project) };
    standIn(server, project);
    await made.aws.strict();
    await project.init({ "ai-ecosystem:tls": "self-signed", "ai-ecosystem:alertEmail": "ops@example.com" });
  });
  after(async () => {
    await made?.aws.lenient();
    made?.project.remove();
    server.stop();
  });

  it("is made with its own stores", async () => {
    expect((await up()).filter((change) => stores.test(change))).to.deep.equal([]);
    expect(pushes()).to.have.length(1);
  });

  it("gets the managed ones beside all that it has, before the release that is for them", async () => {
    await set("data", "managed");
    const changes = await up();
    const request = "random:index/randomId:RandomId ai-ecosystem-sandbox-host-push-request";
    expect(changes.filter((change) => !change.startsWith("create "))).to.deep.equal([
      ...["create-replacement", "delete-replaced", "replace"].map((step) => `${step} ${request}`),
      "update command:remote:Command ai-ecosystem-sandbox-host-push",
    ]);
    const { project } = stack();
    expect(project.outputs()["databaseEndpoints"]).to.have.keys("postgres", "mongodb", "redis");
    expect(pushes().slice(1)).to.deep.equal([project.outputs()["releaseId"]]);
    await project.succeed("preview --expect-no-changes");
  });

  it("does not go back to its own, empty ones: nothing is changed, and the way is said", async () => {
    const before = urns();
    await set("data", "local");
    const { status, output } = await stack().history.run("up --yes --skip-preview");
    expect(status, output).not.to.equal(0);
    expect(output).to.contain("ai-ecosystem:data is local, and the data of postgres, mongodb, redis is in stores");
    expect(output).to.contain("make restore STACK=new FROM=sandbox");
    expect(stack().history.changes()).to.deep.equal([]);
    expect(urns()).to.deep.equal(before);
    await set("data", "managed");
  });

  it("is not destroyed without the intent", async () => {
    const before = urns();
    const { status, output } = await stack().history.run("destroy --yes");
    expect(status, output).not.to.equal(0);
    expect(output).to.match(/cannot be deleted\s+because it is protected/);
    expect(urns()).to.deep.equal(before);
  });

  it("is destroyed with it, each after what needs it, and leaves the last snapshots", async () => {
    await set("deletionProtection", "false");
    expect((await up()).filter((change) => !change.startsWith("update "))).to.deep.equal([]);
    const { project, aws } = stack();
    await project.succeed("destroy --yes --skip-preview --parallel 100");
    expect(project.state()).to.deep.equal([]);
    expect(await aws.violations()).to.deep.equal([]);
  });
});
