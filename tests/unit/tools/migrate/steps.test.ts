import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CliError } from "../../../../tools/cli-error";
import { ProgressFile } from "../../../../tools/migrate/progress";
import type { Archive, Side } from "../../../../tools/migrate/side";
import { back, cutOver, look, rehearse, release, standing, type Move } from "../../../../tools/migrate/steps";

const archive = (name: string): Archive => ({
  stored: { name, object: `archives/${name}.sealed`, bytes: 1, arrived: "" },
  ...{ backups: { bucket: "b", region: "us-east-1", key: "k" }, profile: undefined },
});

/** A stack in memory: what it holds, whether it is open, and the call that is to fail next. */
class Stack implements Side {
  readonly calls: string[] = [];
  readonly opening = ["by hand"];
  isOpen = true;
  data = "";
  fails = "";
  /** It names what it has saved, and what it could not send before arrives after that. */
  late = false;
  refused: readonly string[] = [];
  dead: readonly string[] = [];

  constructor(
    readonly stack: string,
    readonly world: { saved: string[] },
  ) {}

  #do(call: string, work: () => void): Promise<void> {
    this.calls.push(call);
    // it fails when half of the work is done
    work();
    if (this.fails !== call) return Promise.resolve();
    this.fails = "";
    return Promise.reject(new Error(`${call} was cut off`));
  }
  closed = () => Promise.resolve(!this.isOpen);
  close = (drain: boolean) =>
    this.#do(drain ? "drain" : "close", () => {
      this.isOpen = false;
    });
  open = () =>
    this.#do("open", () => {
      this.isOpen = true;
    });
  save = () =>
    this.#do("save", () => {
      expect(this.isOpen, "saved while it was written").to.equal(false);
      if (this.fails !== "save") this.world.saved.unshift(`${this.stack}-${this.world.saved.length}`);
    }).then(() => {
      if (!this.late) return undefined;
      const [made] = this.world.saved;
      this.world.saved.unshift("of-an-earlier-night");
      return made;
    });
  /** Whether people's data may be there, of each look. */
  readonly looks: boolean[] = [];
  refuses = (_: Archive, replaces: boolean) => {
    this.looks.push(replaces);
    return Promise.resolve(this.refused);
  };
  take = ({ stored }: Archive) =>
    this.#do("take", () => {
      expect(this.isOpen, "taken while it was open").to.equal(false);
      this.data = stored.name;
    });
  silent = () => Promise.resolve(this.dead);
}

