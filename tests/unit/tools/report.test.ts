import { expect } from "chai";
import { catalogue as factories } from "../../../services/catalogue";
import type { RecordedResource } from "../../../record/record";
import type { HostPreview } from "../../../tools/report/data";
import { graphOf, isComponent, typeWords } from "../../../tools/report/pictures/graph";
import { orderedLayers } from "../../../tools/report/pictures/graph-order";
import { html } from "../../../tools/report/html";
import { renderPage } from "../../../tools/report/page";
import { fit } from "../../../tools/report/pictures/svg";
import { demo, sandboxCatalogue } from "../../support/fixtures";
import { overlap, pictureOf, rectangles } from "../../support/pictures";
import { previewOf } from "../../support/recorded/preview";

const urn = (name: string) => `urn:pulumi:test::p::t:i:${name[0] ?? ""}::${name}`;
/** A resource of the type of its first letter. */
const resource = (name: string, dependencies: readonly string[] = []): RecordedResource => ({
  urn: urn(name),
  type: `t:i:${name[0]?.toUpperCase() ?? ""}`,
  name,
  parent: "urn:stack",
  inputs: {},
  protect: false,
  ignoreChanges: [],
  dependencies: dependencies.map(urn),
});

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
        { title: evil, description: evil, url: "https://x.example.com/", service: service.name, legacyPath: evil },
      ],
      catalogue: {
        ...data.catalogue,
        services: data.catalogue.services.map((s) => ({ ...s, title: { en: evil, es: evil } })),
      },
      memory: { ...data.memory, evidence: [evil], verdict: "demo", sentence: `Demo: ${evil}` },
      files: [{ path: evil, text: "", about: evil }],
    });
    expect(text).not.to.contain("<script>alert");
    expect(text.match(/<script/g)).to.have.length(1);
    expect(html`<i title="${`"&'`}">${["<", 1, false, undefined]}</i>`.text).to.equal(
      '<i title="&quot;&amp;&#39;">&lt;1</i>',
    );
  });

  for (const id of ["host-wide", "host-narrow"]) {
    it(`draws every container once, beside the others and inside the picture (${id})`, () => {
      const picture = pictureOf(page, id);
      const [, width = "0", height = "0"] =
        /viewBox="0 0 (\d+) ([\d.]+)"/.exec(page.slice(page.indexOf(`picture ${id.split("-")[1] ?? ""}`))) ?? [];
      const boxes = rectangles(picture, "box");
      // the internet and the disk besides
      expect(boxes).to.have.length(data.catalogue.services.length + 2);
      for (const s of data.catalogue.services) {
        expect(picture.split(`data-node="${s.name}"`), s.name).to.have.length(2);
      }
      boxes.forEach((a, i) => {
        expect(a.x + a.width, JSON.stringify(a)).to.be.at.most(Number(width));
        expect(a.y + a.height, JSON.stringify(a)).to.be.at.most(Number(height));
        for (const b of boxes.slice(i + 1)) expect(overlap(a, b), JSON.stringify([a, b])).to.equal(false);
      });
    });
  }

  it("draws requests and uses from the catalogue", () => {
    const ends = [...pictureOf(page, "host-wide").matchAll(/data-ends="([^"]+)"/g)].map((m) => m[1]);
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
      { title: "Demo", description: "", url: "https://demo.example.com/", service: "demo" },
    ];
    const picture = pictureOf(renderPage({ ...data, catalogue, endpoints }), "host-wide");
    expect(picture)
      .to.contain('data-node="demo"')
      .and.contain('data-ends="nginx demo"')
      .and.contain("demo.example.com");
  });

  for (const id of ["graph-wide", "graph-narrow"]) {
    it(`draws every recorded type in its component, none over another (${id})`, () => {
      const picture = pictureOf(page, id);
      const graph = graphOf(data.resources);
      const boxes = rectangles(picture, "box");
      expect(boxes).to.have.length(graph.rooms.flatMap((r) => r.groups).length);
      boxes.forEach((a, i) => {
        for (const b of boxes.slice(i + 1)) expect(overlap(a, b), JSON.stringify([a, b])).to.equal(false);
      });
      const rooms = rectangles(picture, "room");
      expect(rooms).to.have.length(graph.rooms.length);
      for (const box of boxes) {
        expect(rooms.some((r) => overlap(r, box) && box.x >= r.x && box.x + box.width <= r.x + r.width)).to.equal(true);
      }
    });
  }

  it("holds every resource in the picture and in the tree", () => {
    const graph = graphOf(data.resources);
    const drawn = graph.rooms.flatMap((r) => r.groups.flatMap((g) => g.members.map((m) => m.urn)));
    const expected = data.resources.filter((r) => !isComponent(r, data.resources) && !r.type.startsWith("pulumi:"));
    expect(drawn).to.have.members(expected.map((r) => r.urn));
    expect(page.match(/<li data-words=/g)).to.have.length(data.resources.length);
  });

  it("shows totals, verdict, findings with their reasons, and files", () => {
    expect(page).to.contain("$39.52").and.contain("$67.40").and.contain("Fits");
    for (const f of data.findings) if (f.waiver !== undefined) expect(page).to.contain(html`${f.waiver.reason}`.text);
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

describe("graph of a stack", () => {
  const edges = (resources: readonly RecordedResource[]) =>
    graphOf(resources).inside.map((e) => `${e.from.at(-1) ?? ""}>${e.to.at(-1) ?? ""}:${e.count}`);

  it("leaves out what a longer way implies, and counts", () => {
    expect(
      edges([resource("a1"), resource("b1", ["a1"]), resource("b2", ["a1"]), resource("c1", ["a1", "b1"])]),
    ).to.deep.equal(["A>B:2", "B>C:1"]);
  });

  it("survives types that use each other", () => {
    const circle = [resource("a1"), resource("b1", ["a1"]), resource("a2", ["b1"])];
    expect(edges(circle)).to.have.members(["A>B:1", "B>A:1"]);
    expect(graphOf(circle).rooms[0]?.layers).to.be.at.most(2);
  });

  it("puts sources right before what needs them", () => {
    const chain = [resource("a1"), resource("b1", ["a1"]), resource("c1", ["b1", "d1"]), resource("d1")];
    const layer = (label: string) => graphOf(chain).rooms[0]?.groups.find((g) => g.label === label)?.layer;
    expect(["A", "B", "C", "D"].map(layer)).to.deep.equal([0, 1, 2, 1]);
  });

  it("orders layers so that straight lines stay straight", () => {
    const crossed = [resource("a1"), resource("b1"), resource("c1", ["b1"]), resource("d1", ["a1"])];
    const graph = graphOf(crossed);
    const [room] = graph.rooms;
    if (room === undefined) throw new Error("no room");
    const [first = [], second = []] = orderedLayers(room, graph.inside).map((l) => l.map((g) => g.label));
    expect([first.join(""), second.join("")]).to.deep.equal(first[0] === "A" ? ["AB", "DC"] : ["BA", "CD"]);
  });

  it("speaks people's words", () => {
    expect(typeWords("aws:ec2/internetGateway:InternetGateway")).to.equal("Internet gateway");
    expect(typeWords("aws:ec2/vpc:Vpc")).to.equal("VPC");
    expect(fit("a long name that does not fit", 60, 12)).to.match(/^a long.*…$/);
  });
});
