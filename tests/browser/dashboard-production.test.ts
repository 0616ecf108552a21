import { source as axeSource, type AxeResults } from "axe-core";
import { expect } from "chai";
import { fargateContext } from "../../stacks/contexts";
import { dashboardFiles } from "../../stacks/edge-routes";
import { healthOf, staleAfterSeconds, type ServiceHealth } from "../../templates/lambda/health/report";
import { prodCatalogue, prodSettings } from "../support/recorded/profile";
import { greens, sentence, verdict, Visit } from "./visit";

const settings = prodSettings();
const hosts = { apex: "example.com", scheme: "https", port: 443 } as const;
const context = fargateContext(settings);
const list = dashboardFiles(prodCatalogue(settings), hosts, context)["services.json"];
const names = (JSON.parse(list ?? "") as { services: { name: string }[] }).services.map((s) => s.name);

interface Changes {
  readonly ageMs?: number;
  readonly staleAfterSeconds?: unknown;
}

/** `health.json` as the function writes it: all is well but for the exceptions; undefined leaves a service out. */
function written(exceptions: Readonly<Record<string, ServiceHealth | undefined>> = {}, changes: Changes = {}): string {
  const well = Object.fromEntries(names.map((name) => [name, healthOf(2, 2, false)]));
  const { ageMs = 40_000, ...rest } = changes;
  const time = new Date(Date.now() - ageMs).toISOString();
  return JSON.stringify({ time, staleAfterSeconds, services: { ...well, ...exceptions }, ...rest });
}

/** Every state that there is. */
const everything = {
  "chatwoot-web": healthOf(1, 2, false, "failing"),
  librechat: healthOf(3, 2, false, "running"),
  n8n: healthOf(0, 1, true, "running"),
  "n8n-worker": healthOf(0, 2, false),
  "n8n-webhook": healthOf(0, 0, false),
  "data-bridge": { state: "missing", health: "none" },
  mongodb: undefined,
} as const;

