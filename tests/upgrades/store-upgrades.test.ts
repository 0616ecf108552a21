import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { askAws } from "../support/aws/request";
import { need, needVariable } from "../support/need";
import { only, Project, type StateResource } from "../support/engine/project";

// typed, so that a change of the component reaches it
const dataTier = 'import "./tests/support/engine/programs/data-tier";\n';

const group = "aws:elasticache/replicationGroup:ReplicationGroup";

describe("stores that AWS upgrades by itself, in the real engine", function () {
  let project: Project | undefined;
  const running = (): Project => {
    if (project === undefined) throw new Error("there is no project");
    return project;
  };
  const idOf = (type: string): string => String(only(running().state(), type).id);
  const modify = (service: string, version: string, values: Record<string, string>): Promise<string> =>
    askAws(service, "/", { body: new URLSearchParams({ Version: version, ApplyImmediately: "true", ...values }) });
  const versionOf = (r: StateResource): unknown => r.outputs?.["engineVersionActual"] ?? r.outputs?.["engineVersion"];

  before(async function () {
    need(this, "pulumi");
    needVariable(this, "AWS_ENDPOINT_URL", "an emulated AWS");
    project = new Project("prod");
    writeFileSync(join(project.program, "index.ts"), dataTier);
    await project.init({});
    const { status, output } = await project.up();
    expect(status, output).to.equal(0);
  });

  after(async () => {
    await project?.succeed("config set protect false");
    await project?.up();
    await project?.pulumi("destroy --yes --skip-preview");
    project?.remove();
  });

  it("are as they were declared right after they were made", async () => {
    await running().succeed("preview --refresh --expect-no-changes");
  });

  it("are neither replaced nor changed back after Valkey's next minor version (AWS-9)", async () => {
    const values = { Action: "ModifyReplicationGroup", ReplicationGroupId: idOf(group), EngineVersion: "8.1" };
    await modify("elasticache", "2015-02-02", values);
    await running().succeed("preview --refresh --expect-no-changes");
    await running().succeed("up --yes --refresh");
    expect(String(versionOf(only(running().state(), group)))).to.match(/^8\.1/);
  });

  it("are neither replaced nor changed back after PostgreSQL's next minor version", async () => {
    const { identifier } = only(running().state(), "aws:rds/instance:Instance").outputs ?? {};
    const values = { Action: "ModifyDBInstance", DBInstanceIdentifier: String(identifier), EngineVersion: "17.9" };
    await modify("rds", "2014-10-31", values);
    await running().succeed("preview --refresh --expect-no-changes");
  });
});
