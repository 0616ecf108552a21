import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { anchorOf, lostLinks } from "../../support/pages/links";
import { sectionsOf, type Section } from "../../support/pages/sections";
import { root } from "../../support/root";

/** The pages that are there in both languages: English, Spanish. */
const pairs = new Map([
  ["README.md", "README.es.md"],
  ["docs/assistant.md", "docs/es/assistant.md"],
  ["docs/migrate.md", "docs/es/migrate.md"],
  ["docs/restore.md", "docs/es/restore.md"],
  ["docs/runbooks/README.md", "docs/es/runbooks.md"],
  ["docs/upgrades.md", "docs/es/upgrades.md"],
]);
const english = new Map([...pairs].map(([en, es]) => [es, en]));

/** A page; one that is not there is empty, and each test of it says what is missing. */
const text = (page: string): string => (existsSync(join(root, page)) ? readFileSync(join(root, page), "utf8") : "");

/** A table that `make docs` writes, between its two marks: the Spanish page has its own, or links it. */
const generated = /<!-- [^>]*made by `make docs`[^>]*-->[\s\S]*?<!-- end of [^>]*-->/g;

/** The heading below which a page has a generated table. */
const headingOf = (page: string, mark: string): string =>
  [...(text(page).split(mark)[0] ?? "").matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? "";

/** The links to pages and pictures, a Spanish one standing for its English one; without those to the page itself and to its twin. */
const links = (section: Section, page: string): string[] =>
  section.links
    .map((target) => english.get(target) ?? target.replace(/\.es\.png$/, ".png"))
    .filter((target) => target !== page)
    .sort();

describe("the pages in Spanish", () => {
  it("are all compared here", () => {
    const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
    const there = [...readdirSync(root), ...docs.map((path) => join("docs", path))];
    const spanish = there.filter((path) => /\.es\.md$|^docs\/es\/.*\.md$/.test(path));
    expect(spanish.sort()).to.deep.equal([...pairs.values()].sort());
  });

  for (const [en, es] of pairs) {
    describe(`${es}, as ${en}`, () => {
      const ours = sectionsOf(en, text(en).replaceAll(generated, ""));
      const theirs = sectionsOf(es, text(es).replaceAll(generated, ""));

      it("has its headings", () => {
        const levels = (sections: Section[]) => sections.map(({ level }) => level);
        expect(levels(theirs), theirs.map(({ heading }) => heading).join(" · ")).to.deep.equal(levels(ours));
      });

      for (const [index, section] of ours.entries()) {
        it(`says the same in "${section.heading}"`, () => {
          const twin = theirs[index];
          for (const what of ["code", "rows", "spans", "numbers"] as const)
            expect(twin?.[what], what).to.deep.equal(section[what]);
          expect(twin && links(twin, en), "links").to.deep.equal(links(section, en));
        });
      }

      it("is linked at the top of it, and back", () => {
        expect(ours[0]?.links).to.include(es);
        expect(theirs[0]?.links).to.include(en);
        expect(text(en).split("\n", 5).join("\n")).to.contain("[Español](");
      });

      it("links the tables that are only in English", () => {
        const own = (table: string) => text(es).includes(table.split("\n", 1)[0] ?? "");
        for (const [table] of text(en).matchAll(generated))
          if (!own(table))
            expect(text(es)).to.contain(`](${relative(dirname(es), en)}#${anchorOf(headingOf(en, table))})`);
      });

      it("links only to files and headings that exist", () => {
        expect([...lostLinks(en), ...lostLinks(es)]).to.deep.equal([]);
      });
    });
  }
});
