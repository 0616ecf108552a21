import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { hostOnCallStatements } from "../../../components/host/on-call";
import { onCallStatements } from "../../../components/on-call";
import { need, unmet } from "../../support/need";
import { root } from "../../support/root";
import { actionsOfCall } from "../../support/runbooks/actions";
import { Machine, type Session } from "../../support/runbooks/machine";
import { runbookPages, type Page } from "../../support/runbooks/pages";

/** What lets somebody in is for an administrator. */
const ofAdministrators = ["iam:listgroups", "iam:addusertogroup"];
/** The page of the dashboard in the console, which the third step opens. */
const ofConsole = actions("cloudwatch", "GetDashboard GetMetricData ListDashboards ListMetrics");

function actions(service: string, names: string): string[] {
  return names.split(" ").map((name) => `${service}:${name}`.toLowerCase());
}

const place = { account: "123456789012", region: "eu-west-1", stack: "prod" };
/** What the role on call may, of production and of a host. */
const allowed = [onCallStatements(place), hostOnCallStatements(place)].map((statements) =>
  statements.flatMap(({ Action }) => Action.map((action) => action.toLowerCase())),
);

/** A page as it is typed: its blocks, and then what stands in the text. */
const scriptOf = ({ name, ofHost, blocks, inline }: Page): string =>
  [
    `. docs/runbooks/env.sh ${ofHost ? "sandbox" : "prod"}`,
    // what pages set for the reader to replace
    "SERVICE=n8n",
    // with which the night begins, by the first page
    ...(ofHost ? ["state", "history_of host-system"] : []),
    ...(name === "README" ? [] : blocks),
    ...inline.map((line) =>
      line
        .replace(/\bMIN\b/, "1")
        .replace(/\bMAX\b/, "2")
        .replace("PORT LOCAL", "80 8080"),
    ),
    ...(name === "README" ? blocks : []),
  ]
    .join("\n")
    .replace(/(?<=version-id )ID$/m, "01234567-89ab-cdef-0123-456789abcdef");

describe("the pages of the runbooks", () => {
  const pages = runbookPages();
  const asked = new Map<string, Session["asked"]>();
  let machine: Machine;
  before(() => {
    machine = new Machine();
  });
  after(() => {
    machine.end();
  });

  for (const shell of ["bash", "zsh"]) {
    describe(`in ${shell}`, () => {
      before(function () {
        need(this, shell);
      });
      for (const page of pages) {
        it(`${page.name}: every command can be typed`, () => {
          const session = machine.run(shell, scriptOf(page));
          expect(session.stderr).not.to.match(/not found|syntax|parse error|unbound|bad |no matches|No such file/i);
          asked.set(page.name, session.asked);
          expect(session.asked.length).to.be.greaterThan(1);
        });
      }
    });
  }

  it("have no comment behind the line that an interactive zsh reads before it knows comments", () => {
    for (const { name, blocks } of pages)
      for (const line of blocks
        .join("\n")
        .split("\n")
        .filter((l) => l.startsWith(". docs/")))
        expect(line, name).to.match(/^\. docs\/runbooks\/env\.sh [a-z]+$/);
  });

  describe("by what was asked", () => {
    const kinds = [
      { of: "production", may: allowed[0] ?? [], typed: pages.filter(({ ofHost }) => !ofHost) },
      { of: "a host", may: allowed[1] ?? [], typed: pages.filter(({ ofHost }) => ofHost) },
    ];
    for (const { of, may, typed } of kinds) {
      const actionsOn = ({ name }: Page) => (asked.get(name) ?? []).flatMap(actionsOfCall);

      it(`ask for nothing that the role on call of ${of} may not`, () => {
        const lacking = typed.flatMap((page) =>
          actionsOn(page)
            .filter((action) => ![...may, ...ofAdministrators].includes(action))
            .map((action) => `${page.name}: ${action}`),
        );
        expect([...new Set(lacking)]).to.deep.equal([]);
      });

      it(`ask for everything that it may of ${of}`, () => {
        const used = new Set(typed.flatMap(actionsOn));
        expect(may.filter((action) => !used.has(action) && !ofConsole.includes(action))).to.deep.equal([]);
      });
    }

    it("have calls that the AWS CLI takes", function () {
      const tools = spawnSync(join(root, "tests/support/s3/tools"), ["--folder"], { encoding: "utf8" });
      if (tools.status !== 0) unmet(this, tools.stderr.trim());
      const calls = [...new Set([...asked.values()].flat().map((words) => JSON.stringify(words)))];
      expect(calls.length).to.be.greaterThan(60);
      const parsed = spawnSync(join(tools.stdout.trim(), "python"), [join(root, "tests/support/runbooks/parse.py")], {
        input: `[${calls.join(",")}]`,
        encoding: "utf8",
      });
      expect(parsed.stderr).to.equal("");
      expect(parsed.stdout).to.equal("");
    });
  });
});
