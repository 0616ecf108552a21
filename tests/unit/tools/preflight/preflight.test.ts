import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../../../../tools/cli-error";
import { refusalOf, Unasked, type Ask } from "../../../../tools/preflight/aws";
import { checks, inspect, repair, skippedChecks } from "../../../../tools/preflight/checks";
import { refusal, resultLines } from "../../../../tools/preflight/text";
import type { Plan } from "../../../../tools/preflight/types";
import { paintFor } from "../../../../tools/preview/table";
import { awsAccount } from "../../../support/aws/account";
import {
  by,
  domain,
  hostPlan,
  look,
  nobody,
  prodPlan,
  ready,
  roles,
  route53,
  running,
  states,
} from "../../../support/aws/preflight";
import { root } from "../../../support/root";

describe("the look before a deployment", function () {
  let plan: Plan;
  let budgeted: Plan;
  before(async () => {
    plan = await prodPlan({ alertEmail: "ops@acme.io" });
    budgeted = await prodPlan({ alertEmail: "ops@acme.io", monthlyBudgetUsd: "900" });
  });

  it("finds nothing in an account where all is ready", async () => {
    const { results } = await look(plan, ready(plan));
    expect(states(results, "missing", "warning", "unknown")).to.deep.equal([]);
    expect(by(results, "credentials").says).to.contain("111122223333").and.contain("us-east-1").and.contain("user/ops");
    expect(refusal(results, "prod")).to.deep.equal([]);
  });

  it("says all that is missing at once, with what to do, and makes nothing", async () => {
    const { results, calls } = await look(
      plan,
      {
        quotas: { "L-3032A538": 2 },
        addresses: 4,
        vpcs: 5,
        zones: { "acme.io": ["support.acme.io A", "desk.support.acme.io CNAME"] },
      },
      nobody,
    );
    const after = await repair(results);
    expect(states(after, "missing")).to.have.members([
      "delegation",
      "records",
      "fargate-vcpu",
      "elastic-ips",
      "vpcs",
      "images",
    ]);
    expect(calls.map((c) => c.call)).not.to.include("iam create-service-linked-role");
    const text = [...resultLines(after, paintFor(false)), ...refusal(after, "prod")].join("\n");
    expect(text)
      .to.contain("support.acme.io (A), desk.support.acme.io (CNAME)")
      .and.contain("not delegated")
      .and.match(
        /request-service-quota-increase --service-code fargate --quota-code L-3032A538 --desired-value \d+ --region us-east-1/,
      )
      .and.contain("--quota-code L-0263D0A3 --desired-value 6")
      .and.contain("--quota-code L-F678F1CE --desired-value 6")
      .and.contain("hours to days")
      .and.contain("make repositories STACK=prod")
      .and.contain("make images STACK=prod")
      .and.contain("Nothing was made")
      .and.match(/SKIP_CHECKS=\S*fargate-vcpu/);
  });

  it("a running stack is not stopped by what only its making needs", async () => {
    const { results, calls } = await look(
      running(plan),
      {
        ...ready(plan),
        vpcs: 5,
        addresses: 5,
        natGateways: Array.from({ length: 5 }, () => "us-east-1a"),
        zones: {
          "acme.io": ["support.acme.io A", "support.acme.io AAAA", "desk.support.acme.io A", "chat.support.acme.io A"],
        },
      },
      nobody,
    );
    expect(states(results, "missing")).to.deep.equal([]);
    // nothing to make: nothing to ask
    expect(calls.map((c) => c.call)).not.to.include("ec2 describe-addresses");
  });

  it("what may not be asked is not known, never good, and stops nothing", async () => {
    const denied = ["AccessDeniedException", "User is not authorized to perform this"] as const;
    const { calls } = await look(budgeted, ready(plan));
    const refuses = Object.fromEntries(
      [...new Set(calls.map((c) => c.call))].filter((c) => !c.startsWith("sts")).map((call) => [call, denied]),
    );
    const { results } = await look(budgeted, { ...ready(plan), refuses });
    expect(states(results, "missing")).to.deep.equal([]);
    expect(states(results, "good")).to.have.members(["credentials", "delegation", "alerts", "versions"]);
    expect(by(results, "elastic-ips").says).to.contain("may not ask");
  });

  it("without credentials nothing else is asked, and the deployment does not begin", async () => {
    const { results, calls } = await look(plan, {
      ...ready(plan),
      refuses: { "sts get-caller-identity": ["ExpiredToken", "The security token included in the request is expired"] },
    });
    expect(calls.length).to.equal(1);
    expect(states(results, "missing")).to.deep.equal(["credentials"]);
    expect(by(results, "images").says).to.equal("not asked");
  });

  it("another account than the stack's stops the deployment", async () => {
    const told = async (account: string) => {
      const provider = { ...plan.settings.provider, allowedAccountIds: [account] };
      const { results } = await look({ ...plan, settings: { ...plan.settings, provider } }, ready(plan));
      return by(results, "credentials");
    };
    expect((await told("111122223333")).state).to.equal("good");
    expect(await told("999988887777")).to.include({ state: "missing" });
  });

  it("without the AWS CLI nothing is known, and the deployment goes on", async () => {
    const ask: Ask = () => Promise.reject(new Unasked("the AWS CLI is not installed"));
    const results = await inspect({ plan, ask, names: route53 });
    expect(states(results, "missing")).to.deep.equal([]);
    expect(by(results, "credentials").says).to.contain("AWS CLI is not installed");
    expect(by(results, "fargate-vcpu").state).to.equal("unknown");
  });

  describe("of the sandbox", () => {
    it("asks what one host needs, and no more", async () => {
      const host = await hostPlan({ alertEmail: "ops@acme.io" });
      const { results, calls } = await look(host, { quotas: { "L-1216C47A": 1 }, addresses: 5 });
      expect(states(results, "missing")).to.have.members(["instance-vcpu", "elastic-ips"]);
      expect(calls.map((c) => c.call.split(" ")[0])).not.to.include.members(["ecr"]);
      expect(results.map((r) => r.check.name)).not.to.include("fargate-vcpu");
    });

    it("is warned of a zone without delegation, as certificates come later", async () => {
      const { results } = await look(await hostPlan(domain), { zones: { "acme.io": [] } }, nobody);
      expect(by(results, "delegation").state).to.equal("warning");
    });

    it("runs already: its own vCPU are no hindrance", async () => {
      const { results } = await look(running(await hostPlan({})), {
        quotas: { "L-1216C47A": 2 },
        usage: { "L-1216C47A": 2 },
      });
      expect(by(results, "instance-vcpu").state).to.equal("good");
    });
  });

  describe("SKIP_CHECKS", () => {
    it("leaves checks out, and says so", async () => {
      const { ask, calls } = awsAccount({ zones: { "acme.io": [] }, quotas: { "L-3032A538": 1 }, roles });
      const results = await inspect({ plan, ask, names: route53 }, skippedChecks("fargate-vcpu, images"));
      expect(states(results, "skipped")).to.deep.equal(["fargate-vcpu", "images"]);
      expect(states(results, "missing")).to.deep.equal([]);
      expect(calls.map((c) => c.call)).not.to.include("ecr list-images");
    });

    it("all: nobody is asked", async () => {
      const { ask, calls } = awsAccount({});
      const results = await inspect({ plan, ask, names: nobody }, skippedChecks("all"));
      expect(calls).to.deep.equal([]);
      expect(new Set(results.map((r) => r.state))).to.deep.equal(new Set(["skipped"]));
    });

    it("with a name that is none is refused with the list", () => {
      expect(() => skippedChecks("fargate,images")).to.throw(CliError, "fargate");
      expect(skippedChecks(undefined).size + skippedChecks("").size).to.equal(0);
    });
  });

  it("has a step in docs/production.md for each check, in this order", () => {
    const text = readFileSync(join(root, "docs/production.md"), "utf8");
    const section = /## Before you begin\n([\s\S]*?)\n## /.exec(text)?.[1] ?? "";
    const steps = [...section.matchAll(/^\d+\. \*\*(.+?)\*\*/gm)].map((m) => m[1]);
    const titles = checks.filter((c) => c.topologies.includes("fargate")).map((c) => c.title);
    expect(steps).to.deep.equal(titles);
  });
});

describe("errors of the AWS CLI", () => {
  it("are taken apart", () => {
    const denied = refusalOf(
      "\nAn error occurred (AccessDeniedException) when calling the GetServiceQuota operation: User: arn:aws:iam::1:user/x is not authorized\n",
    );
    expect(denied).to.include({ code: "AccessDeniedException", operation: "GetServiceQuota", denied: true });
    const later = refusalOf(
      "An error occurred (TooManyRequestsException) when calling the GetServiceQuota operation (reached max retries: 4): slow down",
    );
    expect(later).to.include({ code: "TooManyRequestsException", denied: false, message: "slow down" });
    expect(refusalOf("Unable to locate credentials. You can configure credentials by running …").message).to.contain(
      "credentials",
    );
    // EC2's own word for it
    expect(
      refusalOf("An error occurred (UnauthorizedOperation) when calling the DescribeAddresses operation: You are not"),
    ).to.include({ denied: true });
  });
});
