import { expect } from "chai";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { money, number } from "../../services/model/text";
import { renderPage } from "../../tools/report/page";
import { previewOf, projectWith } from "../support/recorded/preview";
import { root } from "../support/root";
import { launchChromium } from "./chromium";

/** Of each README, in its language. */
const pictures = [
  ["en", "README.md", "docs/report.png"],
  ["es", "README.es.md", "docs/report.es.png"],
] as const;

/** The first screen of the report, for the README: `UPDATE=1` makes it anew. */
describe("the picture of the report", function () {
  let browser: Browser | undefined;
  before(async function () {
    browser = await launchChromium(this);
  });
  after(async () => {
    await browser?.close();
  });

  for (const [language, readme, path] of pictures) {
    it(`is of the page as it is: the figures stand beside it in ${readme} (UPDATE=1)`, async () => {
      if (browser === undefined) throw new Error("there is no browser");
      const data = await previewOf({ language });
      const folder = projectWith([]);
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: "light" });
      writeFileSync(join(folder, "index.html"), renderPage(data));
      await page.goto(`file://${join(folder, "index.html")}`);
      const made = await page.screenshot();
      rmSync(folder, { recursive: true });
      const picture = join(root, path);
      if (process.env["UPDATE"] === "1" || !existsSync(picture)) writeFileSync(picture, made);
      // width and height of a PNG: https://www.w3.org/TR/png-3/#11IHDR
      const size = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];
      expect(size(readFileSync(picture))).to.deep.equal(size(made));
      const beside = readFileSync(join(root, readme), "utf8").split(`](${path})`)[0] ?? "";
      const alt = beside.slice(beside.lastIndexOf("!["));
      const figures = [money(data.cost.floorUsd), money(data.cost.usageMaxUsd), number(data.resources.length)];
      for (const figure of figures)
        expect(alt, `${readme}: another figure than in the picture: UPDATE=1`).to.contain(
          figure[language].replaceAll(/\s/g, " "),
        );
    });
  }
});
