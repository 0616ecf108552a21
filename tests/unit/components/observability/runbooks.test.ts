import { expect } from "chai";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { alarmsOf } from "../../../../components/observability/alarms";
import { runbookLists, withRunbooks } from "../../../../dev/docs/runbooks";
import { observed } from "../../../support/recorded/observed";
import { root } from "../../../support/root";

const folder = join(root, "docs/runbooks");
const pages = readdirSync(folder).filter((file) => file.endsWith(".md") && file !== "README.md");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const sections = ["Symptom", "For customers", "First look", "Likely causes", "Fix", "Verify", "Escalate"];
/**
 * Told by the budget (CloudWatch's estimate covers the whole account, the budget this stack), the Slack function's queue, and
 * the host's own alarms.
 */
const elsewhere = ["cost", "slack-undelivered", "host-system", "host-instance", "host-credits", "host-backup"];

describe("runbooks", () => {
  it("are there for every alert, and for nothing else", () => {
    const used = new Set([...alarmsOf(observed()).map((a) => a.runbook), ...elsewhere]);
    expect(pages.sort()).to.deep.equal([...used].map((id) => `${id}.md`).sort());
  });

  for (const path of Object.keys(runbookLists)) {
    it(`are all in ${path} (make docs)`, () => {
      const list = readFileSync(join(root, path), "utf8");
      expect(withRunbooks(path, list)).to.equal(list);
    });
  }

  for (const page of pages) {
    describe(page, () => {
      it("has every section, in order, none of them empty", () => {
        const found = [...read(page).matchAll(/^## (.+)\n+(?!#)(\S)/gm)].map((m) => m[1]);
        expect(found).to.deep.equal(sections);
      });

      it("says what to type", () => {
        expect(read(page)).to.match(/^```sh$/m);
      });

      it("links to files that exist", () => {
        for (const [, target = ""] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
          expect(existsSync(join(folder, dirname(page), target)), target).to.equal(true);
        }
      });
    });
  }
});
