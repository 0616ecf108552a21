import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { renderPage } from "../../tools/report/page";
import { previewOf, prodPreviewOf, projectWith } from "../support/recorded/preview";
import { launchChromium } from "./chromium";

/** A line of the picture as the browser draws it: a point every two units, in those of the picture. */
interface Line {
  readonly ends: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}
interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Drawn {
  readonly lines: readonly Line[];
  readonly boxes: readonly Box[];
  /** Where a dot is, and whose. */
  readonly dots: readonly { readonly ends: string; readonly at: readonly [number, number] }[];
}

const inside = ([x, y]: readonly [number, number], box: Box): boolean =>
  x > box.x + 1 && x < box.x + box.width - 1 && y > box.y + 1 && y < box.y + box.height - 1;

const share = (a: string, b: string): boolean => a.split(" ").some((end) => b.split(" ").includes(end));

describe("the lines of the report's pictures (NEW-36)", function () {
  let browser: Browser | undefined;
  before(async function () {
    browser = await launchChromium(this);
  });
  after(() => browser?.close());

  async function drawn(html: string): Promise<Drawn> {
    if (browser === undefined) throw new Error("there is no browser");
    const folder = projectWith([]);
    const page = await browser.newPage();
    try {
      writeFileSync(join(folder, "index.html"), html);
      await page.goto(`file://${join(folder, "index.html")}`);
      return await page.locator("svg.picture").evaluate((svg): Drawn => {
        return {
          lines: [...svg.querySelectorAll<SVGPathElement>("path.edge, path.wire")].map((path) => ({
            ends: path.dataset["ends"] ?? "",
            points: Array.from({ length: Math.floor(path.getTotalLength() / 2) + 1 }, (_, i) => {
              const { x, y } = path.getPointAtLength(2 * i);
              return [x, y] as const;
            }),
          })),
          boxes: [...svg.querySelectorAll<SVGRectElement>("rect.box")].map((rect) => {
            const { x, y, width, height } = rect.getBBox();
            const node = rect.closest<SVGElement>(".node");
            return { name: node?.dataset["node"] ?? node?.getAttribute("class") ?? "strip", x, y, width, height };
          }),
          dots: [...svg.querySelectorAll<SVGCircleElement>("circle.dot")].map((dot) => ({
            ends: dot.dataset["ends"] ?? "",
            at: [dot.cx.baseVal.value, dot.cy.baseVal.value] as const,
          })),
        };
      });
    } finally {
      await page.close();
      rmSync(folder, { recursive: true });
    }
  }

  const pages: Readonly<Record<string, () => Promise<string>>> = {
    "the sandbox": async () => renderPage(await previewOf()),
    production: async () => renderPage(await prodPreviewOf()),
    "three zones": async () => renderPage(await prodPreviewOf({ azCount: "3", natGateways: "3" })),
    "a database elsewhere, one application less": async () =>
      renderPage(
        await prodPreviewOf({
          mongoUri: "mongodb+srv://user:word@cluster.example.net/librechat",
          services: '{"chatwoot-web":{"enabled":false},"chatwoot-sidekiq":{"enabled":false}}',
        }),
      ),
  };
  for (const [name, page] of Object.entries(pages)) {
    it(`cross no box, and run on no other's line: ${name}`, async () => {
      const { lines, boxes, dots } = await drawn(await page());
      expect(lines.length).to.be.greaterThan(8);
      for (const { ends, points } of lines)
        for (const box of boxes)
          expect(
            points.filter((point) => inside(point, box)),
            `${ends} through ${box.name}`,
          ).to.deep.equal([]);
      // lines without a common end may cross, which is over after a few points
      for (const [i, a] of lines.entries())
        for (const b of lines.slice(i + 1).filter((other) => !share(a.ends, other.ends))) {
          const near = a.points.filter(([x, y]) => b.points.some(([u, v]) => Math.hypot(x - u, y - v) < 3));
          expect(near.length, `${a.ends} on ${b.ends}`).to.be.at.most(8);
        }
      // every use has its dot on its own line, and no dot lies where another use only passes
      const uses = lines.filter(({ ends }) => dots.some((dot) => dot.ends === ends));
      expect(dots).to.have.length(uses.length);
      for (const { ends, at } of dots) {
        const [service, store] = ends.split(" ");
        const through = lines.filter(({ points }) => points.some(([x, y]) => Math.hypot(x - at[0], y - at[1]) < 2));
        expect(through.map((l) => l.ends)).to.include(ends);
        for (const other of through)
          expect(other.ends.split(" ")).to.satisfy((both: string[]) => both[0] === service || both[1] === store);
      }
    });
  }

  it("are told in the legend, every kind", async () => {
    for (const html of [await pages["the sandbox"]?.(), await pages["production"]?.()]) {
      const picture = /<svg\s+class="picture"[\s\S]*?<\/svg>/.exec(html ?? "")?.[0] ?? "";
      const legend = /<\/figure>\s*<p class="legend"[^>]*>[\s\S]*?<\/p>/.exec(html ?? "")?.[0] ?? "";
      const told = { "edge request": "line request", "edge data": "line data dotted", wire: "line ringed" };
      const kinds = new Set([...picture.matchAll(/<path[^>]*class="((?:edge |wire)[a-z]*)"/g)].map((m) => m[1] ?? ""));
      expect([...kinds]).to.include.members(["edge request", "edge data"]);
      for (const kind of kinds) expect(legend, kind).to.contain(told[kind as keyof typeof told]);
    }
  });
});
