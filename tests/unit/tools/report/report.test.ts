import { expect } from "chai";
import { both } from "../../../../services/model/text";
import { catalogue as factories } from "../../../../services/catalogue";
import type { RecordedResource } from "../../../../record/record";
import type { HostPreview } from "../../../../tools/report/data";
import { html } from "../../../../tools/report/html";
import { renderPage } from "../../../../tools/report/page";
import { fit } from "../../../../tools/report/pictures/svg";
import { demo, sandboxCatalogue } from "../../../support/fixtures";
import { boxesOf, expectApart, pictureOf } from "../../../support/pictures";
import { groupOf, grouped } from "../../../../tools/report/sections/cost-groups";
import { previewOf, prodPreviewOf } from "../../../support/recorded/preview";

describe("report", () => {
  let data: HostPreview;
  let page: string;
  before(async () => {
    data = await previewOf();
    page = renderPage(data);
  });

  it("is one page that loads nothing", () => {
    const attributes = [...page.matchAll(/\s(?:src|href|xlink:href|data)="([^"]*)"/g)].map((m) => m[1] ?? "");
    const targets = new Set([...data.files.map((f) => f.path), "data:,"]);
    expect(attributes.filter((a) => !a.startsWith("#") && !targets.has(a))).to.deep.equal([]);
    expect(page)
      .to.contain("default-src 'none'")
      .and.not.match(/@import|url\((?!#)/);
  });

  it("says of what and when it is, in words that somebody else knows (NEW-34)", () => {
    expect(page).to.contain("<h1>Customer desk with AI on AWS: sandbox</h1>");
    const made = renderPage({ ...data, made: { date: "2026-11-29", commit: "1a2b3c4" } });
    expect(made).to.contain("preview, nothing has been made · Nov 29, 2026 · commit 1a2b3c4");
    expect(renderPage({ ...data, made: { date: "2026-11-29" } })).not.to.contain("· commit");
  });

  it("groups the costs by what they are for, the largest first (NEW-35)", () => {
    const sums = [
      ...page.matchAll(/<tr class="group">\s*<th[^>]*>([^<]+)<\/th>\s*<td class="amount">(?:to )?\$([\d.]+)/g),
    ];
    expect(sums.length).to.be.greaterThan(3);
    const floor = grouped(data.cost.floor, (l) => l.monthlyUsd);
    expect(sums.slice(0, floor.length).map(([, name]) => name)).to.deep.equal(floor.map(({ name }) => name.en));
    for (const { lines, sum } of floor) {
      const amounts = lines.map((l) => l.monthlyUsd);
      expect(amounts).to.deep.equal([...amounts].sort((a, b) => b - a));
      expect(sum).to.be.closeTo(
        amounts.reduce((a, b) => a + b, 0),
        0.001,
      );
    }
    expect(floor.map(({ sum }) => sum)).to.deep.equal(floor.map(({ sum }) => sum).sort((a, b) => b - a));
  });

  it("has a group for every line of either topology", async () => {
    const lines = [data, await prodPreviewOf()].flatMap(({ cost }) => [...cost.floor, ...cost.usage]);
    expect(lines.filter(({ id }) => groupOf(id).en === "Other").map(({ id }) => id)).to.deep.equal([]);
    expect(lines.length).to.be.greaterThan(50);
  });

  it("shows no secret", () => {
    expect(page).not.to.contain("facade").and.not.to.contain("PRIVATE KEY");
    expect(page).to.contain("********");
  });

  it("is the same for the same data", async () => {
    expect(renderPage(data)).to.equal(page);
    expect(renderPage(await previewOf())).to.equal(page);
  });

  it("escapes every value", () => {
    const evil = `"><script>alert('x')</script>`;
    const hostile = (r: RecordedResource): RecordedResource =>
      r.type.endsWith(":Vpc") ? { ...r, name: evil, inputs: { [evil]: [evil] } } : r;
    const [service] = data.catalogue.services;
    if (service === undefined) throw new Error("no service");
    const text = renderPage({
      ...data,
      facts: { ...data.facts, stack: evil, address: evil, placeholders: [evil] },
      resources: data.resources.map(hostile),
      findings: [{ rule: evil, severity: "error", urn: evil, message: evil, remedy: evil, references: [evil] }],
      endpoints: [
        {
          title: both(() => evil),
          description: both(() => evil),
          url: "https://x.example.com/",
          service: service.name,
          legacyPath: evil,
        },
      ],
      catalogue: {
        ...data.catalogue,
        services: data.catalogue.services.map((s) => ({ ...s, title: both(() => evil) })),
      },
      memory: { ...data.memory, evidence: [both(() => evil)], verdict: "demo", sentence: both(() => `Demo: ${evil}`) },
      files: [{ path: evil, text: "", about: both(() => evil) }],
    });
    expect(text).not.to.contain("<script>alert");
    expect(text.match(/<script/g)).to.have.length(1);
    expect(html`<i title="${`"&'`}">${["<", 1, false, undefined]}</i>`.text.en).to.equal(
      '<i title="&quot;&amp;&#39;">&lt;1</i>',
    );
  });

  it("draws every container once, beside the others and inside the picture", () => {
    const picture = pictureOf(page, "host");
    const { boxes, width, height } = boxesOf(page, "host");
    // the internet and the disk besides
    expect(boxes).to.have.length(data.catalogue.services.length + 2);
    for (const s of data.catalogue.services) {
      expect(picture.split(`data-node="${s.name}"`), s.name).to.have.length(2);
    }
    expectApart(boxes, width, height);
  });

  it("cuts names that do not fit", () => {
    expect(fit("a long name that does not fit", 60, 12).en).to.match(/^a long.*…$/);
  });

  it("draws requests and uses from the catalogue", () => {
    const ends = [...pictureOf(page, "host").matchAll(/data-ends="([^"]+)"/g)].map((m) => m[1]);
    expect(ends).to.include.members([
      "internet nginx",
      "nginx n8n",
      "nginx chatwoot-web",
      "n8n postgres",
      "librechat mongodb",
      "chatwoot-sidekiq redis",
    ]);
    expect(ends).not.to.include("nginx chatwoot-sidekiq").and.not.to.include("n8n mongodb");
  });

  it("draws a further service without being told of it", () => {
    const catalogue = sandboxCatalogue({}, {}, [...factories, demo]);
    const endpoints = [
      ...data.endpoints,
      { title: both(() => "Demo"), description: both(() => ""), url: "https://demo.example.com/", service: "demo" },
    ];
    const picture = pictureOf(renderPage({ ...data, catalogue, endpoints }), "host");
    expect(picture)
      .to.contain('data-node="demo"')
      .and.contain('data-ends="nginx demo"')
      .and.contain("demo.example.com");
  });

  it("holds every resource in the tree", () => {
    expect(page.match(/<li data-words=/g)).to.have.length(data.resources.length);
  });

  it("shows totals, verdict, findings with their reasons, and files", () => {
    expect(page).to.contain("$40.21").and.contain("$67.40").and.contain("Fits");
    for (const f of data.findings)
      if (f.waiver !== undefined) expect(page).to.contain(html`${f.waiver.reason}`.text.en);
    for (const f of data.files) expect(page).to.contain(`href="${f.path}"`);
    for (const e of data.endpoints) expect(page).to.contain(e.url);
  });

  it("warns loudly where the instance is too small, and only there", async () => {
    const large = renderPage(await previewOf({ instanceType: "t3.large" }));
    expect(large).not.to.contain('role="note"');
    const small = renderPage(await previewOf({ instanceType: "t3.small" })).replaceAll(/\s+/g, " ");
    expect(small).to.match(
      /role="note"[\s\S]{0,200}t3\.small with the compact memory plan: (fits with swap|demo) only/,
    );
    const micro = renderPage(await previewOf({ instanceType: "t3.micro" }));
    expect(micro).to.match(/class="loud demo"[\s\S]{0,600}5 to 30 seconds/);
  });
});
