import { expect } from "chai";
import { day, listed, money, number, several, type Language } from "../../../../services/model/text";
import { outFiles } from "../../../../tools/preview/files";
import type { PreviewData } from "../../../../tools/report/data";
import { renderPage } from "../../../../tools/report/page";
import { english } from "../../../support/english";
import { previewOf, prodPreviewOf } from "../../../support/recorded/preview";

const pageIn = (data: PreviewData, language: Language): string =>
  renderPage({ ...data, facts: { ...data.facts, language }, made: { date: "2026-11-29" } } as PreviewData);

/** What a reader sees or hears of the page, without what is the program's own: names, code, and what is marked as English. */
const textsOf = (page: string): string[] => {
  const own = page
    .slice(page.indexOf("<body>"))
    .replaceAll(/<(style|script|pre|code)[^>]*>[\s\S]*?<\/\1>/g, "")
    .replaceAll(/<(\w+)[^>]*\slang="en"[^>]*>[\s\S]*?<\/\1>/g, "")
    .replaceAll(/<(b|strong)>[^<]*<\/\1>\s*<span class="type"[^>]*>[^<]*<\/span>/g, "")
    .replaceAll(/ data-[a-z]+="[^"]*"|\bai-ecosystem-[\w-]+/g, "");
  return [...own.matchAll(/>([^<>]+)<|\s(?:title|aria-label)="([^"]+)"/g)]
    .map(([, text, attribute]) => (text ?? attribute ?? "").replaceAll(/\s+/g, " ").trim())
    .filter((text) => /\p{L}{2}/u.test(text));
};
const headings = (page: string): string[] =>
  [...page.matchAll(/<(h[1-3]|caption|th scope="col"|span class="tile-name")[^>]*>([^<]+)</g)].map(([, , text = ""]) =>
    text.trim(),
  );

describe("the language of the report", function () {
  const stacks: Readonly<Record<string, () => Promise<PreviewData>>> = {
    "a host": () => previewOf({ domain: "acme.example.com", hostedZone: "example.com", adminEmail: "ops@example.com" }),
    "a host that is too small": () => previewOf({ instanceType: "t3.micro", openaiApiKey: "hidden-from-all" }),
    "a host whose databases AWS runs": () => previewOf({ data: "managed" }),
    production: () => prodPreviewOf(),
    "production in the economy profile": () => prodPreviewOf({ costProfile: "economy", natGateways: "1" }),
  };

  for (const [name, stack] of Object.entries(stacks)) {
    it(`is Spanish throughout where the stack's is: ${name}`, async () => {
      const data = await stack();
      const [en, es] = [pageIn(data, "en"), pageIn(data, "es")];
      expect(en).to.contain('<html lang="en">');
      expect(es)
        .to.contain('<html lang="es">')
        .and.contain("29 nov 2026")
        .and.match(/\d,\d\d\sUS\$/);
      expect(
        textsOf(es)
          .filter((text) => english.test(text))
          .join("\n"),
      ).to.equal("");
      // of English there is something to find
      expect(textsOf(en).filter((text) => english.test(text)).length).to.be.greaterThan(15);
      expect(headings(es)).to.have.length(headings(en).length);
      expect(headings(en).filter((text) => headings(es).includes(text))).to.deep.equal([]);
      for (const page of [en, es]) expect(textsOf(page).join("\n")).not.to.match(/\[object|undefined|NaN/);
    });
  }

  it("is the setting's, and the files for other programs are the same in both", async () => {
    const [en, es] = await Promise.all([previewOf(), previewOf({ language: "es" })]);
    const json = (data: PreviewData) => outFiles(data).filter((f) => ["cost.json", "memory.json"].includes(f.path));
    expect(json(es)).to.deep.equal(json(en));
    expect(JSON.stringify(json(en))).not.to.contain('\\"es\\"');
    expect(outFiles(es).find((f) => f.path === "index.html")?.text).to.contain("Coste al mes");
  });

  it("writes numbers, money and days as its readers do", () => {
    const spaces = (text: string) => text.replaceAll(/\s/g, " ");
    expect(money(12345.678).en).to.equal("$12,345.68");
    expect(spaces(money(12345.678).es)).to.equal("12.345,68 US$");
    expect(money(0.0000025, 9).en).to.equal("$0.0000025");
    expect(number(0.25)).to.deep.equal({ en: "0.25", es: "0,25" });
    expect(day("2026-11-29")).to.deep.equal({ en: "Nov 29, 2026", es: "29 nov 2026" });
    expect(day("of a contract")).to.equal("of a contract");
    expect(listed([80, 443])).to.deep.equal({ en: "80 and 443", es: "80 y 443" });
    const zones = { en: "zone|zones", es: "zona|zonas" };
    expect(several(1, zones)).to.deep.equal({ en: "1 zone", es: "1 zona" });
    expect(several(2, zones)).to.deep.equal({ en: "2 zones", es: "2 zonas" });
  });
});
