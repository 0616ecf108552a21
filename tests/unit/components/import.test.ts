import { expect } from "chai";
import { record } from "../../../record/record";
import { composeStack } from "../../../stacks/compose";
import { fargateCatalogue } from "../../support/recorded/fargate-services";
import { prodSettings } from "../../support/recorded/profile";

interface Container {
  readonly name: string;
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly dependsOn?: readonly { readonly containerName: string }[];
}

describe("the import of an archive, as resources", function () {
  let made: Awaited<ReturnType<typeof record<Awaited<ReturnType<typeof composeStack>>>>>;
  before(async () => {
    made = await record(() => composeStack(prodSettings()), { stack: "prod" });
  });
  const of = (end: string) => made.resources.find((r) => r.name.endsWith(end)) ?? expect.fail(`no ${end}`);
  const containers = () =>
    JSON.parse(String(of("-services-import-task").inputs["containerDefinitions"])) as Container[];

  it("looks at everything before it touches anything, one container after the other", () => {
    const waits = containers().map(({ name, dependsOn = [] }) => [name, dependsOn.map((d) => d.containerName)]);
    expect(Object.fromEntries(waits)).to.deep.include({
      "import-open": ["files"],
      "import-look": ["files", "import-open"],
      "import-postgres": ["files", "import-look"],
      "import-mongodb": ["files", "import-postgres"],
      import: ["files", "import-mongodb"],
    });
  });

  it("costs nothing while nobody needs it: it is started by hand, and shares the dump's secret", () => {
    expect(made.resources.filter((r) => /services-import-(clock|run)/.test(r.name))).to.deep.equal([]);
    expect(made.resources.filter((r) => /services-import-.*secret/.test(r.name))).to.deep.equal([]);
    expect(made.resources.some((r) => /services-dump-secrets/.test(r.name))).to.equal(true);
    const keys = containers()
      .find((c) => c.name === "import-open")
      ?.secrets.map((s) => s.name);
    expect(keys).to.deep.equal(["BACKUP_KEY", "IMPORT_KEYS"]);
  });

  it("may read what was brought and add files, and neither deletes nor adds an archive", () => {
    const { Statement } = JSON.parse(String(of("-services-import-task-policy").inputs["policy"])) as {
      Statement: { Sid: string; Action: string[]; Resource: string[] }[];
    };
    expect(Statement.map((s) => [s.Sid, s.Action])).to.deep.equal([
      ["Release", ["s3:GetObject"]],
      ["ReadBrought", ["s3:GetObject"]],
      ["WriteFiles", ["s3:PutObject"]],
      ["ListFiles", ["s3:ListBucket"]],
    ]);
    expect(String(Statement[1]?.Resource)).to.match(/backups.*\/import\/\*$/);
    expect(String(Statement[2]?.Resource)).not.to.contain("backups");
  });

  it("is told with the jobs that put the data right afterwards, in their order", () => {
    expect(made.result.outputs).to.include.keys("importTask", "setupTasks");
    const catalogue = fargateCatalogue({ services: JSON.stringify({ librechat: { enabled: false } }) });
    expect(catalogue.jobs.find((j) => j.name === "import")?.first?.map((c) => c.name)).to.deep.equal([
      "import-open",
      "import-postgres",
    ]);
  });
});
