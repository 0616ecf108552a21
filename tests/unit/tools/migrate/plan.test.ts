import { expect } from "chai";
import { timeOf } from "../../../../tools/migrate/aws";
import { check, compared, minutesFor, planLines } from "../../../../tools/migrate/checks";
import { otherKeys, type Facts, type StackOutputs } from "../../../../tools/migrate/facts";
import { aboutNames, namesAsked } from "../../../../tools/migrate/names";
import { wishOf } from "../../../../tools/migrate/request";
import { exitOf } from "../../../../tools/migrate/tasks";

const task = { cluster: "c", taskDefinition: "t", subnets: ["s"], securityGroups: ["g"] };
const backups = { bucket: "b", region: "us-east-1", key: "k" };
const generatedSecrets = { "desk-key": "one", password: "two" };
const secrets = [
  { id: "desk-key", length: 20, charset: "alphanumeric", fixed: true },
  { id: "password", length: 20, charset: "password" },
] as const;
/** Outputs that are not there. */
type Lacking = { readonly [K in keyof StackOutputs]?: StackOutputs[K] | undefined };

const facts = (stack: string, topology: Facts["topology"], outputs: Lacking, more: Partial<Facts> = {}): Facts => ({
  ...{
    stack,
    topology,
    region: "us-east-1",
    profile: undefined,
    outputs: outputs as Partial<StackOutputs>,
    made: true,
    secrets,
    queues: [],
  },
  ...{ databases: ["desk", "flows"], applications: ["desk"], pages: [], ...more },
});
const host = (outputs: Lacking = {}, more: Partial<Facts> = {}) =>
  facts(
    "old",
    "host",
    { backups, generatedSecrets, images: { desk: "desk:1" }, estimatedMonthlyUsd: 80.4, ...outputs },
    more,
  );
const production = (outputs: Lacking = {}, more: Partial<Facts> = {}) =>
  facts(
    "new",
    "fargate",
    {
      backups,
      generatedSecrets,
      importTask: task,
      dumpTask: task,
      clusterName: "c",
      images: { desk: "desk:2" },
      estimatedMonthlyUsd: 700,
      ...outputs,
    },
    more,
  );

describe("the plan of make migrate", () => {
  it("has nothing against a host and a production with its keys, and says where images differ", () => {
    expect(compared(host(), production())).to.deep.equal({
      problems: [],
      notes: ["desk: desk:1 in old, desk:2 in new; an older one there is refused"],
    });
    expect(compared(production(), host()).problems).to.deep.equal([]);
  });

  it("says all that is to be put right at once", async () => {
    const { problems } = await check(
      production({ backups: undefined, dumpTask: undefined }),
      production({ importTask: undefined, generatedSecrets: { "desk-key": "other" } }, { databases: ["desk"] }),
      [],
    );
    expect(problems.join("\n"))
      .to.match(/both have the topology fargate/)
      .and.match(/ai-ecosystem:backups s3/)
      .and.match(/no dump yet/)
      .and.match(/no place for the data of flows/)
      .and.match(/made with other keys \(desk-key\)/)
      .and.match(/no output importTask: make up STACK=new/);
    const nowhere = await check(host({}, { made: false }), production(), []);
    expect(nowhere.problems.join("\n")).to.contain("old is not there").and.contain("no archive of old in S3");
  });

  it("does not ask a target that is not there for anything", () => {
    const { problems, notes } = compared(host(), production({ importTask: undefined }, { made: false }));
    expect(problems).to.deep.equal([]);
    expect(notes.join("\n")).to.contain("takes the generated secrets of old over");
  });

  it("compares only the keys that data is encrypted with", () => {
    expect(otherKeys(host(), production({ generatedSecrets: { "desk-key": "one", password: "other" } }))).to.deep.equal(
      [],
    );
    expect(otherKeys(host(), production({ generatedSecrets: {} }))).to.deep.equal(["desk-key"]);
  });

  it("says how much it is, how long it takes, and what is paid meanwhile", () => {
    const arrived = new Date(Date.now() - 3 * 3_600_000).toISOString();
    const lines = planLines(host(), production(), {
      name: "a.tar.gz",
      object: "archives/a",
      bytes: 1.8e9,
      arrived,
    }).join("\n");
    expect(lines).to.contain("80 USD").and.contain("700 USD").and.contain("1800.0 MB, 3 h old");
    expect(lines).to.contain(`some ${minutesFor(1.8e9)} minutes`);
    expect(minutesFor(1.8e9)).to.equal(19);
  });

  it("says when the TTL of names is to be lowered, from what DNS says of it", async () => {
    const states = await namesAsked(["desk.example.com", "gone.example.com"], {
      resolve4: (name) =>
        name.startsWith("desk")
          ? Promise.resolve([{ address: "192.0.2.1", ttl: 3600 }])
          : Promise.reject(new Error("ENOTFOUND")),
    });
    const lines = aboutNames(states, true);
    expect(lines).to.deep.equal([
      "desk.example.com: 192.0.2.1, 3600 s",
      "gone.example.com: no address is known here",
      "Lower their TTL to 60 s now, and cut over 60 minutes later at the earliest: until then others keep the old address.",
    ]);
    expect(aboutNames(states, false).join(" ")).to.contain("other names").and.contain("webhooks");
    // a host without a domain: its names are its address
    expect(aboutNames([], false)).to.have.lengthOf(2);
    expect(aboutNames([], true)).to.deep.equal([]);
  });
});

describe("the words of make migrate", () => {
  it("are one thing at a time", () => {
    const words = ["--from", "a", "--to", "b"];
    expect(wishOf(words)).to.include({ what: "rehearse", from: "a", to: "b", start: false, yes: false });
    expect(wishOf([...words, "--dry-run"])).to.include({ what: "plan" });
    for (const what of ["cut-over", "back", "release"]) expect(wishOf([...words, `--${what}`])).to.include({ what });
    expect(() => wishOf([...words, "--back", "--cut-over"])).to.throw("one of them at a time");
    expect(() => wishOf([...words, "--back", "--start"])).to.throw("of a rehearsal");
    expect(() => wishOf(["--from", "a", "--to", "a"])).to.throw("the same stack");
    expect(() => wishOf([...words, "--bogus"])).to.throw("--bogus");
    expect(wishOf(["--from", "a", "--to", ""])).to.equal(undefined);
  });
});

describe("a time in an answer of AWS", () => {
  it("is understood as the CLI prints it, by version and format", () => {
    const moment = Date.parse("2026-01-31T02:00:00Z");
    for (const time of ["2026-01-31T02:00:00+00:00", "2026-01-31T02:00:00.000Z", moment / 1000])
      expect(timeOf(time)).to.equal(moment);
  });
});

describe("the exit code of a task of several containers", () => {
  it("is that of the one that failed, and none where one did not run", () => {
    const exit = (...codes: readonly (number | undefined)[]) =>
      exitOf({
        containers: codes.map((exitCode, i) =>
          exitCode === undefined ? { name: `c${i}` } : { name: `c${i}`, exitCode },
        ),
      });
    expect(exit(0, 0, 0)).to.equal(0);
    expect(exit(undefined, 5, 0)).to.equal(5);
    expect(exit(0, undefined)).to.equal(undefined);
    expect(exit()).to.equal(undefined);
  });
});
