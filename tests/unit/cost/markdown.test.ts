import { expect } from "chai";
import { readFileSync } from "node:fs";
import { costMarkdown, productionDocument, withCost } from "../../../dev/docs/cost";
import { loadPrices } from "../../../settings/prices/prices";
import { failureOf } from "../../support/recorded/failure";
import { profileEstimate } from "../../../dev/docs/profiles";
import { said } from "../../../services/model/text";
import type { CostEstimate } from "../../../cost/types";

const prices = loadPrices("/nowhere/prices.overrides.json");
let standard: CostEstimate;
let economy: CostEstimate;
const marks = (text: string) =>
  `# Cost\n\n<!-- cost: made by \`make docs\` from cost/ -->${text}<!-- end of cost -->\n\nEnd\n`;

describe("cost tables of the documentation", () => {
  before(async () => {
    standard = await profileEstimate("standard", prices);
    economy = await profileEstimate("economy", prices);
  });

  it("have every line of both profiles, and their totals", () => {
    const text = costMarkdown(standard, economy);
    for (const e of [standard, economy]) {
      for (const line of [...e.floor, ...e.usage]) expect(text, line.id).to.contain(said(line.item));
      expect(text).to.contain(`**${e.floorUsd.toFixed(2)}**`);
    }
    for (const saving of standard.savings) expect(text).to.contain(saving.command);
  });

  it("have as many cells in every row as in the head", () => {
    const tables = costMarkdown(standard, economy)
      .split("\n")
      .filter((line) => line.startsWith("|"));
    for (const row of tables) expect(row.replaceAll("\\|", "").split("|"), row).to.have.length(7);
  });

  it("replace what is between the marks, and nothing else", async () => {
    const once = await withCost(marks("\n\nold\n\n"));
    expect(once).not.to.contain("\nold\n");
    expect(once)
      .to.match(/^# Cost\n/)
      .and.match(/\nEnd\n$/);
    expect(await withCost(once)).to.equal(once);
    expect(String(await failureOf(() => withCost("# no marks")))).to.contain("marks");
  });

  it("are current in docs/production.md (make docs)", async () => {
    const document = readFileSync(productionDocument, "utf8");
    expect(await withCost(document)).to.equal(document);
  });
});
