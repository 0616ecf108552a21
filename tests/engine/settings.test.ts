import { expect } from "chai";
import { need, needVariable } from "../support/need";
import { Project } from "../support/engine/project";

/** What a program that failed by itself, and not by its reader's mistake, prints. */
const stackTrace = /^\s+at .+:\d+:\d+\)?$|unhandled|\w(Error|Exception)\b/m;

describe("settings in the real engine", function () {
  let project: Project;

  before(async function () {
    need(this, "pulumi");
    need(this, "git");
    needVariable(this, "AWS_ENDPOINT_URL", "an emulated AWS");
    project = new Project();
    await project.init();
  });

  after(() => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- not there when the suite is skipped
    project?.remove();
  });

  /** Previews with settings changed, and puts the stack's file back. */
  async function preview(...changes: readonly string[]) {
    const file = "Pulumi.sandbox.yaml";
    project.keep(file);
    for (const change of changes) await project.succeed(`config ${change}`);
    const result = await project.pulumi("preview");
    project.restore(file);
    return result;
  }

  it("previews the settings of the example", async () => {
    const { status, output } = await preview();
    expect(status, output).to.equal(0);
    expect(output).to.match(/^ +\+ \d+ to create$/m);
  });

  it("lists every problem at once, each with key, value, what is allowed and an example", async () => {
    const { status, output } = await preview(
      "set-all --path --plaintext ai-ecosystem:instanceType=m5.large --plaintext ai-ecosystem:swapSizeGb=many " +
        "--plaintext ai-ecosystem:instnceType=t3.small --plaintext ai-ecosystem:sshAllowedCidrs[0]=0.0.0.0/0",
    );
    expect(status, output).not.to.equal(0);
    expect(output).to.contain("The stack's configuration has 4 problems:");
    expect(output).to.match(
      /- ai-ecosystem:instanceType = m5\.large: .*\n +allowed: .*t3.*\n +example: pulumi config set /,
    );
    expect(output).to.match(/- ai-ecosystem:swapSizeGb = many: .*\n +allowed: a whole number/);
    expect(output).to.contain("- ai-ecosystem:instnceType: is not known; did you mean instanceType?");
    expect(output).to.match(/- ai-ecosystem:sshAllowedCidrs = .*0\.0\.0\.0\/0.*opens SSH to the whole internet/);
    expect(output).not.to.match(stackTrace);
    // nothing was planned beside the stack itself
    expect(output).not.to.contain("aws:");
  });

  it("names a setting that is required and missing", async () => {
    const { status, output } = await preview("rm ai-ecosystem:sshAllowedCidrs");
    expect(status, output).not.to.equal(0);
    expect(output).to.contain("The stack's configuration has 1 problem:");
    expect(output).to.contain("- ai-ecosystem:sshAllowedCidrs: is required when topology is host");
    expect(output).not.to.match(stackTrace);
  });

  it("names what another topology requires, before it plans anything of it", async () => {
    const { status, output } = await preview("set ai-ecosystem:topology fargate");
    expect(status, output).not.to.equal(0);
    expect(output).to.match(/The stack's configuration has \d problems?:/);
    expect(output).to.match(/- ai-ecosystem:domain: is required when topology is fargate\n +allowed: .*\n +example: /);
    expect(output).not.to.match(stackTrace);
    expect(output).not.to.contain("aws:");
  });

  it("refuses a secret in plain text, and does not repeat it", async () => {
    const { status, output } = await preview("set --plaintext ai-ecosystem:openaiApiKey sk-hunter2hunter2");
    expect(status, output).not.to.equal(0);
    expect(output).to.match(
      /- ai-ecosystem:openaiApiKey: is a secret and stands in plain text; set it again with --secret/,
    );
    expect(output).to.match(/pulumi config set -s \S+ --secret ai-ecosystem:openaiApiKey/);
    expect(output).not.to.contain("hunter2");
    expect(output).not.to.match(stackTrace);
  });

  it("takes the same secret encrypted", async () => {
    const { status, output } = await preview("set --secret ai-ecosystem:openaiApiKey sk-hunter2hunter2");
    expect(status, output).to.equal(0);
    expect(output).not.to.contain("hunter2");
  });
});
