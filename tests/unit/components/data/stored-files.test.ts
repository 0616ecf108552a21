import { createHash } from "node:crypto";
import { expect } from "chai";
import { violations } from "../../../../policies/engine/evaluate";
import { rules } from "../../../../policies/rules";
import { stackOf } from "../../../../policies/engine/inputs";
import { dumpName } from "../../../../services/dump";
import { importName } from "../../../../services/import";
import type { Container } from "../../../../services/model/types";
import type { RecordedResource } from "../../../../record/record";
import { may, type Document } from "../../../support/iam/iam";
import { prodCatalogue, prodSettings } from "../../../support/recorded/profile";
import { recordProd } from "../../../support/recorded/prod";

const prefix = "ai-ecosystem-prod-";
const typed = (resources: readonly RecordedResource[], type: string) => resources.filter((r) => r.type === type);
const buckets = (resources: readonly RecordedResource[]) => typed(resources, "aws:s3/bucket:Bucket").map((r) => r.name);

interface Definition {
  readonly name: string;
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

describe("files of production in S3", function () {
  let resources: readonly RecordedResource[];
  const settings = prodSettings();
  const { services, jobs } = prodCatalogue(settings);
  const all: readonly Container[] = [...services, ...jobs];
  before(async () => {
    ({ resources } = await recordProd());
  });

  const rights = (name: string): Document[] =>
    typed(resources, "aws:iam/rolePolicy:RolePolicy")
      .filter((r) => r.name === `${prefix}services-${name}-task-policy`)
      .map((r) => JSON.parse(String(r.inputs["policy"])) as Document);
  const definitions = (name: string): Definition[] => {
    const found = resources.find(
      (r) => r.type === "aws:ecs/taskDefinition:TaskDefinition" && r.name === `${prefix}services-${name}-task`,
    );
    return JSON.parse(String(found?.inputs["containerDefinitions"])) as Definition[];
  };
  /** Name in AWS of the bucket that services call so; the recorder's is the resource's. */
  const bucketOf = (files: { readonly bucket: string }) => `${prefix}data-${files.bucket}-bucket`;

  it("lie in a bucket that the container is told of, and that no other application reaches", () => {
    const keeping = all.filter((c) => c.files !== undefined);
    expect(keeping.map((c) => c.name)).to.include.members(["chatwoot-web", "chatwoot-sidekiq", "librechat"]);
    // they read and fill all of them, which has tests of its own
    for (const { name, files } of all.filter((c) => c.name !== dumpName && c.name !== importName)) {
      const own = files === undefined ? undefined : bucketOf(files);
      const values = definitions(name).flatMap((d) => (d.environment ?? []).map((e) => e.value));
      if (own !== undefined) expect(values, name).to.include(own);
      for (const bucket of buckets(resources).filter((b) => !b.endsWith("-releases"))) {
        for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
          const reaches = may(rights(name), action, `arn:aws:s3:::${bucket}/x1y2z3`);
          expect(reaches, `${name}: ${action} in ${bucket}`).to.equal(bucket === own);
        }
        expect(may(rights(name), "s3:ListBucket", `arn:aws:s3:::${bucket}`), name).to.equal(bucket === own);
      }
    }
    expect(new Set(keeping.map((c) => `${c.image} ${c.files?.bucket ?? ""}`)).size).to.equal(2);
    expect(new Set(keeping.map((c) => c.files?.bucket)).size).to.equal(2);
  });

  it("stay with the bucket when an application is switched off", async () => {
    const off = {
      "chatwoot-web": { enabled: false },
      "chatwoot-sidekiq": { enabled: false },
      librechat: { enabled: false },
    };
    const { resources: less } = await recordProd({ services: JSON.stringify(off) });
    expect(buckets(less)).to.have.members(buckets(resources));
  });

  it("are read by the pages that show them, from nowhere else (AWS-15)", () => {
    const rulesOf = Object.fromEntries(
      typed(resources, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration").map((r) => [
        String(r.inputs["bucket"]).replace("-id", ""),
        r.inputs["corsRules"] as { allowedOrigins: string[]; allowedMethods: string[] }[],
      ]),
    );
    const origins = Object.values(rulesOf).flatMap((list) => list.flatMap((rule) => rule.allowedOrigins));
    expect(origins).to.have.members(["https://desk.example.com", "https://chat.example.com"]);
    for (const rule of Object.values(rulesOf).flat()) expect(rule.allowedMethods).to.deep.equal(["GET", "HEAD"]);
  });

  it("that tasks execute are in a bucket which tasks may only read, and are what the definition says (AWS-18)", () => {
    const archive = resources.find((r) => r.name === `${prefix}releases-archive`);
    const content = String(archive?.inputs["content"]);
    const sha256 = createHash("sha256").update(content).digest("hex");
    for (const { name, mounts = [] } of all) {
      const command =
        definitions(name)
          .find((d) => d.name === "files")
          ?.command?.join(" ") ?? "";
      const fetched = /s3:\/\/([^/]+)\/(\S+) /.exec(command);
      expect(fetched !== null, name).to.equal(mounts.length > 0);
      if (fetched === null) continue;
      const [, bucket = "", key = ""] = fetched;
      expect(bucket).to.equal(`${prefix}releases`);
      expect(command).to.contain(sha256);
      expect(may(rights(name), "s3:GetObject", `arn:aws:s3:::${bucket}/${key}`), name).to.equal(true);
    }
    const executed = rules.filter((r) => r.id === "AIE-ECS-13");
    const stack = stackOf(resources);
    expect(executed.flatMap((rule) => resources.flatMap((r) => violations(rule, r, stack)))).to.deep.equal([]);
  });

  it("that definitions of before execute can still be read, and be written by nobody", () => {
    const former = `arn:aws:s3:::${prefix}data-files-bucket/releases/0123456789abcdef.sh`;
    for (const { name, mounts = [] } of all) {
      expect(may(rights(name), "s3:GetObject", former), name).to.equal(
        mounts.length > 0 || name.startsWith("chatwoot"),
      );
      // an administrator's, once in a stack's life, for every file of the bucket
      if (name === importName) continue;
      for (const action of ["s3:PutObject", "s3:DeleteObject"]) {
        expect(may(rights(name), action, former), `${name}: ${action}`).to.equal(false);
      }
    }
  });
});
