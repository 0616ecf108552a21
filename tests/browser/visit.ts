import { expect } from "chai";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { launchChromium } from "./chromium";
import { catalogue, report } from "./fixtures";
import { Site } from "./site";

/** A site of its own for each test of the surrounding suite, and one browser for all of them. */
export class Visit {
  site = new Site();
  #browser: Browser | undefined;
  #complaints: string[] = [];

  /** Registers the hooks; to be called inside `describe`. */
  constructor() {
    const launch = async (suite: Mocha.Context): Promise<void> => {
      this.#browser = await launchChromium(suite);
    };
    before(async function () {
      await launch(this);
    });
    after(() => this.#browser?.close());
    beforeEach(async () => {
      this.site = new Site();
      await this.site.start();
      this.site.answers.services = catalogue();
      this.site.answers.health = report();
      this.#complaints = [];
    });
    afterEach(async () => {
      await Promise.all(this.#browser?.contexts().map((context) => context.close()) ?? []);
      await this.site.stop();
      expect(this.#complaints, "policy violations and script errors").to.deep.equal([]);
      expect(this.site.notFound, "missing files").to.deep.equal([]);
    });
  }

  /** The dashboard in a fresh profile, loaded and at rest; `prepare` runs before it loads. */
  async open(options: BrowserContextOptions = {}, prepare?: (page: Page) => Promise<void>): Promise<Page> {
    if (this.#browser === undefined) throw new Error("the browser has not been started");
    const defaults = { locale: "en-GB", viewport: { width: 1280, height: 900 } };
    const context = await this.#browser.newContext({ ...defaults, ...options });
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#complaints.push(String(error)));
    page.on("console", (message) => {
      // a report that is not there yet is a case that the page handles
      if (message.type() === "error" && !message.location().url.endsWith(".json"))
        this.#complaints.push(message.text());
    });
    await prepare?.(page);
    await page.goto(this.site.url, { waitUntil: "networkidle" });
    return page;
  }
}

/** The overall status sentence. */
export const sentence = (page: Page): Promise<string> => page.locator("#sentence").innerText();

/** The state of one service, in the list of all of them. */
export const verdict = (page: Page, name: string): Locator => page.locator(`.row[data-service="${name}"] .status`);

/** The number of things that the page paints as healthy. */
export const greens = (page: Page): Promise<number> => page.locator('[data-verdict="healthy"]').count();
