import { expect } from "chai";
import { makeZone } from "../../support/aws/request";
import { EmulatedAws, type EmulatedAwsOptions } from "../../support/aws/emulated";
import { History } from "../../support/engine/history";
import { Project } from "../../support/engine/project";

/** One deployment of production from its making to its end; nothing runs in it, but what comes too early is refused. */
export class Production {
  readonly project = new Project("prod");
  readonly history = new History(this.project);
  /** Whether it was made. */
  made = false;

  private constructor(readonly aws: EmulatedAws) {}

  static async create(options: EmulatedAwsOptions): Promise<Production> {
    const zone = "example.com";
    await makeZone(zone);
    const production = new Production(new EmulatedAws(options));
    await production.aws.strict();
    await production.project.init({ "ai-ecosystem:domain": zone, "ai-ecosystem:hostedZone": zone });
    return production;
  }

  async remove(): Promise<void> {
    await this.aws.lenient();
    this.project.remove();
  }

  /** A command of which only success will do. @returns what it changed */
  async succeed(command: string): Promise<string[]> {
    const { status, output } = await this.history.run(command);
    expect(status, `pulumi ${command}\n${output}`).to.equal(0);
    return this.history.changes();
  }

  /** As much at a time as there is: whatever does not wait comes first. And it is in order, by luck or not. */
  async up(): Promise<string[]> {
    const changes = await this.succeed("up --yes --skip-preview --parallel 100");
    await this.inOrder();
    return changes;
  }

  /** Nothing came too early, and nothing could have: for all that a call needed there is a dependency. */
  async inOrder(): Promise<void> {
    expect(await this.aws.violations()).to.deep.equal([]);
    const missing = await this.aws.missing(this.project.json("stack", "export"), this.project.folder);
    expect(missing).to.match(/^\d+ requirements, 0 missing/);
  }

  set(key: string, value: string | number | boolean, ...flags: readonly string[]): Promise<string> {
    return this.project.succeed(["config set", ...flags, `--path ai-ecosystem:${key} ${value}`].join(" "));
  }

  unset(key: string): Promise<string> {
    return this.project.succeed(`config rm --path ai-ecosystem:${key}`);
  }
}

export type GetProduction = () => Production;
