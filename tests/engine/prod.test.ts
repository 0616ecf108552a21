import { expect } from "chai";
import { need, needVariable } from "../support/need";
import { Project } from "../support/project";

describe("the production stack in the real engine", function () {
  this.timeout(300_000);
  let project: Project | undefined;
  let output = "";

  before(async function () {
    need(this, "pulumi");
    needVariable(this, "AWS_ENDPOINT_URL", "an emulated AWS");
    project = new Project();
    await project.init({
      "ai-ecosystem:topology": "fargate",
      "ai-ecosystem:domain": "desk.example.com",
      "ai-ecosystem:hostedZone": "Z0123456789ABC",
      "ai-ecosystem:adminEmail": "admin@desk.example.com",
    });
    output = await project.succeed("preview");
  });

  after(() => {
    project?.remove();
  });

  it("is previewed from nothing, whole, without an error", () => {
    const count = Number(/\+ (\d+) to create/.exec(output)?.[1]);
    expect(count, output).to.be.greaterThan(400);
    expect(output).not.to.match(/^\s*error:/m);
  });

  it("has every service, its jobs, and the stores", () => {
    for (const name of [
      "n8n",
      "n8n-worker",
      "n8n-webhook",
      "chatwoot-web",
      "chatwoot-sidekiq",
      "librechat",
      "data-bridge",
    ]) {
      expect(output).to.match(new RegExp(`ecs:Service\\s+\\S*-services-${name}\\s`));
    }
    for (const job of ["postgres-setup", "mongodb-setup", "chatwoot-prepare", "n8n-import", "librechat-admin"]) {
      expect(output).to.contain(`-services-${job}-run`);
    }
    expect(output)
      .to.match(/rds:Instance/)
      .and.match(/docdb:Cluster/)
      .and.match(/elasticache:ReplicationGroup/);
  });
});