describe("the steps of make migrate", () => {
  let root: string;
  let from: Stack;
  let to: Stack;
  let said: string[];
  let asked: string[];
  const move = (): Move => ({
    from,
    to,
    progress: new ProgressFile(root, "old", "new"),
    archives: () => Promise.resolve(from.world.saved.map(archive)),
    say: (line) => said.push(line),
    confirm: (what) => {
      asked.push(what);
      return Promise.resolve();
    },
  });
  const words = () => standing(move(), move().progress.now).join("\n");
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      return [(error as Error).message, ...(error instanceof CliError ? error.hint : [])].join("\n");
    }
    throw new Error("it was not refused");
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "migrate-"));
    const world = { saved: ["old-0"] };
    from = new Stack("old", world);
    to = new Stack("new", world);
    said = [];
    asked = [];
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("rehearse with the last archive, touch nothing of the source, and leave the target closed", async () => {
    await rehearse(move(), false);
    expect(from.calls).to.deep.equal([]);
    expect(to.calls).to.deep.equal(["close", "take"]);
    expect({ data: to.data, open: to.isOpen }).to.deep.equal({ data: "old-0", open: false });
    expect(asked).to.have.lengthOf(1);
    expect(said.join("\n")).to.contain("every count is equal").and.contain("ARGS=--cut-over");
    expect(words()).to.contain("old works on as before");
  });

  it("replace nobody's data: only what an archive has brought, also where that was cut off", async () => {
    to.refused = ["people have data"];
    expect(await refusal(rehearse(move(), false))).to.contain("people have data");
    expect(await refusal(rehearse(move(), false))).to.contain("people have data");
    to.refused = [];
    to.fails = "take";
    await refusal(rehearse(move(), false));
    await rehearse(move(), false);
    await rehearse(move(), false);
    expect(to.looks).to.deep.equal([false, false, false, true, true]);
  });

  it("open the target after a rehearsal only when they are told to", async () => {
    await rehearse(move(), true);
    expect(to.isOpen).to.equal(true);
    expect(said.join("\n")).to.contain("what it sends is real");
  });

  it("change nothing when the target cannot take all of the archive", async () => {
    to.refused = ["a collection of a kind that it does not have"];
    expect(await look(move())).to.deep.equal(to.refused);
    expect(await refusal(rehearse(move(), false))).to.contain("Nothing was changed. a collection of a kind");
    expect(to.calls).to.deep.equal([]);
    expect(move().progress.now.rehearsed).to.equal(undefined);
  });

  it("cut over with what is saved once nothing is written any more", async () => {
    await rehearse(move(), false);
    await cutOver(move());
    expect(from.calls).to.deep.equal(["drain", "save"]);
    expect({ data: to.data, open: to.isOpen, source: from.isOpen }).to.deep.equal({
      data: "old-1",
      open: true,
      source: false,
    });
    expect(words()).to.match(/^new has the data and serves since .*ARGS=--back$/);
    // once more: it only looks
    const calls = to.calls.length;
    await cutOver(move());
    expect(to.calls).to.have.lengthOf(calls);
  });

  it("refuse a cut-over without a rehearsal, and a rehearsal after a cut-over", async () => {
    expect(await refusal(cutOver(move())))
      .to.contain("no rehearsal")
      .and.contain("make migrate FROM=old TO=new");
    expect([...from.calls, ...to.calls]).to.deep.equal([]);
    await rehearse(move(), false);
    await cutOver(move());
    expect(await refusal(rehearse(move(), false))).to.contain("would replace what new has since");
    expect(to.data).to.equal("old-1");
  });

  for (const [who, call] of [
    ["to", "close"],
    ["from", "drain"],
    ["from", "save"],
    ["to", "take"],
    ["to", "open"],
  ] as const) {
    it(`go on with the same command when the cut-over is cut off at ${call} of ${who}`, async () => {
      await rehearse(move(), true);
      const side = who === "to" ? to : from;
      side.fails = call;
      expect(await refusal(cutOver(move()))).to.contain("was cut off");
      if (call === "close") expect(words()).to.contain("old works on");
      else expect(words()).to.match(/^old IS IN MAINTENANCE since .*[^]*--cut-over[^]*--back[^]*by hand$/);
      await cutOver(move());
      expect({ data: to.data, open: to.isOpen, source: from.isOpen }).to.deep.equal({
        data: "old-1",
        open: true,
        source: false,
      });
      // saved once: what is there is not made again
      expect(from.world.saved.filter((name) => name !== "old-0")).to.deep.equal(["old-1"]);
      expect(asked.filter((what) => what.includes("goes into maintenance"))).to.have.lengthOf(call === "close" ? 2 : 1);
    });

    it(`go back to the source when the cut-over is cut off at ${call} of ${who}`, async () => {
      await rehearse(move(), true);
      (who === "to" ? to : from).fails = call;
      await refusal(cutOver(move()));
      await back(move());
      expect({ source: from.isOpen, target: to.isOpen }).to.deep.equal({ source: true, target: false });
      expect(words()).to.contain("old works on as before");
      // the next one saves anew: the source was written meanwhile
      await cutOver(move());
      expect(to.data).to.equal(from.world.saved[0]);
    });
  }

  it("take no archive a second time into a target that has written since", async () => {
    await rehearse(move(), true);
    expect(await refusal(rehearse(move(), true)))
      .to.contain("opened with old-0")
      .and.contain("a newer archive");
    to.fails = "open";
    await refusal(cutOver(move()));
    const takes = () => to.calls.filter((call) => call === "take").length;
    const before = takes();
    await cutOver(move());
    expect(takes()).to.equal(before);
  });

  it("take what the source has saved now, whatever else arrives with it", async () => {
    await rehearse(move(), false);
    from.late = true;
    await cutOver(move());
    expect(from.world.saved).to.deep.equal(["of-an-earlier-night", "old-1", "old-0"]);
    expect(to.data).to.equal("old-1");
  });

  it("do not call a target open that does not answer", async () => {
    await rehearse(move(), false);
    to.dead = ["https://desk.example.com: 503"];
    expect(await refusal(cutOver(move()))).to.contain("Not everything of new answers");
    expect(said.at(-1)).to.contain("https://desk.example.com: 503");
    expect(words()).to.contain("IS IN MAINTENANCE");
    to.dead = [];
    await cutOver(move());
    expect(from.world.saved).to.deep.equal(["old-1", "old-0"]);
  });

  it("say what the way back loses, and have none after the release", async () => {
    expect(
      await refusal(
        Promise.resolve().then(() => {
          release(move());
        }),
      ),
    ).to.contain("does not have the data yet");
    await rehearse(move(), false);
    await cutOver(move());
    await back(move());
    expect(asked.at(-1)).to.match(/written in new since .* will not be in old/);
    expect(from.isOpen).to.equal(true);
    await cutOver(move());
    release(move());
    expect(said.join("\n")).to.contain("make destroy STACK=old").and.contain("Nothing was deleted");
    expect(await refusal(back(move()))).to.contain("was released");
    expect(from.isOpen).to.equal(false);
  });

  it("keep no secret, and a file that is whole or not there", async () => {
    await rehearse(move(), false);
    const { path } = new ProgressFile(root, "old", "new");
    expect(path).to.equal(join(root, "out/migrate-old-new.json"));
    expect(Object.keys(JSON.parse(readFileSync(path, "utf8")) as object)).to.deep.equal(["replaces", "rehearsed"]);
  });
});
