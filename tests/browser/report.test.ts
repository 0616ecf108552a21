import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import type axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Language } from "../../services/model/text";
import { outFiles } from "../../tools/preview/files";
import { swapIn } from "../../tools/preview/swap";
import type { PreviewData } from "../../tools/report/data";
import { previewOf, prodPreviewOf, projectWith } from "../support/recorded/preview";
import { launchChromium } from "./chromium";

const languages: readonly Language[] = ["en", "es"];
const names = ["fits", "demo", "prod"] as const;

/** The pages whose form depends on what is in them, in either language. */
const both = languages.flatMap((language) => [["fits", language] as const, ["prod", language] as const]);

const axePath = createRequire(__filename).resolve("axe-core/axe.min.js");

describe("the report in a browser", function () {
  let browser: Browser | undefined;
  let folder: string | undefined;
  before(async function () {
    browser = await launchChromium(this);
    folder = projectWith([]);
    const previews = {
      fits: await previewOf(),
      demo: await previewOf({ instanceType: "t3.micro" }),
      prod: await prodPreviewOf(),
    };
    for (const name of names)
      for (const language of languages) {
        const { facts, ...data } = previews[name];
        const inLanguage = { ...data, facts: { ...facts, language } } as PreviewData;
        swapIn(join(folder, language, name), outFiles(inLanguage));
      }
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  async function open(
    name: (typeof names)[number],
    options: BrowserContextOptions,
    language: Language = "en",
  ): Promise<Page> {
    if (browser === undefined || folder === undefined) throw new Error("there is no browser");
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on("pageerror", (error) => {
      throw error;
    });
    page.on("request", (request) => {
      expect(request.url(), "the page asks for something").to.match(/^(file:.*index\.html|data:)/);
    });
    await page.goto(`file://${join(folder, language, name, "index.html")}`);
    return page;
  }

  // colours do not depend on the language, nor its words' width on them
  for (const [language, colorScheme] of [
    ["en", "light"],
    ["es", "dark"],
  ] as const) {
    for (const width of [360, 768, 1440]) {
      it(`has no barrier and nothing beside the page (${language}, ${colorScheme}, ${width} px)`, async () => {
        for (const name of names) {
          const page = await open(name, { colorScheme, viewport: { width, height: 800 } }, language);
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

  it("is a few screens long: what is long is folded, with its sum or number (NEW-37)", async () => {
    for (const [width, height, screens] of [
      [1440, 900, 6.5],
      [390, 844, 9.5],
    ] as const) {
      for (const [name, language] of both) {
        const page = await open(name, { viewport: { width, height } }, language);
        const long = await page.evaluate(() => document.documentElement.scrollHeight);
        expect(long / height, `${name} in ${language} at ${width} px`).to.be.at.most(screens);
        // each says how much is in it
        for (const summary of await page.locator("details.branch > summary, #cost details > summary").allTextContents())
          expect(summary).to.match(
            language === "en" ? /\d+ below|\$\d|by service/ : /\d+ debajo|\d\sUS\$|por servicio/,
          );
        await page.context().close();
      }
    }
  });

  it("prints the costs and the reasons unfolded, the resources in number, and folds again (NEW-37)", async () => {
    const page = await open("prod", {}, "es");
    const folds = "[...document.querySelectorAll('details.fold')].filter((fold) => fold.open).length";
    await page.evaluate(`addEventListener("beforeprint", () => { window.printed = ${folds}; })`);
    const paper = await page.pdf({ preferCSSPageSize: true });
    expect(await page.evaluate("window.printed")).to.equal(await page.locator("details.fold").count());
    expect(await page.evaluate(folds)).to.equal(0);
    const pages = paper.toString("latin1").match(/\/Type \/Page\b/g) ?? [];
    expect(pages.length).to.be.within(5, 12);
  });

  it("prints on A4: no picture is wider or higher than a page, and none is cut", async () => {
    for (const [name, language] of both) {
      // what A4 leaves between the margins, in CSS pixels
      const [width, height] = [680, 1009];
      const page = await open(name, { viewport: { width, height } }, language);
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
    // as it was at first: the stack's own children, the rest folded
    expect(await page.locator(".tree li:visible").count()).to.be.within(5, 20);
    await page.locator(".tree .branch .branch > summary").last().click();
    expect(await page.locator(".tree li:visible").count()).to.be.greaterThan(20);
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
