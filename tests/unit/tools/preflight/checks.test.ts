import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageRef } from "../../../../components/delivery/image-ref";
import { imagesOf } from "../../../../templates/images";
import { repair } from "../../../../tools/preflight/checks";
import type { Plan } from "../../../../tools/preflight/types";
import type { Account } from "../../../support/aws/account";
import { by, look, prodPlan, ready, roles, running } from "../../../support/aws/preflight";
import { root } from "../../../support/root";

describe("what the look asks of production", function () {
  let plan: Plan;
  let budgeted: Plan;
  before(async () => {
    plan = await prodPlan({ alertEmail: "ops@acme.io" });
    budgeted = { ...plan, settings: { ...plan.settings, monthlyBudgetUsd: 900 } };
  });

  describe("the vCPU of Fargate", () => {
    const asked = async (account: Account, of: Plan = plan) =>
      by((await look(of, { ...ready(plan), ...account })).results, "fargate-vcpu");

    /** On demand, of the tasks that there always are. */
    const atRest = () =>
      plan.catalogue.services.reduce(
        (sum, { fargate }) => sum + (fargate === undefined || fargate.spot ? 0 : fargate.cpu * fargate.minTasks),
        0,
      );

    it("at rest are a must, those of a rolling update a warning (AWS-6)", async () => {
      const rest = atRest();
      expect((await asked({ quotas: { "L-3032A538": rest - 0.25 } })).state).to.equal("missing");
      const few = await asked({ quotas: { "L-3032A538": 2 * rest - 0.5 } });
      expect(few.state).to.equal("warning");
      expect(few.says)
        .to.contain(`${2 * rest - 0.5} allowed`)
        .and.contain(`${rest} needed at rest`)
        .and.contain(`${2 * rest} in an update`);
      expect((await asked({ quotas: { "L-3032A538": 64 } })).state).to.equal("good");
    });

    it("are counted beside what others in the account run", async () => {
      const { state, says } = await asked({ quotas: { "L-3032A538": 64 }, usage: { "L-3032A538": 62 } });
      expect(state).to.equal("missing");
      expect(says).to.contain("62 in use by others");
    });

    it("of a running stack are its own, and too few of them stop no update", async () => {
      const there = running(plan);
      const rest = atRest();
      const own = { "L-3032A538": rest };
      expect((await asked({ quotas: { "L-3032A538": 64 }, usage: own }, there)).says).not.to.contain("by others");
      expect((await asked({ quotas: { "L-3032A538": rest + 0.5 }, usage: own }, there)).state).to.equal("warning");
      expect((await asked({ quotas: { "L-3032A538": rest - 1.5 }, usage: own }, there)).state).to.equal("warning");
    });

    it("grow with the settings", async () => {
      const large = await prodPlan({
        alertEmail: "ops@acme.io",
        services: '{"librechat":{"minTasks":4,"cpu":2,"memoryMb":4096}}',
      });
      expect((await asked({ quotas: { "L-3032A538": 9 } }, large)).state).to.equal("missing");
      expect((await asked({ quotas: { "L-3032A538": 11 } }, large)).state).to.equal("warning");
    });

    it("are not known when nobody may look at their use", async () => {
      const answer = await asked({
        refuses: { "cloudwatch get-metric-statistics": ["AccessDenied", "no"] },
      });
      expect(answer.state).to.equal("unknown");
    });
  });

  describe("service-linked roles", () => {
    const without = (plan_: Plan) => ({ ...ready(plan_), roles: roles.slice(1) });

    it("are made when they are absent, and it is said (AWS-6)", async () => {
      const { results, calls } = await look(plan, without(plan));
      expect(by(results, "service-linked-roles").state).to.equal("warning");
      const after = by(await repair(results), "service-linked-roles");
      expect(after).to.include({ state: "made", says: "made: ecs" });
      expect(calls.filter((c) => c.call.includes("create")).map((c) => c.input)).to.deep.equal([
        { AWSServiceName: "ecs.amazonaws.com" },
      ]);
    });

    it("may be made by somebody else meanwhile", async () => {
      const { results } = await look(plan, {
        ...without(plan),
        refuses: {
          "iam create-service-linked-role": [
            "InvalidInput",
            "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix.",
          ],
        },
      });
      expect(by(await repair(results), "service-linked-roles").state).to.equal("made");
    });

    it("stop nothing when they may not be made, as AWS makes them itself", async () => {
      const { results } = await look(plan, {
        ...without(plan),
        refuses: { "iam create-service-linked-role": ["AccessDenied", "not authorized"] },
      });
      expect(by(await repair(results), "service-linked-roles").state).to.equal("unknown");
    });

    it("are those that the deploy role may make, too", () => {
      const source = readFileSync(join(root, "components/delivery/identity.ts"), "utf8");
      const [, list = ""] = /const linkedServices = \[([\s\S]*?)\];/.exec(source) ?? [];
      const own = readFileSync(join(root, "tools/preflight/checks/roles.ts"), "utf8");
      const services = [...own.matchAll(/service: "([\w.-]+)"/g)].map((m) => `${m[1] ?? ""}.amazonaws.com`);
      expect([...list.matchAll(/"([^"]+)"/g)].map((m) => m[1])).to.include.members(services);
    });
  });

  describe("names in the zone", () => {
    const byId = (hostedZone: string): Plan => ({ ...plan, settings: { ...plan.settings, hostedZone } });
    const asked = async (zones: Account["zones"], of: Plan = plan) =>
      by((await look(of, { ...ready(plan), ...(zones === undefined ? {} : { zones }) })).results, "records");

    for (const record of [
      "support.acme.io A",
      "support.acme.io AAAA",
      "n8n.support.acme.io CNAME",
      "data.support.acme.io NS",
    ]) {
      it(`are taken: ${record} (AWS-12)`, async () => {
        const answer = await asked({ "acme.io": [record] });
        expect(answer.state).to.equal("missing");
        expect(answer.says).to.contain(record.split(" ")[0]);
      });
    }

    it("an apex with mail and name servers, or a site beside it, are no hindrance", async () => {
      const zones = {
        "acme.io": ["acme.io NS", "acme.io SOA", "acme.io MX", "acme.io TXT", "*.acme.io A", "shop.acme.io A"],
      };
      expect((await asked(zones, await prodPlan({ domain: "acme.io" }))).state).to.equal("good");
    });

    it("a zone that is not in the account is missing; by its id, too", async () => {
      expect((await asked({ "acme.com": [] })).says).to.contain("no public zone acme.io");
      expect((await asked({}, byId("Z0123456789ABC"))).says).to.contain("no public zone Z0123456789ABC");
    });

    it("a zone by its id is looked into", async () => {
      const answer = await asked({ "acme.io": ["desk.support.acme.io A"] }, byId("ZACMEIO"));
      expect(answer.says).to.contain("desk.support.acme.io (A)");
    });
  });

  it("another zone of the same name, which the internet asks, is told", async () => {
    const other = { ...ready(plan), nameServers: ["ns-9.awsdns-09.org", "ns-8.awsdns-08.co.uk"] };
    const answer = by((await look(plan, other)).results, "delegation");
    expect(answer.state).to.equal("missing");
    expect((answer.hint ?? []).join()).to.contain("ns-8.awsdns-08.co.uk, ns-9.awsdns-09.org");
    expect(by((await look(running(plan), other)).results, "delegation").state).to.equal("warning");
    const refuses = { "route53 get-hosted-zone": ["AccessDenied", "no"] as const };
    expect(by((await look(plan, { ...ready(plan), refuses })).results, "delegation").state).to.equal("good");
  });

  describe("images", () => {
    it("that the registry has not are named", async () => {
      const [first = ""] = imagesOf(plan.catalogue);
      const tags = ready(plan).images?.("") ?? [];
      const { results } = await look(plan, {
        ...ready(plan),
        images: () => tags.filter((t) => t !== imageRef(first).tag),
      });
      expect(by(results, "images").state).to.equal("missing");
      expect(by(results, "images").says).to.contain(first);
    });
  });

  describe("alarms", () => {
    const answer = async (of: Plan, subscriptions: Account["subscriptions"]) => {
      const { results, calls } = await look(of, {
        ...ready(plan),
        ...(subscriptions === undefined ? {} : { subscriptions }),
      });
      return { ...by(results, "alerts"), regions: calls.filter((c) => c.call.startsWith("sns")).map((c) => c.region) };
    };

    it("reach nobody without an address", async () => {
      const { state, says } = await answer(await prodPlan({}), {});
      expect({ state, says }).to.deep.equal({ state: "warning", says: "alarms reach nobody" });
    });

    it("wait for a link to be followed; the topic is asked where it is", async () => {
      const there = running(plan);
      const pending = await answer(there, { "Ops@acme.io": "PendingConfirmation" });
      expect(pending.state).to.equal("warning");
      expect(pending.says).to.contain("has not confirmed");
      expect([...new Set(pending.regions)]).to.deep.equal(["eu-west-1"]);
      expect((await answer(there, { "ops@acme.io": "arn:aws:sns:eu-west-1:111122223333:t:1" })).state).to.equal("good");
      expect((await answer(there, {})).says).to.contain("is not subscribed");
    });
  });

  describe("the budget", () => {
    const asked = async (account: Account, of: Plan = budgeted) =>
      by((await look(of, { ...ready(plan), ...account })).results, "budget");

    it("watches nothing while its tag is not active (AWS-13)", async () => {
      const answer = await asked({ costTag: "Inactive" });
      expect(answer.state).to.equal("warning");
      expect(answer.says).to.contain("watches nothing yet");
      expect((answer.hint ?? []).join("\n")).to.contain(
        "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status 'TagKey=ai-ecosystem:stack,Status=Active'",
      );
      expect((await asked({})).state).to.equal("good");
    });

    it("is not known in a member account of an organization, and why", async () => {
      const answer = await asked({
        refuses: {
          "ce list-cost-allocation-tags": [
            "AccessDeniedException",
            "Failed to list Cost Allocation Tags: Linked account doesn't have access to cost allocation tags.",
          ],
        },
      });
      expect(answer.state).to.equal("unknown");
      expect(answer.says).to.contain("management account");
    });

    it("below what is always paid is said, whatever else is known", async () => {
      const low = { ...budgeted, settings: { ...budgeted.settings, monthlyBudgetUsd: 20 } };
      for (const account of [
        {},
        { refuses: { "ce list-cost-allocation-tags": ["AccessDeniedException", "no"] as const } },
      ]) {
        const answer = await asked(account, low);
        expect(answer.state).to.equal("warning");
        expect(answer.says).to.contain("below what is always paid");
      }
    });
  });

  it("one more NAT gateway of a running stack needs one more address", async () => {
    const one = running(plan);
    const type = "aws:ec2/eip:Eip";
    const first = one.state.find((r) => r.type === type);
    const { results } = await look(
      { ...one, state: one.state.filter((r) => r !== first) },
      { ...ready(plan), addresses: 5 },
    );
    expect(by(results, "elastic-ips")).to.include({ state: "missing" });
    expect(by(results, "elastic-ips").says).to.contain("5 there, 1 to make");
  });

  it("a zone that is full of NAT gateways is named", async () => {
    const { results } = await look(plan, {
      ...ready(plan),
      natGateways: Array.from({ length: 5 }, () => "us-east-1b"),
    });
    expect(by(results, "nat-gateways").state).to.equal("warning");
    expect(by(results, "nat-gateways").says).to.contain("full: us-east-1b");
  });
});
