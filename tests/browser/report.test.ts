import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import type axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { outFiles } from "../../tools/preview/files";
import { swapIn } from "../../tools/preview/swap";
import { previewOf, prodPreviewOf, projectWith } from "../support/recorded/preview";
import { launchChromium } from "./chromium";

const axePath = createRequire(__filename).resolve("axe-core/axe.min.js");

describe("the report in a browser", function () {
  this.timeout(60000);
  let browser: Browser | undefined;
  let folder: string | undefined;
  before(async function () {
    browser = await launchChromium(this);
    folder = projectWith([]);
    swapIn(join(folder, "fits"), outFiles(await previewOf()));
    swapIn(join(folder, "demo"), outFiles(await previewOf({ instanceType: "t3.micro" })));
    swapIn(join(folder, "prod"), outFiles(await prodPreviewOf()));
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  async function open(name: "fits" | "demo" | "prod", options: BrowserContextOptions): Promise<Page> {
    if (browser === undefined || folder === undefined) throw new Error("there is no browser");
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on("pageerror", (error) => {
      throw error;
    });
    page.on("request", (request) => {
      expect(request.url(), "the page asks for something").to.match(/^(file:.*index\.html|data:)/);
    });
    await page.goto(`file://${join(folder, name, "index.html")}`);
    return page;
  }

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 768, 1440]) {
      it(`has no barrier and nothing beside the page (${colorScheme}, ${width} px)`, async () => {
        for (const name of ["fits", "demo", "prod"] as const) {
          const page = await open(name, { colorScheme, viewport: { width, height: 800 } });
          const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(scroll, name).to.equal(width);
          await page.evaluate(readFileSync(axePath, "utf8"));
          await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
          const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
          expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html ?? ""}`)).to.deep.equal([]);
          await page.context().close();
        }
      });
    }
  }

  it("prints on A4: no picture is wider or higher than a page, and none is cut", async () => {
    for (const name of ["fits", "prod"] as const) {
      // what A4 leaves between the margins, in CSS pixels
      const [width, height] = [680, 1009];
      const page = await open(name, { viewport: { width, height } });
      await page.emulateMedia({ media: "print" });
      const pictures = await page.evaluate(() =>
        [...document.querySelectorAll(".picture")].map((picture) => {
          const { width: wide, height: high } = picture.getBoundingClientRect();
          return { wide, high, cut: getComputedStyle(picture.closest("figure") ?? picture).breakInside };
        }),
      );
      expect(pictures.length).to.be.greaterThan(0);
      for (const { wide, high, cut } of pictures) {
        expect(wide).to.be.at.most(width);
        expect(high).to.be.at.most(height);
        expect(cut).to.equal("avoid");
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(width);
      await page.context().close();
    }
  });

  it("keeps the letters of the picture readable on a narrow page, where it can be moved", async () => {
    for (const width of [360, 768, 1440]) {
      for (const name of ["fits", "prod"] as const) {
        const page = await open(name, { viewport: { width, height: 800 } });
        const drawn = await page
          .locator("svg.picture")
          .evaluate((svg) => svg.getBoundingClientRect().width / (svg as SVGSVGElement).viewBox.baseVal.width);
        expect(drawn, `${name} at ${width} px`).to.be.at.least(0.95);
        const moved = await page.locator("figure").evaluate((figure) => {
          figure.scrollLeft = 1000;
          return figure.scrollLeft > 0;
        });
        expect(moved, `${name} at ${width} px`).to.equal(width < 960);
        await page.context().close();
      }
    }
  });

  it("shows who reaches a service of production when it is pointed at", async () => {
    const page = await open("prod", { viewport: { width: 1280, height: 800 } });
    await page.locator('svg.picture [data-node="librechat"]').hover();
    const shown = await page
      .locator("svg .edge.shown")
      .evaluateAll((edges) => edges.map((e) => e.getAttribute("data-ends")));
    expect(shown).to.have.members([
      "ai-ecosystem-prod-edge-alb-balancer librechat",
      "librechat mongodb",
      "librechat redis",
    ]);
  });

  it("finds resources by their words", async () => {
    const page = await open("fits", { viewport: { width: 1280, height: 800 } });
    await page.getByLabel("Search by name or type").fill("subnet public");
    const names = await page.locator(".tree .hit b:visible").allInnerTexts();
    // the subnets themselves, and nothing that only mentions one of the words
    expect(names).to.have.members(["a", "b"].map((zone) => `ai-ecosystem-sandbox-network-public-${zone}`));
    expect(await page.locator("output").innerText()).to.match(/^\d+ of \d+$/);
    await page.getByLabel("Search by name or type").fill("nothing like this");
    expect(await page.locator(".tree li:visible").count()).to.equal(0);
    await page.getByLabel("Search by name or type").fill("");
    expect(await page.locator(".tree li:visible").count()).to.be.greaterThan(50);
  });

  it("shows a container's own lines when it is pointed at", async () => {
    const page = await open("fits", { viewport: { width: 1280, height: 800 } });
    await page.locator('svg.picture [data-node="librechat"]').hover();
    const shown = await page
      .locator("svg .edge.shown")
      .evaluateAll((edges) => edges.map((e) => e.getAttribute("data-ends")));
    expect(shown).to.have.members(["nginx librechat", "librechat mongodb"]);
  });
});
