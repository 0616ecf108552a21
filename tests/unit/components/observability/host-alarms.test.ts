import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { HostAlarms, type HostAlarmsArgs } from "../../../../components/observability/host-alarms";
import { evaluate } from "../../../../policies/engine/evaluate";
import { record } from "../../../../record/record";
import { alarmType, alarms as alarmsIn, observe, observed } from "../../../support/recorded/observed";

const make = async (changes: Partial<HostAlarmsArgs> = {}, preview = false) => {
  const args = {
    stack: "sandbox",
    region: "eu-west-1",
    instanceId: "i-0123",
    alertEmail: "ops@example.com",
    language: "en",
  } as const;
  const { resources } = await record(
    () => new HostAlarms("host", { ...args, pushed: new pulumi.ComponentResource("test:Push", "push"), ...changes }),
    { preview },
  );
  return resources;
};
const alarms = async (changes: Partial<HostAlarmsArgs> = {}) => {
  const all = (await make(changes)).filter((r) => r.type === alarmType);
  return new Map(all.map((r) => [String(r.inputs["name"]).replace("ai-ecosystem-sandbox-", ""), r.inputs]));
};

describe("the host's alarms", () => {
  it("mend the host by themselves, and tell", async () => {
    const made = await alarms();
    expect([...made.keys()].sort()).to.deep.equal(["host-credits", "host-instance", "host-system"]);
    const actions = (id: string) => made.get(id)?.["alarmActions"] as string[];
    expect(actions("host-system")).to.have.length(2).and.to.include("arn:aws:automate:eu-west-1:ec2:recover");
    expect(actions("host-instance")).to.have.length(2).and.to.include("arn:aws:automate:eu-west-1:ec2:reboot");
    expect(actions("host-credits")).to.have.length(1);
    for (const inputs of made.values()) expect(inputs["okActions"]).to.have.length(1);
  });

  it("let the other machine win over the reboot when both checks fail", async () => {
    const made = await alarms();
    const minutes = (id: string) => Number(made.get(id)?.["evaluationPeriods"]);
    expect(minutes("host-system")).to.be.lessThan(minutes("host-instance"));
  });

  it("mend the host also when nobody is to be told", async () => {
    const made = await alarms({ alertEmail: undefined });
    expect([...made.keys()].sort()).to.deep.equal(["host-instance", "host-system"]);
    expect(made.get("host-system")?.["alarmActions"]).to.deep.equal(["arn:aws:automate:eu-west-1:ec2:recover"]);
    expect((await make({ alertEmail: undefined })).some((r) => r.type.startsWith("aws:sns"))).to.equal(false);
  });

  it("watch the bill with unlimited credits, the speed with standard ones", async () => {
    expect((await alarms()).get("host-credits")?.["metricName"]).to.equal("CPUSurplusCreditsCharged");
    const standard = await alarms({ cpuCredits: "standard" });
    expect(standard.get("host-credits")).to.include({ metricName: "CPUCreditBalance", threshold: 20 });
  });

  it("watch that backups leave the host and are proved, once the host has told of them", async () => {
    const made = await alarms({ backups: { namespace: "AiEcosystem/sandbox" } });
    expect(made.get("host-backup-age")).to.include({
      namespace: "AiEcosystem/sandbox",
      threshold: 36,
      // a host that no longer tells is one that makes no backups
      treatMissingData: "breaching",
    });
    expect(made.get("host-backup-failed")).to.include({ metricName: "BackupFailed", treatMissingData: "ignore" });
    for (const id of ["host-backup-age", "host-backup-failed"]) {
      expect(made.get(id)?.["alarmActions"]).to.have.length(1);
      expect(made.get(id)?.["alarmDescription"]).to.contain("host-backup.md");
    }
    expect([...(await alarms()).keys()]).not.to.include("host-backup-age");
  });

  it("watch managed stores as production's do, when somebody is told", async () => {
    const { postgres, mongodbId, redisNodeIds } = observed();
    const stores = { postgres, mongodbId, redisNodeIds };
    const watched = (name: string) => /-(postgres|mongodb|redis)-/.test(name);
    const production = alarmsIn(await observe()).filter(({ name }) => watched(name));
    const made = [...(await alarms({ stores })).values()].filter(({ name }) => watched(String(name)));
    const what = ({ name, alarmDescription, alarmActions, okActions, ...rest }: Record<string, unknown>) => ({
      ...rest,
      name: String(name).replace(/^ai-ecosystem-[a-z]+-/, ""),
      runbook: /[a-z-]+\.md$/.exec(String(alarmDescription))?.[0],
      told: [alarmActions, okActions].map((actions) => (actions as string[]).length),
    });
    expect(made.length).to.be.greaterThan(8);
    expect(made.map(what)).to.have.deep.members(production.map((alarm) => what({ ...alarm })));
    const untold = await alarms({ stores, alertEmail: undefined });
    expect([...untold.keys()].filter((id) => watched(`-${id}`))).to.deep.equal([]);
  });

  it("are the same in a preview, and violate no policy", async () => {
    const made = await make();
    expect((await make({}, true)).map((r) => r.urn)).to.deep.equal(made.map((r) => r.urn));
    expect(evaluate(made).filter((f) => f.severity === "error")).to.deep.equal([]);
  });
});
