import { expect } from "chai";
import { freshAws } from "../support/aws/fresh";
import { need } from "../support/need";
import { Project } from "../support/engine/project";

describe("the repositories of production alone, in the real engine", function () {
  let project: Project | undefined;
  const run = (): Promise<{ status: number | null; output: string }> => {
    if (project === undefined) throw new Error("there is no project");
    const options = ["--yes", "--skip-preview", "--non-interactive", "--color", "never"];
    return project.run("node_modules/.bin/tsx", ["tools/pulumi.ts", "prod", "repositories", ...options]);
  };

  before(async function () {
    need(this, "pulumi");
    // one that failed before it leaves repositories of the same names
    freshAws(this);
    project = new Project("prod");
    await project.init({
      "ai-ecosystem:domain": "acme-desk.net",
      "ai-ecosystem:hostedZone": "acme-desk.net",
      "ai-ecosystem:adminEmail": "admin@acme-desk.net",
      "ai-ecosystem:alertEmail": "ops@acme-desk.net",
      "ai-ecosystem:githubRepository": "acme/desk",
      "ai-ecosystem:deletionProtection": "false",
    });
  });

  after(async () => {
    await project?.pulumi("destroy --yes --skip-preview");
    project?.remove();
  });

  it("are made, and nothing else", async () => {
    const { status, output } = await run();
    expect(status, output).to.equal(0);
    const types = (project?.state() ?? []).map((r) => r.type);
    expect([...new Set(types)]).to.have.members([
      "pulumi:pulumi:Stack",
      "pulumi:providers:aws",
      "ai-ecosystem:delivery:Delivery",
      "aws:ecr/repository:Repository",
    ]);
    expect(types.filter((type) => type === "aws:ecr/repository:Repository").length).to.be.greaterThan(6);
  });

  it("are left alone when they are there", async () => {
    const { status, output } = await run();
    expect(status, output).to.equal(0);
    expect(output).to.contain("has a repository for every image");
  });

  it("come one by one, with an image of a new upstream, while the others stay", async () => {
    const before = (project?.state() ?? []).map((r) => r.urn);
    await project?.succeed("config set --path ai-ecosystem:services.librechat.image example.com/librechat:v0.8.9");
    const { status, output } = await run();
    expect(status, output).to.equal(0);
    const after = (project?.state() ?? []).map((r) => r.urn);
    expect(before.filter((urn) => !after.includes(urn))).to.deep.equal([]);
    expect(after.filter((urn) => !before.includes(urn)).map((urn) => urn.split("::").at(-1))).to.deep.equal([
      "ai-ecosystem-prod-delivery-image-example-com-librechat",
    ]);
  });
});
