import { expect } from "chai";
import type { RecordedResource } from "../../../../record/record";
import type { FargatePreview } from "../../../../tools/report/data";
import type { Finding } from "../../../../policies/engine/types";
import { groupFindings } from "../../../../tools/report/sections/finding-groups";
import { renderPage } from "../../../../tools/report/page";
import { prodModel } from "../../../../tools/report/pictures/prod-model";
import { outFiles } from "../../../../tools/preview/files";
import { summaryOf } from "../../../../tools/preview/summary";
import { paintFor } from "../../../../tools/preview/table";
import { previewText } from "../../../../tools/preview/text";
import { demo } from "../../../support/fixtures";
import { boxesOf, expectApart, pictureOf } from "../../../support/pictures";
import { prodPreviewOf } from "../../../support/recorded/preview";

/** What the user would set, and nobody may see. */
const own = {
  alertEmail: "ops@example.com",
  slackWebhookUrl: "https://hooks.slack.com/services/T000/B000/hidden-from-all",
  openaiApiKey: "sk-hidden-from-all-0123456789",
  smtp: '{"host":"smtp.example.com","user":"desk","password":"hidden-from-all","from":"desk@example.com"}',
};

describe("report of production", function () {
  let data: FargatePreview;
  let page: string;
  before(async () => {
    data = await prodPreviewOf(own);
    page = renderPage(data);
  });
  const names = () => data.catalogue.services.map((s) => s.name);

  it("shows no secret, neither generated nor the user's", () => {
    for (const { path, text } of outFiles(data)) {
      expect(text, path).not.to.contain("facade").and.not.to.contain("hidden-from-all").and.not.to.contain("T000/B000");
    }
  });

  it("has a section for tasks in place of the memory, with every service", () => {
    expect(page).to.contain('id="tasks"').and.not.contain('id="memory"').and.not.contain('role="note"');
    const section = page.slice(page.indexOf('id="tasks"'), page.indexOf('id="findings"'));
    for (const size of data.tasks.services) {
      expect(section).to.contain(`${size.name};`).and.contain(`${size.cpu} vCPU, ${size.memoryGb} GB`);
    }
    expect(data.tasks.services.map((s) => s.name)).to.have.members(names());
  });

  it("draws entrance, services and stores once, none over another, inside the picture", () => {
    const picture = pictureOf(page, "prod");
    for (const name of [...names(), "postgres", "mongodb", "redis", "nat"]) {
      expect(picture.split(`data-node="${name}"`), name).to.have.length(2);
    }
    const { boxes, width, height } = boxesOf(page, "prod");
    // two distributions and a bucket, load balancer, NAT, three stores, the internet and the strip below
    expect(boxes).to.have.length(names().length + 10);
    expectApart(boxes, width, height);
  });

  it("draws who reaches whom, from the graph", () => {
    const ends = [...pictureOf(page, "prod").matchAll(/data-ends="([^"]+)"/g)].map((m) => m[1] ?? "");
    const short = ends.map((e) => e.replaceAll("ai-ecosystem-prod-edge-", ""));
    expect(short).to.include.members([
      "internet cdn",
      "internet dashboard-cdn",
      "cdn alb-balancer",
      "dashboard-cdn dashboard",
      "alb-balancer chatwoot-web",
      "alb-balancer n8n-webhook",
      "librechat mongodb",
      "n8n-worker redis",
    ]);
    expect(short).not.to.include("alb-balancer chatwoot-sidekiq").and.not.to.include("dashboard-cdn alb-balancer");
  });

  it("marks the zones in which something always runs", () => {
    const model = prodModel(data);
    const zones = (name: string) => [...model.services, ...model.stores].find((n) => n.name === name)?.zones;
    expect(zones("chatwoot-web")).to.deep.equal({ sure: ["a", "b"], maybe: [] });
    expect(zones("n8n")).to.deep.equal({ sure: [], maybe: ["a", "b"] });
    expect(zones("mongodb")?.sure).to.deep.equal(["a", "b"]);
    expect(zones("postgres")?.sure).to.deep.equal(["a", "b"]);
  });

  it("draws only what is declared, and a further service without being told of it", () => {
    const without = prodModel({
      ...data,
      resources: data.resources.filter((r) => !r.type.startsWith("aws:docdb/") && !r.type.endsWith(":NatGateway")),
    });
    expect(without.stores.map((s) => s.name)).to.deep.equal(["postgres", "redis"]);
    expect(without.outlets).to.deep.equal([]);
    expect(without.uses.map(([, store]) => store)).not.to.include("mongodb");

    const like = data.resources.find((r) => r.type === "aws:ecs/service:Service" && r.inputs["name"] === "librechat");
    if (like === undefined) throw new Error("there is no service of LibreChat");
    const service: RecordedResource = { ...like, urn: `${like.urn}-demo`, inputs: { ...like.inputs, name: "demo" } };
    const fargate = { cpu: 0.25, memoryMb: 512, minTasks: 1, maxTasks: 1 };
    const further = { ...demo({} as Parameters<typeof demo>[0]), fargate, uses: ["postgres"] as const };
    const model = prodModel({
      ...data,
      resources: [...data.resources, service],
      catalogue: { ...data.catalogue, services: [...data.catalogue.services, further] },
    });
    expect(model.services.map((s) => s.name)).to.include("demo");
    expect(model.requests.map(([, to]) => to)).to.include("demo");
    // it is in LibreChat's security group: the ways are drawn that there are, not those that are meant
    expect(model.uses.filter(([from]) => from === "demo")).to.deep.equal([
      ["demo", "mongodb"],
      ["demo", "redis"],
    ]);
  });

  it("writes every task definition as JSON with its containers, and nothing of a host", () => {
    const files = outFiles(data);
    const paths = files.map((f) => f.path);
    const jobs = data.catalogue.jobs.map((j) => j.name);
    expect(paths.filter((p) => p.startsWith("task-definitions/"))).to.have.members(
      [...names(), ...jobs].map((name) => `task-definitions/${name}.json`),
    );
    for (const f of files.filter((file) => file.path.startsWith("task-definitions/"))) {
      const task = JSON.parse(f.text) as { containerDefinitions: { name: string }[]; cpu: string };
      const name = f.path.slice("task-definitions/".length, -".json".length);
      expect(
        task.containerDefinitions.map((c) => c.name),
        f.path,
      ).to.include(name);
      expect(Number(task.cpu)).to.be.at.least(256);
    }
    expect(paths).to.include.members([
      "tasks.json",
      "cost.json",
      "findings.json",
      "resources.json",
      "index.html",
      "env",
    ]);
    for (const path of ["user-data.sh", "memory.json", "compose.yaml", "bin/ecosystem"])
      expect(paths).not.to.include(path);
  });

  it("tells a terminal the same", () => {
    const text = previewText(data, paintFor(false));
    expect(text)
      .to.contain("Tasks (standard profile)")
      .and.contain("https://desk.example.com/")
      .and.contain("0 errors");
    expect(text).to.contain(data.tasks.sentence.en).and.not.contain("Memory (");
    const summary = summaryOf(data, "out/prod", []);
    const { minTasks, maxTasks, minCpu, maxCpu } = data.tasks;
    expect(summary).to.deep.include({ ok: true, tasks: { minTasks, maxTasks, minCpu, maxCpu } });
    expect(Object.keys(summary.endpoints)).to.include.members(["dashboard", "chatwoot-web", "n8n", "librechat"]);
  });

  it("says once what holds for many resources", () => {
    const many = ["a", "b", "c"].map((name): Finding => {
      const text = { message: "is wrong", remedy: "Mend it.", references: [] };
      return { rule: "AIE-X-01", severity: "warning", urn: `urn:${name}`, ...text };
    });
    const groups = groupFindings([...data.findings, ...many]);
    expect(groups.flatMap((g) => [g.first, ...g.others])).to.have.length(data.findings.length + many.length);
    expect(groups.filter((g) => g.first.rule === "AIE-X-01").map((g) => g.others.length)).to.deep.equal([2]);
  });
});

describe("policies on production", function () {
  const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "the standard profile": own,
    "the economy profile": { costProfile: "economy" },
    "three zones and a repository": { azCount: "3", natGateways: "3", githubRepository: "acme/desk", bedrock: "true" },
    "what is there already": {
      mongoUri: "mongodb+srv://user:hidden@cluster.example.net/librechat",
      guardDuty: "existing",
      githubOidc: "existing",
      githubRepository: "acme/desk",
      deployment: "blueGreen",
    },
    "a stack to throw away": { deletionProtection: "false", backupRetentionDays: "1", guardDuty: "off" },
  };
  for (const [name, values] of Object.entries(variants)) {
    it(`find no error with ${name}`, async () => {
      const { findings } = await prodPreviewOf(values);
      const errors = findings.filter((f) => f.severity === "error" && f.waiver === undefined);
      expect(errors.map((f) => `${f.rule} ${f.urn.split("::").at(-1) ?? ""} ${f.message}`)).to.deep.equal([]);
    });
  }
});
