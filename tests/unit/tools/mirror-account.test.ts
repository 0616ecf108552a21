import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ParsedAws } from "../../../settings/aws/settings";
import { accountThatAnswers, useAccount } from "../../../tools/mirror/account";
import { CliError } from "../../../tools/mirror/programs";
import { failureOf } from "../../support/recorded/failure";

/** Answers as account 111122223333, and notes what it was called with. */
const cli = `#!/bin/sh
echo "$* region=$AWS_REGION profile=$AWS_PROFILE key=$AWS_ACCESS_KEY_ID" >> "$CALLS"
echo 111122223333
`;

describe("the account of make images", () => {
  const before = { ...process.env };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mirror-"));
    writeFileSync(join(folder, "aws"), cli, { mode: 0o755 });
    Object.assign(process.env, {
      PATH: `${folder}:${before["PATH"] ?? ""}`,
      CALLS: join(folder, "calls"),
      AWS_REGION: "ap-south-1",
      AWS_PROFILE: "",
      AWS_ACCESS_KEY_ID: "KEYOFshell",
    });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  });

  const config = (placeholders: readonly string[] = []) => ({
    project: "ai-ecosystem",
    stack: "prod",
    values: {},
    secretKeys: [],
    placeholders,
  });
  const aws = (keys: Partial<ParsedAws> = {}): ParsedAws => ({ region: "eu-central-1", ...keys });
  const calls = () => readFileSync(join(folder, "calls"), "utf8");

  it("is the stack's, by its profile and in its region, whatever the shell says", async () => {
    useAccount(aws({ profile: "customer-a" }), config());
    expect(await accountThatAnswers(aws({ allowedAccountIds: ["111122223333"] }), "prod")).to.equal("111122223333");
    expect(calls()).to.equal(
      "sts get-caller-identity --query Account --output text --profile customer-a region=eu-central-1 profile=customer-a key=\n",
    );
  });

  it("is the shell's where the stack says none", async () => {
    useAccount(aws(), config());
    expect(await accountThatAnswers(aws(), "prod")).to.equal("111122223333");
    expect(calls()).to.contain("text region=eu-central-1 profile= key=KEYOFshell");
  });

  it("must be one that the stack allows", async () => {
    const message = async (keys: Partial<ParsedAws>) =>
      String(await failureOf(() => accountThatAnswers(aws(keys), "prod")));
    const refused = await message({ allowedAccountIds: ["999988887777", "444455556666"] });
    expect(refused).to.contain("account 111122223333, which aws:allowedAccountIds of the stack prod");
    expect(refused).to.contain("(999988887777, 444455556666)");
    expect(await message({ forbiddenAccountIds: ["111122223333"] })).to.contain("aws:forbiddenAccountIds");
  });

  it("decrypts nothing, and says what to do then", () => {
    expect(() => {
      useAccount(aws(), config(["aws:allowedAccountIds[0]"]));
    }).to.throw(CliError, "aws:allowedAccountIds[0] is encrypted");
    const pair = aws({ accessKey: "encrypted-placeholder", secretKey: "encrypted-placeholder" });
    expect(() => {
      useAccount(pair, config(["aws:secretKey"]));
    }).to.throw(CliError, "the key must come from the shell");
    useAccount({ ...pair, allowedAccountIds: ["111122223333"] }, config(["aws:secretKey"]));
    expect(process.env["AWS_ACCESS_KEY_ID"]).to.equal("KEYOFshell");
  });
});