describe("dashboard of production", function () {
  const visit = new Visit();
  beforeEach(() => {
    visit.site.answers.services = list ?? null;
    visit.site.answers.health = written();
  });

  it("lists workers and managed stores beside the applications", async () => {
    const page = await visit.open();
    expect(await sentence(page)).to.equal("All 10 services are healthy.");
    expect(await page.locator(".card h3").allInnerTexts()).to.deep.equal([
      "Chatwoot",
      "n8n",
      "LibreChat",
      "Data bridge",
    ]);
    expect(await page.locator(".row h3").allInnerTexts()).to.include.members([
      "n8n worker",
      "n8n webhooks",
      "PostgreSQL",
      "DocumentDB",
      "Valkey",
    ]);
  });

  for (const [locale, texts, sentences] of [
    [
      "en-GB",
      {
        "chatwoot-web": ["degraded", "Degraded (1 of 2), update is failing"],
        librechat: ["healthy", "Healthy, being updated"],
        n8n: ["starting", "Starting, being updated"],
        "n8n-worker": ["down", "Down"],
        "n8n-webhook": ["off", "Switched off"],
        "data-bridge": ["down", "Down"],
        mongodb: ["unknown", "Unknown"],
        redis: ["healthy", "Healthy"],
      },
      "2 services need attention: Data bridge and n8n worker. One service runs with less than it should: Chatwoot. The state of one service is unknown: DocumentDB. One service is starting: n8n. One service is switched off: n8n webhooks.",
    ],
    [
      "es-MX",
      {
        "chatwoot-web": ["degraded", "Degradado (1 de 2), la actualización falla"],
        librechat: ["healthy", "Correcto, actualizándose"],
        n8n: ["starting", "Arrancando, actualizándose"],
        "n8n-worker": ["down", "Caído"],
        "n8n-webhook": ["off", "Apagado"],
        "data-bridge": ["down", "Caído"],
        mongodb: ["unknown", "Desconocido"],
        redis: ["healthy", "Correcto"],
      },
      "2 servicios necesitan atención: Puente de datos y Procesos de n8n. Un servicio funciona con menos de lo debido: Chatwoot. Se desconoce el estado de un servicio: DocumentDB. Un servicio está arrancando: n8n. Un servicio está apagado: Webhooks de n8n.",
    ],
  ] as const) {
    it(`tells every state by text, icon and colour in ${locale}`, async () => {
      visit.site.answers.health = written(everything);
      const page = await visit.open({ locale });
      for (const [name, [icon, text]] of Object.entries(texts)) {
        expect(await verdict(page, name).innerText(), name).to.equal(text);
        expect(await verdict(page, name).getAttribute("data-verdict"), name).to.equal(icon);
        const use = await verdict(page, name).locator("use").getAttribute("href");
        expect(use, name).to.equal(`#icon-${icon}`);
        expect(await page.locator(`symbol${use ?? ""}`).count(), `${name}: its icon`).to.equal(1);
      }
      expect(await sentence(page)).to.equal(sentences);
      expect(await page.locator("#summary").getAttribute("data-verdict")).to.equal("down");
    });
  }

  it("is not all green while a service is switched off", async () => {
    visit.site.answers.health = written({ "n8n-worker": healthOf(0, 0, false) });
    const page = await visit.open();
    expect(await sentence(page)).to.equal("One service is switched off: n8n worker.");
    expect(await page.locator("#summary").getAttribute("data-verdict")).to.equal("off");
  });

  it("shows no numbers that are none", async () => {
    const odd = { state: "running", health: "degraded", ready: "<b>1</b>", wanted: -2, update: "constructor" };
    visit.site.answers.health = written({ n8n: odd as unknown as ServiceHealth });
    expect(await verdict(await visit.open(), "n8n").innerText()).to.equal("Degraded");
  });

  describe("the age of the news", () => {
    const old = /^Health is unknown: the last report is old/;
    const fresh = "All 10 services are healthy.";
    it("may be what the function says, within limits", async () => {
      for (const [changes, expected] of [
        [{ ageMs: 170_000 }, "fresh"],
        [{ ageMs: 190_000 }, "stale"],
        // a day, a second, and no number
        [{ ageMs: 590_000, staleAfterSeconds: 86_400 }, "fresh"],
        [{ ageMs: 610_000, staleAfterSeconds: 86_400 }, "stale"],
        [{ ageMs: 50_000, staleAfterSeconds: 1 }, "fresh"],
        [{ ageMs: 70_000, staleAfterSeconds: "180" }, "stale"],
      ] as const) {
        visit.site.answers.health = written({}, changes);
        const page = await visit.open();
        if (expected === "fresh") expect(await sentence(page), JSON.stringify(changes)).to.equal(fresh);
        else expect(await sentence(page), JSON.stringify(changes)).to.match(old);
        expect(await greens(page)).to.equal(expected === "fresh" ? 15 : 0);
      }
    });

    it("counts the time that a cache has had it", async () => {
      visit.site.cachedSeconds = 15;
      visit.site.answers.health = written({}, { ageMs: 60_000 });
      expect(await sentence(await visit.open())).to.equal(fresh);
      // as when the bucket cannot be reached for a while, and CloudFront goes on with what it has
      visit.site.cachedSeconds = 200;
      visit.site.answers.health = written({}, { ageMs: 210_000 });
      expect(await sentence(await visit.open())).to.match(old);
    });
  });

  it("sends people without an account to somebody who can give them one (NEW-33)", async () => {
    const signingIn = (page: Awaited<ReturnType<typeof visit.open>>) =>
      page.locator('[data-text="credentials"]').innerText();
    expect(await signingIn(await visit.open())).to.contain("ask whoever installed the stack for yours");
    expect(await signingIn(await visit.open({ locale: "es-ES" }))).to.contain(
      "pida la suya a quien instaló el sistema",
    );
  });

  it("advises what helps here, in a command that is no more than that", async () => {
    const page = await visit.open();
    const shown = page.locator(".hints > div:visible");
    expect(await shown.count()).to.equal(2);
    expect(await shown.nth(1).locator("code").innerText()).to.equal(". docs/runbooks/env.sh prod; state");
    expect(await shown.allInnerTexts().then((texts) => texts.join())).not.to.contain("ecosystem doctor");
    visit.site.answers.services = (list ?? "").replace('"stack": "prod"', '"stack": "$(reboot)"');
    const hostile = await visit.open();
    expect(await hostile.locator(".hints").innerText()).not.to.contain("reboot");
  });

  describe("for everyone", () => {
    for (const locale of ["es-ES", "en-GB"]) {
      it(`fits 360 pixels in ${locale}`, async () => {
        visit.site.answers.health = written(everything);
        const page = await visit.open({ locale, viewport: { width: 360, height: 780 } });
        expect(await page.evaluate<number>("document.documentElement.scrollWidth")).to.equal(360);
        const wide = `[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > 361).length`;
        expect(await page.evaluate<number>(wide)).to.equal(0);
        // names of one word stay on one line
        const broken = `[...document.querySelectorAll(".row h3")].filter((e) => !e.textContent.includes(" ") && e.offsetHeight > 30).map((e) => e.textContent)`;
        expect(await page.evaluate<string[]>(broken)).to.deep.equal([]);
      });
    }

    it("reaches every control by Tab, in order", async () => {
      const page = await visit.open();
      const reached: string[] = [];
      for (let press = 0; press < 7; press++) {
        await page.keyboard.press("Tab");
        reached.push(await page.evaluate<string>("document.activeElement.textContent.trim()"));
      }
      const apps = ["Chatwoot", "n8n", "LibreChat", "Data bridge"];
      expect(reached).to.deep.equal(["Skip to content", "Español", "English", ...apps]);
    });

    for (const colorScheme of ["light", "dark"] as const) {
      it(`passes axe in ${colorScheme} colours, with every state on the page`, async () => {
        visit.site.answers.health = written(everything);
        const page = await visit.open({ colorScheme, reducedMotion: "reduce" });
        await page.evaluate(axeSource);
        const { violations, passes } = await page.evaluate<AxeResults>("axe.run()");
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).to.deep.equal([]);
        expect(passes.map(({ id }) => id)).to.include("color-contrast");
      });
    }
  });
});
