import { expect } from "chai";
import type { RecordedResource } from "../../../record/record";
import { everything, recordProd } from "../../support/recorded/prod";
import { meet, useless } from "../../support/iam/reference";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}
const list = (value: string | readonly string[] | undefined) =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const documents = (resources: readonly RecordedResource[]) =>
  resources
    .filter((r) => r.type.startsWith("aws:iam/") && typeof r.inputs["policy"] === "string")
    .map(
      (r) =>
        [r.name, (JSON.parse(String(r.inputs["policy"])) as { Statement: readonly Statement[] }).Statement] as const,
    );

describe("rights by what AWS can limit actions to", function () {
  it("name resources that their actions know, everywhere (AWS-20)", async () => {
    const wrong = new Set<string>();
    let looked = 0;
    for (const values of [everything, {}]) {
      for (const [name, statements] of documents((await recordProd(values)).resources)) {
        for (const { Sid = "", Effect, Action, Resource } of statements.filter((s) => s.Effect === "Allow")) {
          for (const action of list(Action)) {
            const reason = useless(action, list(Resource));
            looked += 1;
            if (reason !== undefined) wrong.add(`${name} ${Sid} ${Effect}: ${action} ${reason}`);
          }
        }
      }
    }
    expect(looked).to.be.greaterThan(400);
    expect([...wrong]).to.deep.equal([]);
  });

  it("finds what never holds", () => {
    expect(useless("sns:Unsubscribe", ["arn:aws:sns:*:1:desk-*"])).to.equal("knows no resource, only *");
    expect(useless("sns:Unsubscribe", ["*"])).to.equal(undefined);
    expect(useless("s3:ListBucket", ["arn:aws:s3:::desk-1"])).to.equal(undefined);
    expect(useless("sns:Publish", ["arn:aws:sqs:us-east-1:1:desk"])).to.contain("is limited to");
    expect(useless("s3:NoSuchAction", ["*"])).to.contain("look it up");
    expect(meet("sns:*:*:*", "sns:us-east-1:1:desk-*")).to.equal(true);
    expect(meet("ab*c", "a*d")).to.equal(false);
  });
});
