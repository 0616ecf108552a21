import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { prodPreviewOf } from "../../support/recorded/preview";
import { root } from "../../support/root";

const page = (path: string): string => readFileSync(join(root, path), "utf8");
const section = (text: string, head: string): string =>
  new RegExp(`\\n## ${head}\\n([\\s\\S]*?)(?=\\n## |$)`).exec(text)?.[1] ?? "";

/** What holds data, and the word that the page calls it by. */
const holders: Readonly<Record<string, RegExp>> = {
  "aws:rds/instance:Instance": /PostgreSQL/,
  "aws:docdb/cluster:Cluster": /DocumentDB/,
  "aws:elasticache/replicationGroup:ReplicationGroup": /Valkey/,
  "aws:s3/bucket:Bucket": /S3/,
};

describe("the way back of production, on its pages (NEW-1)", function () {
  it("is told of everything that holds data, in a row of its own", async () => {
    const { resources } = await prodPreviewOf();
    const rows = section(page("docs/restore.md"), "Production")
      .split("\n")
      .filter((line) => line.startsWith("| "));
    for (const [type, word] of Object.entries(holders)) {
      expect(
        resources.filter((r) => r.type === type),
        type,
      ).not.to.deep.equal([]);
      expect(
        rows.filter((row) => word.test(row)),
        type,
      ).not.to.deep.equal([]);
    }
    // whatever is protected from deletion is data, and has a word above or is not a store
    const kept = resources.filter(
      (r) => r.protect && /aws:(?:rds|docdb|elasticache|s3|efs|dynamodb|opensearch)\//.test(r.type),
    );
    const known = /^aws:(?:rds|docdb|elasticache|s3)\//;
    expect(kept.map((r) => r.type).filter((type) => !known.test(type))).to.deep.equal([]);
  });

  it("has commands that exist: by a moment, by a snapshot, from another account, and for files", () => {
    const text = section(page("docs/restore.md"), "Production");
    const commands = [...text.matchAll(/^make ([a-z-]+) STACK=/gm)].map(([, target = ""]) => target);
    expect(commands).to.include("restore").and.include("backup-key");
    const targets = new Set([...page("Makefile").matchAll(/^([a-z-]+):/gm)].map(([, target]) => target));
    for (const target of commands) expect([...targets], target).to.include(target);
    for (const words of [
      /make restore STACK=prod FROM=\d{4}-\d\d-\d\dT[\d:]+Z/,
      /make restore STACK=prod FROM=NAME/,
      /restore-db-instance-to-point-in-time/,
      /restore-db-cluster-to-point-in-time/,
      /list-object-versions/,
      /make restore STACK=host2 FROM=prod/,
    ])
      expect(text).to.match(words);
  });

  it("goes on to what else has one: the first deployment that breaks off, an upgrade, and the end of the stack", () => {
    const text = page("docs/production.md");
    expect(section(text, "When the first up breaks off")).to.contain("make up STACK=prod");
    expect(section(text, "Deleting it"))
      .to.match(/final snapshot/)
      .and.match(/cost|USD/);
    expect(section(text, "Upgrades")).to.match(/the database goes back first/);
    // what there is is not among what there is not
    for (const path of ["README.md", "docs/production.md"])
      expect(section(page(path), "Not there yet")).not.to.match(/restor/i);
  });
});
