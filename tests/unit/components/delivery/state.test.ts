import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { Delivery, type DeliveryArgs } from "../../../../components/delivery/delivery";
import { stateBucket } from "../../../../settings/formats/state-bucket";
import { record } from "../../../../record/record";
import { policiesOf } from "../../../support/iam/delivery";
import { may } from "../../../support/iam/iam";

const run = (changes: Partial<DeliveryArgs> = {}) =>
  record(
    () =>
      new Delivery(
        "ai-ecosystem-prod-delivery",
        {
          stack: "prod",
          images: ["mongo:8.0.29"],
          domain: "desk.example.com",
          githubRepository: "acme/desk",
          githubOidc: "create",
          stateBucket: "s3://acme-state/desks?region=us-east-1",
          stateKmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1234",
          deletionProtection: true,
          ...changes,
        },
        { providers: [new aws.Provider("aws", { region: "us-east-1" })] },
      ),
    { stack: "prod" },
  );

describe("state of the GitHub roles", () => {
  const pulumiFolder = "arn:aws:s3:::acme-state/desks/.pulumi";
  const key = "arn:aws:kms:us-east-1:123456789012:key/1234";

  it("of this stack is written by the deploy role, its lock and history with it", async () => {
    const policies = policiesOf((await run()).resources, "deploy");
    for (const path of [
      "stacks/ai-ecosystem/prod.json",
      "stacks/ai-ecosystem/prod.json.bak",
      "locks/organization/ai-ecosystem/prod/1.json",
      "history/ai-ecosystem/prod/prod-1.history.json",
      "backups/ai-ecosystem/prod/prod.1.json",
    ]) {
      expect(may(policies, "s3:PutObject", `${pulumiFolder}/${path}`), path).to.be.true;
    }
    expect(may(policies, "s3:GetObject", `${pulumiFolder}/meta.yaml`)).to.be.true;
    expect(may(policies, "s3:ListBucket", "arn:aws:s3:::acme-state")).to.be.true;
    expect(may(policies, "kms:Decrypt", key)).to.be.true;
    expect(may(policies, "kms:GenerateDataKey", key)).to.be.true;
  });

  it("of other stacks, projects and folders is not, nor the key's policy and tags", async () => {
    const policies = policiesOf((await run()).resources, "deploy");
    const context = { "aws:RequestTag/ai-ecosystem:stack": "prod" };
    for (const [action, resource] of [
      ["s3:GetObject", `${pulumiFolder}/stacks/ai-ecosystem/prod-eu.json`],
      ["s3:GetObject", `${pulumiFolder}/stacks/other/prod.json`],
      ["s3:PutObject", `${pulumiFolder}/locks/organization/other/prod/1.json`],
      ["s3:PutObject", `${pulumiFolder}/meta.yaml`],
      ["s3:GetObject", "arn:aws:s3:::acme-state/.pulumi/stacks/ai-ecosystem/prod.json"],
      ["s3:DeleteBucket", "arn:aws:s3:::acme-state"],
      ["s3:PutBucketPolicy", "arn:aws:s3:::acme-state"],
      ["kms:PutKeyPolicy", key],
      ["kms:ScheduleKeyDeletion", key],
      ["kms:TagResource", key],
    ] as const) {
      expect(may(policies, action, resource, context), `${action} on ${resource}`).to.be.false;
    }
  });

  it("in Pulumi Cloud needs no right, and none is given", async () => {
    const { resources } = await run({ stateBucket: undefined, stateKmsKeyArn: undefined });
    for (const role of ["preview", "deploy"]) {
      expect(JSON.stringify(policiesOf(resources, role)), role).not.to.contain(".pulumi");
      expect(may(policiesOf(resources, role), "kms:Decrypt", key), role).to.be.false;
    }
  });

  it("is found by the name of its bucket, or by the address that pulumi login takes", () => {
    expect(stateBucket("acme-state")).to.deep.equal({ name: "acme-state", folder: "" });
    expect(stateBucket("s3://acme-state")).to.deep.equal({ name: "acme-state", folder: "" });
    expect(stateBucket("s3://acme-state/a/b/?region=eu-west-1&awssdk=v2")).to.deep.equal({
      name: "acme-state",
      folder: "a/b/",
    });
    for (const text of [
      "",
      "Acme",
      "ab",
      "a..b",
      "192.168.0.1",
      "s3://",
      "s3://acme-state/*",
      "gs://acme-state",
      "acme/x",
    ]) {
      expect(stateBucket(text), text).to.be.undefined;
    }
  });
});
