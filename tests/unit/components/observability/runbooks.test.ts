import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { alarmsOf } from "../../../../components/observability/alarms";
import { runbooks } from "../../../../components/observability/runbooks";
import { observed } from "../../../support/recorded/observed";
import { root } from "../../../support/root";

/** Of alarms, and of what services say in `queue`. */
const ids = [...runbooks, ...observed().queues.map(({ id }) => `queue-${id}`)];
const folder = join(root, "docs/runbooks");
const pages = readdirSync(folder).filter((file) => file.endsWith(".md") && file !== "README.md");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const sections = ["Symptom", "For customers", "First look", "Likely causes", "Fix", "Verify", "Escalate"];
/** Told by the budget, the Slack function's queue, and the host's own alarms. */
const elsewhere = ["cost", "slack-undelivered", "host-system", "host-instance", "host-credits", "host-backup"];

describe("runbooks", () => {
  it("are there for every alert, and for nothing else", () => {
    expect(pages.sort()).to.deep.equal(ids.map((id) => `${id}.md`).sort());
  });

  it("are about the stack that was named, whatever the shell held before", () => {
    const bin = mkdtempSync(join(tmpdir(), "runbook-"));
    const stub = (name: string, lines: string) => {
      writeFileSync(join(bin, name), `#!/bin/bash\n${lines}\n`, { mode: 0o755 });
    };
    stub("aws", "echo None");
    stub(
      "pulumi",
      `[ "\${*: -1}" = prod ] || exit 1; case "$1" in config) echo eu-central-1 ;; stack) echo own-cluster ;; esac`,
    );
    const source = (stack: string) =>
      spawnSync(
        "bash",
        ["-c", `. "$0" ${stack} && echo "$STACK $PULUMI_STACK $AWS_REGION $CLUSTER"`, join(folder, "env.sh")],
        {
          encoding: "utf8",
          env: {
            PATH: `${bin}:${process.env["PATH"] ?? ""}`,
            STACK: "old",
            PULUMI_STACK: "old",
            AWS_REGION: "us-east-1",
            CLUSTER: "old",
          },
        },
      );
    expect(source("prod").stdout).to.equal("prod prod eu-central-1 own-cluster\n");
    expect(source("none").status).to.equal(1);
    rmSync(bin, { recursive: true });
  });

  it("belong to alarms that exist", () => {
    const used = new Set([...alarmsOf(observed()).map((a) => a.runbook), ...elsewhere]);
    expect([...used].sort()).to.deep.equal([...ids].sort());
  });

  it("are all in the index", () => {
    const index = read("README.md");
    for (const page of pages) expect(index, page).to.contain(`](${page})`);
  });

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
