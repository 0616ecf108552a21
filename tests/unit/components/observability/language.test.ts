import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RecordedResource } from "../../../../record/record";
import { record } from "../../../../record/record";
import { composeStack } from "../../../../stacks/compose";
import { alarmDescription } from "../../../../templates/alarm-description";
import { english } from "../../../support/english";
import { sandboxSettings } from "../../../support/fixtures";
import { bodyOf, observe } from "../../../support/recorded/observed";
import { everything, recordProd } from "../../../support/recorded/prod";
import { root } from "../../../support/root";

const base = "https://git.example.com/acme/desk/-/blob/main/docs/runbooks";
const host = async (values: Record<string, string>): Promise<readonly RecordedResource[]> => {
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
  const settings = sandboxSettings({ alertEmail: "ops@example.com", runbookBaseUrl: base, ...values });
  return (await record(() => composeStack(settings), { stack: "sandbox" })).resources;
};

/** What each alarm means and where to read on, by name. */
const said = (resources: readonly RecordedResource[]): ReadonlyMap<string, string> =>
  new Map(
    resources
      .filter((r) => r.type === "aws:cloudwatch/metricAlarm:MetricAlarm")
      // nobody is told of those that only deployments look at
      .filter((r) => r.inputs["alarmActions"] !== undefined)
      .map((r) => [r.name, String(r.inputs["alarmDescription"])]),
  );

/** Every stack that makes alarms, with one that makes each of the others'. */
const stacks: Readonly<Record<string, (language: "en" | "es") => Promise<readonly RecordedResource[]>>> = {
  production: (language) => observe({ language, runbookBaseUrl: base }),
  "production without Container Insights": (language) => observe({ language, containerInsights: false }),
  "production with everything": (language) =>
    recordProd({ ...everything, language }).then(({ resources }) => resources),
  "a host": (language) => host({ language }),
  "a host whose CPU is limited": (language) => host({ language, cpuCredits: "standard" }),
};

