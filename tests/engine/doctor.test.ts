import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { askAs } from "../../tools/preflight/checks/identity";
import { need, needVariable } from "../support/need";
import { Project, type Result } from "../support/engine/project";

/** The row of a check in what was printed. */
const row = (output: string, title: string): string =>
  output.split("\n").find((line) => line.includes(`  ${title}  `)) ?? `no row ${title} in:\n${output}`;

describe("make doctor and make up of production, by the real AWS CLI", function () {
  const domain = "doctor-desk.net";
  let project: Project | undefined;
  let zone = "";
  const aws = (...args: readonly string[]): string => execFileSync("aws", [...args], { encoding: "utf8" });
  const run = (command: string): Promise<Result> => {
    if (project === undefined) throw new Error("there is no project");
    return project.run("node_modules/.bin/tsx", ["tools/pulumi.ts", "prod", command, "--yes", "--skip-preview"]);
  };

  before(async function () {
    need(this, "pulumi");
    need(this, "aws");
    needVariable(this, "AWS_ENDPOINT_URL", "an emulated AWS");
    project = new Project("prod");
    await project.init({
      "aws:region": "us-east-1",
      "ai-ecosystem:domain": `support.${domain}`,
      "ai-ecosystem:hostedZone": domain,
      "ai-ecosystem:adminEmail": `admin@${domain}`,
      "ai-ecosystem:alertEmail": `ops@${domain}`,
    });
  });

  after(async () => {
    const record = change("DELETE");
    if (zone !== "") {
      aws("route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", record);
      aws("route53", "delete-hosted-zone", "--id", zone);
    }
    await project?.pulumi("stack rm --yes --force");
    project?.remove();
  });

  /** A site that is at the domain already. */
  const change = (Action: "CREATE" | "DELETE") =>
    JSON.stringify({
      Changes: [
        {
          Action,
          ResourceRecordSet: {
            Name: `desk.support.${domain}`,
            Type: "A",
            TTL: 300,
            ResourceRecords: [{ Value: "192.0.2.1" }],
          },
        },
      ],
    });

  it("say what the account has not got, and make nothing", async () => {
    for (const command of ["doctor", "up"]) {
      const { status, output } = await run(command);
      expect(status, output).to.equal(1);
      expect(row(output, "Credentials")).to.match(/ok .*account \d{12} in us-east-1/);
      expect(row(output, "Names in the zone")).to.match(/MISSING .*no public zone doctor-desk\.net/);
      expect(row(output, "Images")).to.match(/MISSING .*no repositories yet/);
      expect(row(output, "VPCs")).to.match(/ok .*5 allowed in the Region; \d+ there, 1 to make/);
      // the emulated Service Quotas has none of these: that is not good
      expect(row(output, "Fargate vCPU on demand")).to.contain("not known");
      expect(output).to.contain("make images STACK=prod");
    }
    expect((project?.state() ?? []).filter((r) => !r.type.startsWith("pulumi:"))).to.deep.equal([]);
  });

  it("name a record that is there already", async () => {
    zone = (
      JSON.parse(aws("route53", "create-hosted-zone", "--name", domain, "--caller-reference", String(Date.now()))) as {
        HostedZone: { Id: string };
      }
    ).HostedZone.Id;
    aws("route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", change("CREATE"));
    const { output } = await run("doctor");
    expect(row(output, "Names in the zone")).to.contain(`desk.support.${domain} (A)`);
  });

  it("leave out what SKIP_CHECKS names, and make the service-linked roles that are absent", async () => {
    const skipped = new Project("prod", { SKIP_CHECKS: "records,images,delegation" });
    try {
      await skipped.init({
        "aws:region": "us-east-1",
        "ai-ecosystem:domain": `support.${domain}`,
        "ai-ecosystem:hostedZone": domain,
        "ai-ecosystem:adminEmail": `admin@${domain}`,
        "ai-ecosystem:alertEmail": `ops@${domain}`,
      });
      // pulumi itself then has an option that it does not know: nothing is deployed here
      const { output } = await skipped.run("node_modules/.bin/tsx", [
        "tools/pulumi.ts",
        "prod",
        "up",
        "--no-such-option",
      ]);
      expect(row(output, "Names in the zone")).to.contain("skipped");
      expect(row(output, "Service-linked roles")).to.match(/made|7 there/);
      const roles = aws("iam", "list-roles", "--path-prefix", "/aws-service-role/", "--query", "Roles[].Path");
      expect(roles)
        .to.contain("/aws-service-role/ecs.amazonaws.com/")
        .and.contain("/aws-service-role/elasticache.amazonaws.com/");
      expect(output).to.contain("no-such-option");
    } finally {
      await skipped.pulumi("stack rm --yes --force");
      skipped.remove();
    }
  });

  it("ask as the role of the settings does", async () => {
    const roleArn = "arn:aws:iam::111122223333:role/deployer";
    const config = { project: "ai-ecosystem", stack: "prod", values: {}, secretKeys: [], placeholders: [] };
    // the CLI keeps a role's keys for an hour, by role and session: another run's AWS does not know them
    const sessionName = `doctor-${String(Date.now())}`;
    const ask = askAs({ region: "eu-central-1", assumeRoles: [{ roleArn, sessionName }] }, config);
    const { Account, Arn } = (await ask("sts", "get-caller-identity")) as { Account: string; Arn: string };
    expect(Account).to.equal("111122223333");
    expect(Arn).to.contain(`assumed-role/deployer/${sessionName}`);
  });
});

describe("after make up of a host whose zone is kept elsewhere, in the real engine", function () {
  let project: Project | undefined;
  before(function () {
    need(this, "pulumi");
    project = new Project("sandbox");
  });
  after(async () => {
    await project?.pulumi("stack rm --yes --force");
    project?.remove();
  });

  it("the records that somebody has to make have the address of the stack", async () => {
    if (project === undefined) throw new Error("there is no project");
    await project.init({
      "ai-ecosystem:domain": "help.doctor-desk.net",
      "ai-ecosystem:adminEmail": "a@doctor-desk.net",
    });
    // a stack with its output and nothing else
    const urn = "urn:pulumi:sandbox::ai-ecosystem::pulumi:pulumi:Stack::ai-ecosystem-sandbox";
    const resources = [{ urn, custom: false, type: "pulumi:pulumi:Stack", outputs: { publicIp: "198.51.100.7" } }];
    const file = join(project.folder, "state.json");
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
    await project.succeed(`stack import --file ${file}`);
    const program = `require("./tools/after-up").afterUp("sandbox").then((l) => console.log(l.join("\\n")))`;
    const { output } = await project.run("node_modules/.bin/tsx", ["-e", program]);
    expect(output)
      .to.match(/^ +help\.doctor-desk\.net +A +198\.51\.100\.7$/m)
      .and.match(/^ +desk\.help\.doctor-desk\.net +A +198\.51\.100\.7$/m);
  });
});
