import { expect } from "chai";
import { report } from "./fixtures";
import { greens, sentence, verdict, Visit } from "./visit";

describe("dashboard: live health", function () {
  const visit = new Visit();

  it("says that all is well only when every service says so", async () => {
    const page = await visit.open();
    expect(await sentence(page)).to.equal("All 9 services are healthy.");
    expect(await page.locator(".row").count()).to.equal(9);
    expect(await page.locator('.row [data-verdict="healthy"]').count()).to.equal(9);
    expect(await page.locator("#sentence").getAttribute("aria-live")).to.equal("polite");
  });

  it("tells every state by text, icon and colour", async () => {
    visit.site.answers.health = report({
      n8n: { state: "running", health: "starting" },
      nginx: { state: "running", health: "none" },
      mongodb: { state: "running", health: "unhealthy" },
      postgres: { state: "restarting", health: "starting" },
      redis: { state: "exited", health: "none" },
      librechat: undefined,
      // a container that ought to be there, of which `ecosystem health` says the same (NEW-33)
      "chatwoot-sidekiq": { state: "missing", health: "none" },
      "data-bridge": { state: "running", health: "a new word" },
    });
    const page = await visit.open();
    for (const [name, text, icon] of [
      ["chatwoot-web", "Healthy", "healthy"],
      ["n8n", "Starting", "starting"],
      ["nginx", "Running, no check", "unchecked"],
      ["mongodb", "Not healthy", "unhealthy"],
      ["postgres", "Not healthy", "unhealthy"],
      ["redis", "Stopped", "stopped"],
      ["librechat", "Unknown", "unknown"],
      ["chatwoot-sidekiq", "Down", "down"],
      ["data-bridge", "Unknown", "unknown"],
    ] as const) {
      expect(await verdict(page, name).innerText(), name).to.equal(text);
      expect(await verdict(page, name).locator("use").getAttribute("href"), name).to.equal(`#icon-${icon}`);
      expect(await verdict(page, name).getAttribute("data-verdict"), name).to.equal(icon);
    }
    expect(await sentence(page)).to.match(
      /^4 services need attention: Chatwoot Sidekiq, MongoDB, PostgreSQL,? and Redis\. .*unknown: .*starting: n8n/,
    );
    expect(await page.locator("#summary").getAttribute("data-verdict")).to.equal("down");
  });

  it("tells of the last backup, whether it was tried, and since when one is outside the host", async () => {
    const hours = (n: number) => new Date(Date.now() - n * 3_600_000).toISOString();
    for (const [backup, verdict, words] of [
      [
        { time: hours(5), proof: "proved", s3: hours(4) },
        "healthy",
        /^Last backup: .+, restored on trial\. Outside the host: .+\.$/,
      ],
      [{ time: hours(5), proof: null, s3: null }, "unchecked", /^Last backup: .+, not tried yet\.$/],
      [{ time: hours(5), proof: "failed", s3: hours(30) }, "unhealthy", /could not be restored on trial\. Outside/],
      [{ time: hours(40), proof: "proved" }, "unhealthy", /^The last backup is old \(.+\)\.$/],
      [{ time: null, proof: null, s3: null }, "unchecked", /^There is no backup yet\.$/],
    ] as const) {
      visit.site.answers.health = JSON.stringify({ ...(JSON.parse(report()) as object), backup });
      const page = await visit.open();
      expect(await page.locator("#backup").innerText()).to.match(words);
      expect(await page.locator("#backup").getAttribute("data-verdict")).to.equal(verdict);
    }
    // production's stores are AWS's to back up
    visit.site.answers.health = report();
    expect(await (await visit.open()).locator("#backup").isVisible()).to.be.false;
  });

  it("never shows green from an old report", async () => {
    visit.site.answers.health = report({}, 61_000);
    const page = await visit.open();
    expect(await sentence(page)).to.match(/^Health is unknown: the last report is old \(.+\)\.$/);
    expect(await greens(page)).to.equal(0);
  });

  for (const [what, health] of [
    ["missing", null],
    ["broken", "{"],
    ["of another shape", '{"time":"yesterday","services":[]}'],
  ] as const) {
    it(`never shows green from a report that is ${what}`, async () => {
      visit.site.answers.health = health;
      const page = await visit.open();
      expect(await sentence(page)).to.equal("Health is unknown: its report cannot be read.");
      expect(await greens(page)).to.equal(0);
      expect(await verdict(page, "redis").innerText()).to.equal("Unknown");
    });
  }

  it("judges age by the host's clock, not the visitor's", async () => {
    visit.site.clockOffsetMs = 3_600_000;
    visit.site.answers.health = report({}, -3_600_000 + 5_000);
    expect(await sentence(await visit.open())).to.equal("All 9 services are healthy.");
  });

  it("asks again every 15 seconds and forgets what it knew when the answer stops", async () => {
    const page = await visit.open({}, (fresh) => fresh.clock.install());
    const later = async () => {
      const answered = page.waitForResponse(`${visit.site.url}health.json`);
      await page.clock.runFor(15_000);
      await (await answered).finished();
    };
    visit.site.answers.health = report({ redis: { state: "exited", health: "none" } });
    await later();
    await page.getByText("One service needs attention: Redis.").waitFor();
    visit.site.answers.health = null;
    await later();
    await page.getByText("Health is unknown: its report cannot be read.").waitFor();
    expect(await greens(page)).to.equal(0);
  });
});
