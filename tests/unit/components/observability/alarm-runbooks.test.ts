import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { composeStack } from "../../../../stacks/compose";
import { alarmDescription } from "../../../../templates/alarm-description";
import { record, type RecordedResource } from "../../../../record/record";
import { sandboxSettings } from "../../../support/fixtures";
import { prodPreviewOf } from "../../../support/recorded/preview";
import { everything, recordProd } from "../../../support/recorded/prod";
import { root } from "../../../support/root";

const folder = join(root, "docs/runbooks");
const slack = createRequire(__filename)(join(root, "templates/lambda/slack/index.js")) as {
  readonly format: (notification: { Message: string }) => { readonly text: string; readonly blocks: unknown };
};

async function sandbox(values: Record<string, string> = {}): Promise<readonly RecordedResource[]> {
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
  return (await record(() => composeStack(sandboxSettings(values)), { stack: "sandbox" })).resources;
}
const prod = async (values: Record<string, string> = {}) => (await recordProd(values)).resources;

/** Descriptions of the alarms that tell somebody, by name. */
const told = (resources: readonly RecordedResource[]) =>
  resources
    .filter((r) => r.type === "aws:cloudwatch/metricAlarm:MetricAlarm" && r.inputs["alarmActions"] !== undefined)
    .map((r) => [r.name, String(r.inputs["alarmDescription"])] as const);

/** All of them link a page below `base`, one that exists. */
function expectLinks(resources: readonly RecordedResource[], base: string): void {
  const alarms = told(resources);
  expect(alarms).not.to.deep.equal([]);
  for (const [name, description] of alarms) {
    const address = description.split(" ").at(-1) ?? "";
    expect(address.startsWith(`${base}/`), `${name}: ${address}`).to.equal(true);
    expect(existsSync(join(folder, address.slice(base.length + 1))), address).to.equal(true);
  }
}

describe("runbooks of the alarms that a stack makes", function () {
  it("are linked in the repository of the settings, without GitHub's ids", async () => {
    expectLinks(await prod(everything), "https://github.com/acme/desk/blob/main/docs/runbooks");
    const ids = { ...everything, githubRepository: "acme@123/desk@456" };
    expectLinks(await prod(ids), "https://github.com/acme/desk/blob/main/docs/runbooks");
  });

  it("are linked below an address of your own, in either topology", async () => {
    const base = "https://git.example.com/acme/desk/-/blob/main/docs/runbooks";
    expectLinks(await prod({ ...everything, runbookBaseUrl: `${base}/` }), base);
    expectLinks(await sandbox({ alertEmail: "ops@example.com", runbookBaseUrl: base }), base);
  });

  it("are named by their path where no repository is known", async () => {
    expectLinks(await prod({ alertEmail: "ops@example.com" }), "docs/runbooks");
  });

  it("arrive in Slack as links, whatever the meaning says", () => {
    const format = (AlarmDescription: string) =>
      slack.format({ Message: JSON.stringify({ AlarmName: "a", AlarmDescription, NewStateValue: "ALARM" }) });
    const address = "https://example.com/runbooks/site-errors.md";
    const message = format(alarmDescription({ en: "Look at the Runbook: it is long.", es: "-" }, address, "en"));
    expect(JSON.stringify(message.blocks)).to.contain(`<${address}|Runbook>`);
    expect(message.text).to.match(/Look at the Runbook: it is long\.$/);
    expect(format("By hand, without any.").text).to.match(/By hand, without any\.$/);
  });
});

describe("alarms that nobody hears", function () {
  const noticeOf = async (values: Record<string, string>): Promise<string | undefined> => {
    const { resources, notices } = await prodPreviewOf(values);
    const found = notices.find((notice) => notice.includes("nobody"));
    if (found !== undefined) expect(found).to.contain(`${String(told(resources).length)} in all`);
    return found;
  };

  it("are counted in the preview", async () => {
    expect(await noticeOf({})).to.contain("set alertEmail or slackWebhookUrl");
  });

  it("are none with either way to somebody", async () => {
    const { slackWebhookUrl = "" } = everything;
    expect(await noticeOf({ alertEmail: "ops@acme.io" })).to.equal(undefined);
    expect(await noticeOf({ slackWebhookUrl })).to.equal(undefined);
  });
});
