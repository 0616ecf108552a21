import { expect } from "chai";
import { awsProxy, type AwsProxy } from "../../support/aws-proxy";
import { makeZone } from "../../support/aws-request";
import { History } from "../../support/history";
import { Project } from "../../support/project";

/** One deployment of production from its making to its end; nothing runs in it. */
export class Production {
  readonly project: Project;
  readonly history: History;
  /** Whether it was made. */
  made = false;

  private constructor(readonly aws: AwsProxy) {
    this.project = new Project("prod", { AWS_ENDPOINT_URL: aws.url });
    this.history = new History(this.project);
  }

  static async create(endpoint: string): Promise<Production> {
    const zone = "example.com";
    await makeZone(zone);
    const production = new Production(await awsProxy(endpoint));
    await production.project.init({ "ai-ecosystem:domain": zone, "ai-ecosystem:hostedZone": zone });
    return production;
  }

  remove(): void {
    this.aws.close();
    this.project.remove();
  }

  /** A command of which only success will do. @returns what it changed */
  async succeed(command: string): Promise<string[]> {
    const { status, output } = await this.history.run(command);
    expect(status, `pulumi ${command}\n${output}`).to.equal(0);
    return this.history.changes();
  }

  up(): Promise<string[]> {
    return this.succeed("up --yes --skip-preview");
  }

  set(key: string, value: string | number | boolean): Promise<string> {
    return this.project.succeed(`config set --path ai-ecosystem:${key} ${value}`);
  }
}

export type GetProduction = () => Production;
