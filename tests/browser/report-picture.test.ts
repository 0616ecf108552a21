import { expect } from "chai";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { usd } from "../../tools/report/html";
import { renderPage } from "../../tools/report/page";
import { previewOf, projectWith } from "../support/recorded/preview";
import { root } from "../support/root";
import { launchChromium } from "./chromium";

const picture = join(root, "docs/report.png");

/** The first screen of the report, for the README: `UPDATE=1` makes it anew. */
describe("the picture of the report", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  before(async function () {
    browser = await launchChromium(this);
  });
  after(async () => {
    await browser?.close();
  });

  it("is of the page as it is: the figures stand beside it in both READMEs (UPDATE=1)", async () => {
    if (browser === undefined) throw new Error("there is no browser");
    const data = await previewOf();
    const folder = projectWith([]);
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: "light" });
    writeFileSync(join(folder, "index.html"), renderPage(data));
    await page.goto(`file://${join(folder, "index.html")}`);
    const made = await page.screenshot();
    rmSync(folder, { recursive: true });
    if (process.env["UPDATE"] === "1" || !existsSync(picture)) writeFileSync(picture, made);
    // width and height of a PNG: https://www.w3.org/TR/png-3/#11IHDR
    const size = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];
    expect(size(readFileSync(picture))).to.deep.equal(size(made));
    for (const readme of ["README.md", "README.es.md"]) {
      const [, alt = ""] = /!\[([^\]]+)\]\(docs\/report\.png\)/.exec(readFileSync(join(root, readme), "utf8")) ?? [];
      for (const figure of [usd(data.cost.floorUsd), usd(data.cost.usageMaxUsd), String(data.resources.length)])
        expect(alt, `${readme}: another figure than in the picture: UPDATE=1`).to.contain(figure);
    }
  });
});