describe("the language of what is sent", function () {
  for (const [name, make] of Object.entries(stacks)) {
    it(`is that of the setting, for every alarm: ${name}`, async () => {
      const [en, es] = [said(await make("en")), said(await make("es"))];
      expect(en.size).to.be.greaterThan(3);
      expect([...es.keys()]).to.deep.equal([...en.keys()]);
      for (const [alarm, text] of es) {
        expect(text, alarm).not.to.equal(en.get(alarm));
        const [, meaning = "", runbook = "", spanish = ""] =
          /^(.{20,200}\.) Guía: (\S+) En español: (\S+)$/.exec(text) ?? [];
        expect(meaning, `${alarm}: ${text}`).not.to.equal("").and.not.to.match(english);
        expect(en.get(alarm), alarm).to.match(english).and.to.contain(` Runbook: ${runbook}`);
        expect(spanish).to.equal(`${runbook.slice(0, runbook.lastIndexOf("/runbooks/"))}/es/runbooks.md`);
        expect(text.length, alarm).to.be.at.most(1024);
      }
    });
  }

  it("is English where nothing is set, and changes nothing but what is said", async () => {
    const texts = (all: readonly RecordedResource[]) => all.map((r) => JSON.stringify(r));
    const make = async (values: Record<string, string>) => (await recordProd({ ...everything, ...values })).resources;
    const [none, en, es] = [await make({}), await make({ language: "en" }), await make({ language: "es" })];
    expect(texts(en)).to.deep.equal(texts(none));
    const changed = es.filter((r, i) => JSON.stringify(r) !== JSON.stringify(en[i]));
    const kinds = new Set(changed.map((r) => r.type));
    expect([...kinds]).to.have.members([
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:lambda/function:Function",
    ]);
    expect(changed.filter((r) => r.type.endsWith(":Function")).map((r) => r.name)).to.deep.equal([
      "ai-ecosystem-prod-observability-slack-function",
    ]);
  });

  it("is that of CloudWatch's dashboard, whose metrics stay as they are", async () => {
    interface Body {
      readonly widgets: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
    }
    const widgets = async (language: "en" | "es", more = {}) =>
      (JSON.parse(bodyOf(await observe({ language, ...more }))) as Body).widgets.map((w) =>
        JSON.stringify(w.properties),
      );
    for (const more of [{}, { containerInsights: false }, { mongodbId: undefined }]) {
      const [en, es] = [await widgets("en", more), await widgets("es", more)];
      expect(es).to.have.length(en.length);
      for (const [i, text] of es.entries()) {
        // what AWS calls its own, and the values of dimensions
        const own = text.replaceAll(/\*[^*]*→[^*]*\*|"(?:namespace|[A-Z]\w+|arn:[^"]*)"/g, "");
        expect(own, `widget ${i}`).not.to.match(english).and.not.to.contain('"es"');
        expect(text.match(/"AWS\/[^"]+","[^"]+"/g), `widget ${i}`).to.deep.equal(en[i]?.match(/"AWS\/[^"]+","[^"]+"/g));
      }
      expect(es.join()).to.contain('"title":"Tráfico: peticiones"').and.contain('"label":"alarma"');
      expect(en.join()).to.contain('"title":"Traffic: requests"').and.contain('"label":"alarm"');
    }
  });

  it("names the Spanish page where that is known, as long as AWS takes the whole", () => {
    const meaning = { en: "It is down.", es: "No funciona." };
    const page = (address: string) => alarmDescription(meaning, address, "es");
    expect(page("docs/runbooks/site-errors.md")).to.match(/ En español: docs\/es\/runbooks\.md$/);
    expect(page("https://wiki.example.com/alarms/site-errors.md")).to.equal(
      "No funciona. Guía: https://wiki.example.com/alarms/site-errors.md",
    );
    const long = `https://example.com/${"x".repeat(480)}/docs/runbooks/site-errors.md`;
    expect(page(long).length).to.be.at.most(1024);
    expect(page(`https://example.com/${"x".repeat(490)}/docs/runbooks/site-errors.md`)).to.match(/site-errors\.md$/);
  });

  it("is that of Slack's words too, of which each has a pair", () => {
    type Words = Readonly<Record<"en" | "es", Readonly<Record<string, string>>>>;
    const { en, es } = JSON.parse(readFileSync(join(root, "templates/lambda/slack/contract.json"), "utf8")) as Words;
    for (const [key, word] of Object.entries(en)) expect(es[key], key).to.be.a("string").and.not.to.equal(word);
    const file = join(root, "templates/lambda/slack/index.js");
    const load = createRequire(__filename);
    Reflect.deleteProperty(load.cache, file);
    process.env["MESSAGE_LANGUAGE"] = "es";
    const { format } = load(file) as { format: (given: { Message: string }) => { text: string; blocks: unknown } };
    Reflect.deleteProperty(process.env, "MESSAGE_LANGUAGE");
    Reflect.deleteProperty(load.cache, file);
    const { text, blocks } = format({
      Message: JSON.stringify({
        AlarmName: "site-errors",
        AlarmDescription: alarmDescription({ en: "-", es: "No funciona." }, `${base}/site-errors.md`, "es"),
        NewStateValue: "ALARM",
        Trigger: { ComparisonOperator: "GreaterThanThreshold", Threshold: 5 },
      }),
    });
    expect(text).to.match(/^\S+ Alarma: site-errors\. No funciona\.$/);
    const spanish = base.replace(/runbooks$/, "es/runbooks.md");
    expect(JSON.stringify(blocks))
      .to.contain(`<${base}/site-errors.md|Guía>`)
      .and.contain(`<${spanish}|En español>`)
      .and.contain("límite &gt; 5")
      .and.contain("*Desde*")
      .and.not.match(/Runbook|Since|Value|limit |none/);
  });
});
