import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { CliError } from "../../../../tools/cli-error";
import { checkExamples } from "../../../../tools/examples";
import { recordsToMake } from "../../../../tools/preflight/checks/deployment";
import { paintFor } from "../../../../tools/preview/table";
import { summaryOf } from "../../../../tools/preview/summary";
import { previewText } from "../../../../tools/preview/text";
import { renderPage } from "../../../../tools/report/page";
import { previewOf, prodPreviewOf } from "../../../support/recorded/preview";

const noticesOf = async (values: Readonly<Record<string, string>>) => {
  const data = await previewOf(values);
  // every output of a preview has them
  const text = previewText(data, paintFor(false));
  for (const notice of data.notices) expect(text).to.contain(notice);
  const page = renderPage(data);
  for (const notice of data.notices) expect(page).to.contain(notice);
  expect(summaryOf(data, "out", []).notices).to.deep.equal(data.notices);
  return data.notices.join("\n");
};

describe("what a preview tells besides", function () {
  it("alarms that reach nobody, or somebody only after a confirmation", async () => {
    expect(await noticesOf({})).to.contain("Alarms reach nobody");
    const told = await noticesOf({ alertEmail: "ops@acme.io" });
    expect(told).not.to.contain("nobody");
    expect(told).to.contain("ops@acme.io once the link in the mail is followed");
  });

  it("a port for mail that AWS keeps closed", async () => {
    const smtp = (port: number) =>
      noticesOf({ smtp: JSON.stringify({ host: "smtp.acme.io", port, from: "a@acme.io" }) });
    expect(await smtp(25)).to.contain("port 25");
    expect(await smtp(587)).not.to.contain("port 25");
  });

  it("who gets no mail without a server for it", async () => {
    const told = await noticesOf({});
    expect(told).to.match(/Without smtp no mail leaves Chatwoot, n8n, LibreChat: .*`ecosystem user`/);
    const off = JSON.stringify({ n8n: { enabled: false } });
    expect(await noticesOf({ services: off })).to.contain("no mail leaves Chatwoot, LibreChat:");
    const smtp = JSON.stringify({ host: "smtp.acme.io", port: 587, from: "a@acme.io" });
    expect(await noticesOf({ smtp })).not.to.contain("no mail leaves");
  });

  it("commands for the stack that it is of, whichever is selected", async () => {
    const pages = [await previewOf({ alertEmail: "ops@acme.io", monthlyBudgetUsd: "20" }), await prodPreviewOf({})].map(
      (data) => previewText(data, paintFor(false)),
    );
    for (const [i, name] of ["sandbox", "prod"].entries()) {
      const commands = (pages[i] ?? "").match(/\b(pulumi (config|up|stack)|make (up|doctor|preview|user))\b.*/g) ?? [];
      expect(commands.length).to.be.above(0);
      for (const command of commands) expect(command).to.match(new RegExp(`(-s |--stack |STACK=)${name}\\b`));
    }
  });

  it("a budget that is below what is always paid, and the tag that it waits for (AWS-13)", async () => {
    const low = await noticesOf({ alertEmail: "ops@acme.io", monthlyBudgetUsd: "20" });
    expect(low).to.contain("budget of 20 USD is below what is always paid").and.contain("cost allocation tag");
    const high = await noticesOf({ alertEmail: "ops@acme.io", monthlyBudgetUsd: "500" });
    expect(high).not.to.contain("below");
    expect(high).to.contain("cost allocation tag");
    expect(await noticesOf({})).not.to.contain("budget");
  });

  it("a domain that already begins with a name of the stack (AWS-12)", async () => {
    const told = await noticesOf({ domain: "desk.acme.de", adminEmail: "a@acme.de" });
    expect(told).to.contain("desk.desk.acme.de").and.contain("Is acme.de meant?");
    expect(await noticesOf({ domain: "help.acme.de", adminEmail: "a@acme.de" })).not.to.contain("meant?");
  });

  it("a whole domain that the dashboard would take", async () => {
    expect(await noticesOf({ domain: "acme.de", adminEmail: "a@acme.de" })).to.contain("takes acme.de itself");
    expect(await noticesOf({ domain: "help.acme.de", adminEmail: "a@acme.de" })).not.to.contain("itself,");
  });

  it("records that somebody makes by hand", async () => {
    const values = { domain: "help.acme.de", adminEmail: "a@acme.de" };
    expect(await noticesOf(values)).to.match(/you make the records: help\.acme\.de, .*desk\.help\.acme\.de/);
    expect(await noticesOf({ ...values, hostedZone: "acme.de" })).not.to.contain("you make the records");
  });
});

describe("records to make after a deployment", () => {
  const names = ["help.acme.de", "desk.help.acme.de", "n8n.help.acme.de"];
  const resolver = {
    resolve4: (name: string) =>
      name === "help.acme.de"
        ? Promise.resolve(["198.51.100.7"])
        : name === "desk.help.acme.de"
          ? Promise.resolve(["198.51.100.8"])
          : Promise.reject(new Error("ENOTFOUND")),
  };

  it("are those that do not lead to the host yet", async () => {
    const lines = (await recordsToMake(names, "198.51.100.7", resolver)).join("\n");
    expect(lines)
      .to.match(/^ +desk\.help\.acme\.de +A +198\.51\.100\.7$/m)
      .and.match(/^ +n8n\.help\.acme\.de +A +198\.51\.100\.7$/m);
    expect(lines).not.to.match(/^ +help\.acme\.de/m);
  });

  it("are none when all of them do", async () => {
    expect(await recordsToMake(["help.acme.de"], "198.51.100.7", resolver)).to.deep.equal([]);
  });
});

describe("values of the settings file that are examples", () => {
  const own = { adminEmail: "a@acme.de", alertEmail: "ops@acme.de", domain: "acme.de", sshAllowedCidrs: undefined };
  const complaint = (values: Partial<Parameters<typeof checkExamples>[0]>) => {
    try {
      checkExamples({ ...own, ...values }, "prod");
      return "";
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return [error.message, ...error.hint].join("\n");
    }
  };

  it("are refused all at once", () => {
    const told = complaint({
      domain: "example.com",
      alertEmail: "ops@example.com",
      adminEmail: "you@example.org",
      sshAllowedCidrs: ["203.0.113.7/32"],
    });
    for (const key of ["domain", "alertEmail", "adminEmail", "sshAllowedCidrs"]) {
      expect(told).to.match(new RegExp(`ai-ecosystem:${key} still holds the example`));
    }
    expect(told).to.contain("pulumi config set -s prod ai-ecosystem:alertEmail you@your.domain");
    // each once, and as a shell takes them
    const commands = told.split("\n").filter((line) => line.startsWith("pulumi"));
    expect(commands.map((c) => /ai-ecosystem:(\w+)/.exec(c)?.[1])).to.have.members([
      "sshAllowedCidrs",
      "domain",
      "hostedZone",
      "alertEmail",
      "adminEmail",
    ]);
    for (const command of commands) expect(spawnSync("bash", ["-n", "-c", command]).status, command).to.equal(0);
  });

  it("are not the default login of a sandbox without a domain, nor values of one's own", () => {
    expect(complaint({ domain: undefined, adminEmail: "admin@example.com" })).to.equal("");
    expect(complaint({ sshAllowedCidrs: ["198.18.0.7/32"] })).to.equal("");
  });
});
