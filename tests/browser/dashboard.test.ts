import { source as axeSource, type AxeResults } from "axe-core";
import { expect } from "chai";
import { catalogue, report, SERVICES } from "./fixtures";
import { greens, sentence, verdict, Visit } from "./visit";

describe("dashboard in Chromium", function () {
  const visit = new Visit();

  describe("languages", () => {
    for (const [locale, language, heading] of [
      ["es-MX", "es", "Atención al cliente aumentada por IA"],
      ["en-US", "en", "AI-augmented customer service"],
      ["de-DE", "en", "AI-augmented customer service"],
    ] as const) {
      it(`speaks ${language} to a browser in ${locale}`, async () => {
        const page = await visit.open({ locale });
        expect(await page.locator("html").getAttribute("lang")).to.equal(language);
        expect(await page.locator("h1").innerText()).to.equal(heading);
        expect(await page.title()).to.equal(`sandbox · ${heading}`);
      });
    }

    it("switches by keyboard and remembers", async () => {
      const page = await visit.open();
      await page.getByRole("button", { name: "Español" }).focus();
      await page.keyboard.press("Enter");
      expect(await page.locator("html").getAttribute("lang")).to.equal("es");
      expect(await page.getByRole("button", { name: "Español" }).getAttribute("aria-pressed")).to.equal("true");
      expect(await sentence(page)).to.equal("Los 9 servicios funcionan correctamente.");
      expect(await page.getByRole("link", { name: "Puente de datos" }).count()).to.equal(1);
      await page.reload({ waitUntil: "networkidle" });
      expect(await page.locator("html").getAttribute("lang")).to.equal("es");
    });

    it("has the same texts in both languages and, in English, in the page itself", async () => {
      const page = await visit.open();
      const keys = await page.evaluate<{ en: string[]; es: string[] }>(`import("/texts.js").then(({ texts }) => {
        const paths = (value, path) => typeof value === "object"
          ? Object.entries(value).flatMap(([key, inner]) => paths(inner, path + "." + key)) : [path];
        return { en: paths(texts.en, ""), es: paths(texts.es, "") };
      })`);
      expect(keys.es).to.deep.equal(keys.en);
      const written = (source: string) =>
        page.evaluate<string[]>(`(async () => {
          const document = ${source};
          return [...document.querySelectorAll("[data-text]:not([role=status])")].map((e) => e.textContent.replace(/\\s+/g, " ").trim());
        })()`);
      const original = 'new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html")';
      expect(await written(original)).to.deep.equal(await written("window.document"));
    });
  });

  describe("services", () => {
    it("links the applications and shows a new one without edits", async () => {
      const wiki = { es: "Wiki", en: "Wiki" };
      const added = {
        name: "wiki",
        role: "web",
        title: wiki,
        description: wiki,
        url: "https://wiki.example/",
      } as const;
      visit.site.answers.services = catalogue([...SERVICES, added]);
      const page = await visit.open();
      const links = await page.evaluate<string[]>(`[...document.querySelectorAll(".card a")].map((a) => a.href)`);
      expect(links).to.deep.equal([
        "https://desk.203-0-113-10.sslip.io/",
        "https://n8n.203-0-113-10.sslip.io/",
        "https://chat.203-0-113-10.sslip.io/",
        "https://data.203-0-113-10.sslip.io/",
        "https://wiki.example/",
      ]);
      expect(await verdict(page, "wiki").innerText()).to.equal("Unknown");
      expect(await page.locator("#release").innerText()).to.equal("Release 3f9a1c04b7e2d856");
    });

    it("gives each card its own icon, and one that it does not know the usual one", async () => {
      const [first, ...rest] = SERVICES;
      const odd = { ...first, name: "wiki", role: "web", url: "https://wiki.example/", icon: "no-such" };
      visit.site.answers.services = catalogue([...rest, odd as (typeof SERVICES)[number]]);
      const icons = `[...document.querySelectorAll(".card .tile use")].map((e) => e.getAttribute("href"))`;
      expect(await (await visit.open()).evaluate<string[]>(icons)).to.deep.equal([
        ...["#icon-chat", "#icon-flow", "#icon-spark", "#icon-chart", "#icon-app"],
      ]);
    });

    it("drops the card of an application that is switched off", async () => {
      visit.site.answers.services = catalogue(SERVICES.filter(({ name }) => name !== "librechat"));
      expect(await (await visit.open()).locator(".card h3").allInnerTexts()).to.deep.equal([
        "Chatwoot",
        "n8n",
        "Data bridge",
      ]);
    });

    it("stays useful without the list", async () => {
      visit.site.answers.services = null;
      const page = await visit.open();
      expect(await page.locator("#notice").innerText()).to.match(/^The list of services could not be read/);
      expect(await page.locator(".card a").count()).to.equal(4);
      expect(await page.getByRole("link", { name: "Chatwoot" }).getAttribute("href")).to.equal(
        "https://desk.203-0-113-10.sslip.io/",
      );
      expect(await verdict(page, "redis").innerText()).to.equal("Healthy");
    });

    it("stays useful without JavaScript", async () => {
      const page = await visit.open({ javaScriptEnabled: false });
      expect(await page.locator("noscript").innerText()).to.match(/JavaScript/);
      expect(await page.getByRole("link", { name: "LibreChat" }).getAttribute("href")).to.equal(
        "https://chat.203-0-113-10.sslip.io/",
      );
      expect(await greens(page)).to.equal(0);
      expect(await page.getByRole("button").count()).to.equal(0);
    });

    it("treats names, texts and addresses as data", async () => {
      const attack = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
      const both = { es: attack, en: attack };
      const hostile = { name: attack, role: "web", title: both, description: both } as const;
      visit.site.answers.services = catalogue([
        { ...hostile, url: "https://example.com/" },
        { ...hostile, name: "constructor", url: "javascript:document.title='owned'" },
      ]);
      const page = await visit.open();
      expect(await page.title()).to.match(/^sandbox/);
      expect(await page.locator("main img, main script").count()).to.equal(0);
      expect(await page.locator(".card h3").allInnerTexts()).to.deep.equal([attack]);
      expect(await page.locator(".row h3").allInnerTexts()).to.deep.equal([attack, attack]);
      expect(await page.locator('[href^="javascript"]').count()).to.equal(0);
    });
  });

  describe("for everyone", () => {
    for (const locale of ["es-ES", "en-GB"]) {
      it(`fits 360 pixels in ${locale}`, async () => {
        const name = "x".repeat(60);
        const long = { ...SERVICES[0], name, title: { es: name, en: name }, url: `https://${name}.example/` };
        visit.site.answers.services = catalogue([...SERVICES, { ...long, role: "web", description: long.title }]);
        visit.site.answers.health = report({ [name]: { state: "running", health: "none" } });
        const page = await visit.open({ locale, viewport: { width: 360, height: 780 } });
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).to.equal(360);
        const wide = `[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > 361).length`;
        expect(await page.evaluate<number>(wide)).to.equal(0);
      });
    }

    it("reaches every control by Tab, in order and with a visible focus", async () => {
      const page = await visit.open();
      const focused = `(() => {
        const e = document.activeElement;
        const ring = [getComputedStyle(e), getComputedStyle(e, "::after")];
        const seen = ring.some((s) => s.outlineStyle === "solid" && parseFloat(s.outlineWidth) >= 2);
        return { name: e.textContent.trim(), seen };
      })()`;
      const names: string[] = [];
      for (let press = 0; press < 7; press++) {
        await page.keyboard.press("Tab");
        const { name, seen } = await page.evaluate<{ name: string; seen: boolean }>(focused);
        expect(seen, `focus on ${name}`).to.equal(true);
        names.push(name);
      }
      const apps = ["Chatwoot", "n8n", "LibreChat", "Data bridge"];
      expect(names).to.deep.equal(["Skip to content", "Español", "English", ...apps]);
    });

    it("skips to the content", async () => {
      const page = await visit.open();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate<string>("document.activeElement.id")).to.equal("main");
    });

    for (const colorScheme of ["light", "dark"] as const) {
      it(`passes axe in ${colorScheme} colours, with every state on the page`, async () => {
        visit.site.answers.health = report({
          n8n: { state: "running", health: "starting" },
          nginx: { state: "running", health: "none" },
          redis: { state: "exited", health: "none" },
          librechat: undefined,
        });
        const page = await visit.open({ colorScheme, reducedMotion: "reduce" });
        await page.evaluate(axeSource);
        const { violations, passes } = await page.evaluate<AxeResults>("axe.run()");
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).to.deep.equal([]);
        expect(passes.map(({ id }) => id)).to.include("color-contrast");
      });
    }
  });
});
