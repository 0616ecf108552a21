import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeProblems } from "../../settings/problems";
import { rawSettings } from "../../settings/settings";
import { parseStack } from "../../stacks/read";
import { readStackConfig } from "../../tools/stack/offline-config";
import { HostFolder } from "../support/host/scripts";
import { region } from "../support/pages/account";
import { blocksOf, type Block } from "../support/pages/lines";
import type { Typed } from "../support/pages/machine";
import { World } from "../support/pages/world";
import { root } from "../support/root";

const pages = ["README.md", "docs/production.md"];
const blocks = pages.flatMap((page) => [...blocksOf(page)]);
const at = (heading: string): Block => {
  const [block] = blocks.filter((b) => b.heading === heading);
  if (block === undefined) throw new Error(`no page has ${heading}`);
  return block;
};

/** Without a terminal `make init` takes flags in place of answers. */
const flags = (topology: string, more: string) =>
  `--topology ${topology} --region ${region} --smtp-host none --model none ${more}`;
const host = "--size t3.medium --domain none --admin-email ops@acme.io --ssh 10.0.0.5/32 --alert-email none";
const fargate =
  "--size standard --domain support.acme.com --hosted-zone support.acme.com --admin-email admin@acme.com --alert-email ops@acme.com --budget 600";

/** What the reader replaces, and by what this one does. */
const own: readonly (readonly [RegExp, string])[] = [
  [/^make init +#/, `make init ARGS='${flags("host", host)}' #`],
  [/^make init STACK=prod ARGS=--force$/, `make init STACK=prod ARGS='--force ${flags("fargate", fargate)}'`],
  [/(?<=--service-deployment-arn )ARN$/, `arn:aws:ecs:${region}:123456789012:service-deployment/c/librechat/1`],
  [/arn:aws:kms:…/, `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`],
  [/(?<=^ecosystem restore )ARCHIVE/, "latest"],
];
const ofReader = (line: string): string => own.reduce((text, [from, to]) => text.replace(from, () => to), line);

/** Of several ways that the text offers before a block, the one that is gone. */
const chosen: Readonly<Record<string, string>> = { "Deploy it": "pulumi login --local" };

/** What somebody types who is asked for a key or a password. */
const answer = "sk-only-of-this-test-0123456789";

describe("README.md and docs/production.md, typed line by line", function () {
  let world: World;
  const file = (...path: string[]) => join(world.machine.clone, ...path);
  before(function () {
    world = World.bare(this);
  });
  after(() => {
    world.end();
  });

  /** Types a block as it stands there. */
  const type = ({ heading, lines }: Block): Promise<readonly Typed[]> =>
    world.machine.type(
      [chosen[heading] ?? [], lines]
        .flat()
        .map((line) => ofReader(line).replace("<this repository>", () => world.repository)),
      answer,
    );

  it("are all commands, and what is the reader's own stands there", () => {
    expect([...new Set(blocks.map((b) => b.language))]).to.deep.equal(["sh"]);
    expect(blocks.length).to.be.greaterThan(35);
    const all = blocks.flatMap((b) => [...b.lines]);
    for (const [from] of own)
      expect(
        all.some((line) => from.test(line)),
        String(from),
      ).to.equal(true);
    for (const [heading, line] of Object.entries(chosen))
      expect(readFileSync(join(root, at(heading).page), "utf8"), heading).to.contain(`\`${line}\``);
  });

  describe("with git, make and Node, and nothing else", () => {
    it("come from the clone to the first result", async () => {
      for (const { line, status, text } of await type(at("First result, without an AWS account")))
        expect(status, `${line}\n${text}`).to.equal(0);
      expect(existsSync(file("out/sandbox/index.html"))).to.equal(true);
    });

    it("come to settings of one's own, and tell what is missing for the rest", async () => {
      for (const { line, status, text } of await type(at("Deploy it"))) {
        if (line.startsWith("pulumi ")) expect(text).to.contain("pulumi: command not found");
        else if (/^make (?:init|preview) /.test(line)) expect(status, `${line}\n${text}`).to.equal(0);
        else expect(text, line).to.contain("The pulumi CLI is not installed.");
      }
      expect(readFileSync(file("Pulumi.sandbox.yaml"), "utf8")).to.contain(`aws:region: ${region}`);
    });

    it("tell of each step of production what is missing", async () => {
      const steps = blocks.filter((b) => /^\d+\. /.test(b.heading)).flatMap((b) => [...b.lines]);
      const made = steps.filter((line) => /^make (?!init|preview)/.test(line));
      expect(made.length).to.be.greaterThan(8);
      for (const { line, status, text } of await world.machine.type([...new Set(made)], answer)) {
        expect(status, line).to.equal(2);
        expect(text, line).to.match(/pulumi|AWS CLI|make init STACK=prod/);
        expect(text, line).not.to.match(/\n {4}at |undefined|ENOENT/);
      }
    });
  });

  describe("with all that they ask for", () => {
    before(async function () {
      await world.equip(this);
    });

    /** What the page says that one sees, beyond commands that end well. */
    const sees: Readonly<Record<string, (texts: readonly string[]) => void>> = {
      "Deploy it": (texts) => {
        const up = texts.join("");
        for (const title of ["Where everything is", "First logins", "Invite people", "Not set up", "The way back"])
          expect(up).to.match(new RegExp(`^${title}$`, "m"));
      },
      "1. The account": ([, account]) => expect(account).to.contain('"Account": "123456789012"'),
      "3. The zone": ([zone = "", dig = ""]) => {
        const servers = JSON.parse(zone) as string[];
        expect(servers).to.have.lengthOf(4);
        expect(dig.trim().split("\n")).to.have.members(servers.map((name) => `${name}.`));
      },
      "4. A place for the state": ([made]) =>
        expect(made?.match(/^(?:key|bucket) .*: making it$/gm)).to.have.lengthOf(2),
      "5. The settings": ([, init]) => expect(init).to.match(/a month always.*\nNext: make preview STACK=prod\n$/),
      "6. What it will be": ([shown]) => {
        expect(shown)
          .to.match(/^Findings +0 errors/m)
          .and.match(/^Cost +\$\d.* to \$/m)
          .and.match(/^Not set up /m);
        expect(existsSync(file("out/prod/index.html"))).to.equal(true);
      },
      "7. The registry": () => {
        const { words, only } = JSON.parse(world.noted("PULUMI_STAND_IN/calls.jsonl").at(-1) ?? "{}") as Call;
        expect(only).to.equal("repositories");
        expect(words.filter((w) => w.includes("aws:ecr/repository:Repository"))).to.have.lengthOf(images().all);
      },
      "8. The images": ([shown = ""]) => {
        expect(shown).to.match(new RegExp(`^${String(images().all)} new, 0 there before$`, "m"));
        expect(shown.match(/^to copy /gm)).to.have.lengthOf(images().copied);
      },
      "9. The look at the account": ([doctor = ""]) => {
        const rows = [...doctor.matchAll(/^ {2}(ok|warning|not known|MISSING|\w+) {2,}(\S.*?) {2,}/gm)];
        expect(rows.length).to.equal(13);
        // of a new account: the page names both
        const others = rows
          .filter(([, state]) => state !== "ok")
          .map(([, state = "", title = ""]) => `${state} ${title}`);
        expect(others).to.deep.equal(["warning Service-linked roles", "warning Budget"]);
      },
      "10. The deployment": ([up]) =>
        expect(up)
          .to.match(/^ +made +Service-linked roles /m)
          .and.match(/^Where everything is$/m)
          .and.match(/^First steps$/m)
          .and.match(/^Not set up$/m),
      "12. The first login": ([outputs, logins]) => {
        expect(outputs).to.contain("https://desk.support.acme.com");
        expect(logins).to.contain('"password"');
      },
      "13. The keys, somewhere else": () =>
        expect(statSync(file("ai-ecosystem-prod-backup-key.txt")).mode & 0o777).to.equal(0o600),
      "14. People": ([added]) => expect(added?.match(/^\w+ +added +agent /gm)).to.have.lengthOf(3),
      "15. The budget's tag, the day after": ([tag = ""]) => expect(JSON.parse(tag)).to.deep.equal({ Errors: [] }),
      // two blocks; the emulated AWS takes an empty name, too
      "Sizes of the stores": (texts) => {
        const changed = texts.flatMap((text) => /"DBInstanceIdentifier": "(.*)"/.exec(text)?.[1] ?? []);
        if (texts.length === 2) expect(changed.join()).to.match(/^ai-ecosystem-prod-data-postgres-/);
      },
      "Deleting it": () => {
        expect(statSync(join(world.machine.home, "prod-state.json")).mode & 0o777).to.equal(0o600);
      },
    };
    interface Call {
      readonly words: readonly string[];
      readonly only: string;
    }
    /** As step 8 says it. */
    const images = () => {
      const [, copied, built] = /(\d+) images of about 0\.7 GB, twice, and (\d+) /.exec(
        readFileSync(join(root, "docs/production.md"), "utf8"),
      ) ?? ["", "0", "0"];
      return { all: Number(copied) + Number(built), copied: Number(copied) };
    };

    /** Settings that a block leaves are such as the program takes. */
    function expectSettings(stack: string) {
      if (!existsSync(file(`Pulumi.${stack}.yaml`))) return;
      const config = readStackConfig(world.machine.clone, stack);
      const result = parseStack(rawSettings(config.values, config.secretKeys), stack);
      if ("problems" in result) throw new Error(describeProblems(result.problems, stack));
    }

    const onMachine = blocks.filter(({ lines }) => !/^(?:git clone|ecosystem) /.test(lines[0] ?? ""));
    // what ends a stack comes when all else has been typed
    const last = (block: Block) => block.heading === "Deleting it";
    for (const block of [...onMachine.filter((b) => !last(b)), ...onMachine.filter(last)]) {
      it(`${block.page}, ${block.heading}: ${block.lines[0]?.slice(0, 60) ?? ""}`, async () => {
        const typed = await type(block);
        for (const { line, status, text } of typed) expect(status, `${line}\n${text}`).to.equal(0);
        sees[block.heading]?.(typed.map(({ text }) => text));
        await world.becomes(block);
        for (const stack of ["sandbox", "prod"]) expectSettings(stack);
      });
    }

    it("say what one sees below headings that are there", () => {
      for (const heading of Object.keys(sees)) expect(at(heading).heading).to.equal(heading);
    });

    it("give GitHub's workflows every variable that they read", () => {
      const workflows = ["preview", "deploy", "images", "drift"].map((name) =>
        readFileSync(join(root, `.github/workflows/${name}.yml`), "utf8"),
      );
      const read = [...workflows.join("").matchAll(/\bvars\.([A-Z_]+)/g)].map(([, name = ""]) => name);
      const set = world.noted("GH_STAND_IN").map((line) => line.split("=")[0]);
      expect(set).to.have.members([...new Set(read)]);
    });
  });

  describe("on the host", () => {
    const lines = blocks.filter((b) => b.lines[0]?.startsWith("ecosystem ") === true).flatMap((b) => [...b.lines]);
    let machine: HostFolder;
    before(() => {
      machine = new HostFolder();
      // for `restore`, which then says what is wrong with it
      writeFileSync(join(machine.home, "data/backups/ai-ecosystem-20261130T020000Z.tar.gz"), "");
    });
    after(() => {
      machine.remove();
    });
    for (const line of lines) {
      it(`${line.replace(/ +#.*/, "")} is a command with such words`, () => {
        const program = 'ecosystem() { bash "$ECOSYSTEM_HOME/current/bin/ecosystem" "$@"; }';
        const { output } = machine.bash(`${program}\n${ofReader(line)}`);
        expect(output).not.to.match(/See: ecosystem help|command not found|syntax error/);
      });
    }
  });
});
