import { expect } from "chai";
import { engineLines } from "../../../dev/bench/engine";
import { cells, resultOf } from "../../../dev/bench/lines";
import { pushLines } from "../../../dev/bench/pushes";
import { BenchError, inTurn, median, pairedRatio, run } from "../../../dev/bench/measure";

describe("measuring", () => {
  it("takes the middle of what was measured", () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(median([])).to.be.NaN;
  });

  it("compares round by round, so that one disturbed round changes nothing", () => {
    expect(pairedRatio([1, 20, 1], [2, 40, 2])).to.equal(0.5);
  });

  it("runs each in turn, there and back, and does not count the first time", async () => {
    const ran: string[] = [];
    const subject = (name: string, seconds: number) => () => {
      ran.push(name);
      return ran.length <= 2 ? 1000 : seconds;
    };
    expect(await inTurn([subject("a", 1), subject("b", 2)], 2)).to.deep.equal([
      [1, 1],
      [2, 2],
    ]);
    expect(ran.join("")).to.equal("ab" + "ba" + "ab");
  });

  it("times a command, and hands over what it printed", async () => {
    const { seconds, stdout } = await run({
      words: [process.execPath, "-e", "setTimeout(() => console.log(process.env.GREETING), 50)"],
      env: { GREETING: "hello" },
    });
    expect(stdout).to.equal("hello\n");
    expect(seconds).to.be.at.least(0.05);
  });

  it("measures nothing of a command that fails or is not there, and says how it ended", async () => {
    const failure = async (...words: [string, ...string[]]): Promise<unknown> =>
      run({ words }).catch((e: unknown) => e);
    const failed = await failure(process.execPath, "-e", "console.error('no such stack'); process.exit(3)");
    expect(failed).to.be.instanceOf(BenchError).with.property("message").that.contains("no such stack");
    expect(await failure("there-is-no-such-program")).to.be.instanceOf(BenchError);
  });
});

describe("the table of the benchmarks", () => {
  const [, ...rows] = cells(
    [
      { what: "fast", seconds: [0.05, 0.04, 0.06] },
      { what: "rendered", seconds: [2, 1, 4], operations: 20 },
      { what: "kept", seconds: [7, 9, 8], budget: { seconds: 8 } },
      { what: "late", seconds: [7, 9, 8], against: { what: "other", seconds: [14, 18, 8] }, budget: { seconds: 7.5 } },
      { what: "slower", seconds: [13, 13], against: { what: "other", seconds: [10, 10] }, budget: { ratio: 1.2 } },
    ].map(resultOf),
  );

  it("has the median with its spread, as time or as rate", () => {
    expect(rows[0]).to.deep.equal(["fast", "50.0 ms", "40.0 ms - 60.0 ms", "", "", "", ""]);
    expect(rows[1]).to.deep.equal(["rendered", "10/s", "5 - 20/s", "", "", "", ""]);
  });

  it("has the ratio of what is compared, and whether budgets are kept", () => {
    expect(rows[2]?.at(-1)).to.equal("<= 8 s  kept");
    expect(rows[3]?.slice(3)).to.deep.equal(["other", "14.0 s", "0.50", "<= 7.5 s  MISSED"]);
    expect(rows[4]?.slice(3)).to.deep.equal(["other", "10.0 s", "1.30", "<= ratio 1.2  MISSED"]);
  });
});

describe("benchmarks of the engine", () => {
  it("are named where there is no pulumi", async () => {
    const measured = await engineLines({ rounds: 1, progress: () => undefined, has: () => false, env: {} });
    expect(measured).to.deep.equal({
      lines: [],
      missing: [{ what: "pulumi preview", because: "pulumi is not on the PATH" }],
      versions: [],
    });
  });
});

describe("pushes without a host", () => {
  it("are named as what was not measured, with what they need", async () => {
    const { lines, missing } = await pushLines({}, 1, () => undefined);
    expect(lines).to.deep.equal([]);
    expect(missing[0]?.because).to.contain("AWS_ENDPOINT_URL, HOST_FRESH, HOST_EXEC");
  });
});
