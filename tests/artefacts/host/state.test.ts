import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { pushCommand, uploadScript } from "../../../components/host/push";
import { archive } from "../../../templates/release/archive";
import type { RenderedRelease } from "../../../templates/release/release";
import { sandboxRelease } from "../../support/fixtures";
import { hostFolder } from "../../support/host/scripts";

type Facts = Readonly<Record<"id" | "services" | "jobs" | "volumes", unknown>>;

const env = "N8N_ENCRYPTION_KEY='abcd1234'\n";
const broken = { empty: "", "cut off": '{"id": "0123', "another type": "[]\n", twice: "{}\n{}\n" };

describe("what the host writes down", function () {
  const host = hostFolder();

  it("reaches the disk before it takes its name", () => {
    const { stdout } = host().inside(`
      sync() { echo "sync $1"; }
      mv() { echo mv; command mv "$@"; }
      echo '{}' | put "$STATE/push.json"`);
    expect(stdout.replace(/\.part\.\d+/, ".part")).to.equal(
      `sync ${host().home}/state/push.json.part\nmv\nsync ${host().home}/state\n`,
    );
  });

  for (const [how, text] of Object.entries(broken)) {
    it(`decides nothing when it is broken (${how}): status and doctor go on (HOST-3)`, () => {
      for (const name of ["push", "backup", "tls", "restore", "asked", "proofs", "s3"])
        host().state(`${name}.json`, text);
      writeFileSync(join(host().home, "data/backups/ai-ecosystem-copy of old.tar.gz"), "");
      for (const command of ["status", "doctor"]) {
        const { status, stdout, output } = host().ecosystem(`${command} --json`);
        expect(status, output).to.be.oneOf([0, 3]);
        expect(() => JSON.parse(stdout) as unknown, output).not.to.throw();
        expect(host().ecosystem(command).output).not.to.match(/jq|parse error|Usage/);
      }
      expect(host().ecosystem("start").status).to.equal(0);
    });
  }

  for (const [how, text] of Object.entries(broken).slice(0, 2)) {
    it(`keeps the release that runs when a push fails after that (${how}, HOST-3)`, () => {
      host().state("push.json", text);
      const next = sandboxRelease({ swapSizeGb: "2" }, env);
      host().write("state/incoming.new", next);
      const { status, output } = host().bash(`
        eval "$(declare -f docker | sed '1s/docker/healthy/')"
        docker() {
          [[ $* != *' up '* ]] || [ "$(readlink "$ECOSYSTEM_HOME/releases/current")" != ${next.id} ] || { echo 'job failed: exit 7'; return 7; }
          healthy "$@"; }
        export -f healthy docker
        bash "$ECOSYSTEM_HOME/state/incoming.new/bin/push" "$ECOSYSTEM_HOME/state/incoming.new" ${next.id}`);
      expect(status, output).to.equal(1);
      expect(output).to.contain(`going back to release ${host().release.id}`).and.not.contain("no previous release");
      expect(JSON.parse(host().read("state/push.json"))).to.include({
        previous: host().release.id,
        result: "rolled-back",
      });
      expect(host().has("current/release.json")).to.equal(true);
    });
  }

  it("is no list without services when the release's own is empty: what runs goes on, and doctor names the file", () => {
    host().inside(
      '(cd "$RELEASES/$(release_id)" && find . -type f ! -name ".manifest*" | xargs sha256sum) | put "$RELEASE/.manifest"',
    );
    writeFileSync(join(host().home, "current/release.json"), "");
    for (const command of ["status", "health", "start", "stop", "backup", "logs n8n", "update"]) {
      const { status, output } = host().ecosystem(command);
      expect(status, output).to.equal(1);
      expect(output)
        .to.contain("is damaged: its release.json cannot be read")
        .and.not.match(/jq|Usage/);
    }
    const { status, output } = host().ecosystem("doctor");
    expect(status).to.equal(3);
    expect(output).to.match(/ERROR .*changed on the host since the push: release\.json/);
  });

  describe("of the release that runs, when the next one is pushed", () => {
    /** Pushes `next`, with what compose reads in the files of the one that runs. */
    const push = (next: RenderedRelease) => {
      const { services } = load(host().read("current/compose.yaml")) as { services: Record<string, { image: string }> };
      host().state("composed", JSON.stringify({ services }));
      host().write("state/incoming.new", next);
      return host().bash(`
        eval "$(declare -f docker | sed '1s/docker/healthy/')"
        docker() { case "$*" in *' config --format json') cat "$ECOSYSTEM_HOME/state/composed" ;; *) healthy "$@" ;; esac; }
        export -f healthy docker
        bash "$ECOSYSTEM_HOME/state/incoming.new/bin/push" "$ECOSYSTEM_HOME/state/incoming.new" ${next.id}`);
    };
    const moved = () =>
      sandboxRelease({ services: '{"chatwoot-web": {"image": "chatwoot/chatwoot:v4.18.9-ce"}}' }, env);

    for (const [how, text] of Object.entries(broken).slice(0, 2)) {
      it(`is no list without services when it is broken (${how}): there is a backup when an image changes`, () => {
        const whole = JSON.parse(host().read("current/release.json")) as Facts;
        writeFileSync(join(host().home, "current/release.json"), text);
        const next = moved();
        const { output } = push(next);
        expect(output).to.contain("its release.json cannot be read. Its images are taken from its compose.yaml");
        expect(output).to.contain("backup before the images change");
        const mended = JSON.parse(host().read(`releases/${host().release.id}/release.json`)) as Facts;
        for (const member of ["id", "services", "jobs", "volumes"] as const) {
          expect(mended[member], member).to.deep.equal(whole[member]);
        }
      });
    }

    it("is needed for what the next one has not: the push says so, and changes nothing", () => {
      writeFileSync(join(host().home, "current/release.json"), "");
      const { status, output } = push(sandboxRelease({ services: '{"librechat": {"enabled": false}}' }, env));
      expect(status, output).to.equal(1);
      expect(output).to.match(/does not know what of librechat.* is data, .*Next: push with the settings of before/);
      expect(host().read("current/release.json")).to.equal("");
    });

    it("is needed when compose.yaml cannot be read either", () => {
      writeFileSync(join(host().home, "current/release.json"), "");
      writeFileSync(join(host().home, "current/compose.yaml"), "services: {}\n");
      const { status, output } = push(moved());
      expect(status, output).to.equal(1);
      expect(output).to.contain("nor its compose.yaml. Next: push with the settings of before");
    });
  });

  it("of a first push that was interrupted is believed: there is nothing to go back to", () => {
    const next = sandboxRelease({ swapSizeGb: "2" });
    host().state("push.json", JSON.stringify({ id: host().release.id, previous: null, result: "pushing" }));
    host().write("state/incoming.new", next);
    const { output } = host().bash(`
      eval "$(declare -f docker | sed '1s/docker/healthy/')"
      docker() { [[ $* != *' up '* ]] || return 7; healthy "$@"; }
      export -f healthy docker
      bash "$ECOSYSTEM_HOME/state/incoming.new/bin/push" "$ECOSYSTEM_HOME/state/incoming.new" ${next.id}`);
    expect(output).to.contain("no previous release");
  });

  it("is swept of what a killed push or backup left, but not of an upload that waits (HOST-8)", () => {
    const gone = spawnSync("true").pid;
    const waits = spawn("bash", ["-c", "read -r line"]);
    for (const path of [
      `state/incoming.${gone}.aaaa`,
      `state/incoming.${String(waits.pid)}.bbbb`,
      "state/incoming.OlDoNe12",
      "releases/.adopting-0123456789abcdef",
      `releases/.replaced-${host().release.id}`,
    ]) {
      mkdirSync(join(host().home, path));
      writeFileSync(join(host().home, path, ".env"), "");
    }
    mkdirSync(join(host().home, "data/backups/.work"));
    writeFileSync(join(host().home, "data/backups/ai-ecosystem-x.tar.gz.partial"), "");
    expect(host().ecosystem("start").status).to.equal(0);
    expect(readdirSync(join(host().home, "state")).filter((f) => f.startsWith("incoming"))).to.deep.equal([
      `incoming.${String(waits.pid)}.bbbb`,
    ]);
    waits.kill();
    expect(readdirSync(join(host().home, "data/backups"))).to.deep.equal([]);
    expect(readdirSync(join(host().home, "releases"))).to.have.members([host().release.id, "current"]);
  });

  it("has the release back that a killed push had put aside, before the right copy came in its place", () => {
    renameSync(
      join(host().home, "releases", host().release.id),
      join(host().home, `releases/.replaced-${host().release.id}`),
    );
    const next = sandboxRelease({ swapSizeGb: "2" });
    host().write("state/incoming.1.new", next);
    const { output } = host().bash(
      `bash "$ECOSYSTEM_HOME/state/incoming.1.new/bin/push" "$ECOSYSTEM_HOME/state/incoming.1.new" ${next.id}`,
    );
    expect(output).to.contain(`switching from ${host().release.id} to ${next.id}`);
  });
});

describe("an upload", function () {
  const host = hostFolder();
  let text: string;
  const next = sandboxRelease({ swapSizeGb: "2" });
  const send = (input: string) => host().bash(`sudo() { "$@"; }\n${pushCommand(next.id, "0a1b2c3d")}`, input);
  const arrive = (input: string) => send(uploadScript(host().home) + input);

  before(async () => {
    text = await archive(next.files);
  });

  it("goes live when it is whole", () => {
    const { status, output } = arrive(text);
    expect(status, output).to.equal(0);
    expect(host().read("current/release.json")).to.contain(next.id);
  });

  it("goes live nowhere when it is cut, and leaves nothing (HOST-5)", () => {
    const tar = Buffer.from(text, "base64");
    const members = [...(next.files["MANIFEST.sha256"]?.text ?? "").matchAll(/ {2}(.+)\n/g)].map(
      ([, path]) => path ?? "",
    );
    const starts = [...members, "MANIFEST.sha256"]
      .map((path) => tar.indexOf(`${path}\0`))
      .filter((at) => at % 512 === 0);
    const cuts = [
      ...[...starts].sort((a, b) => a - b).filter((at, i) => at > 0 && i % 5 === 0),
      Math.max(...starts),
      Math.max(...starts) + 700,
      tar.indexOf("release.json\0") + 4096,
    ];
    for (const cut of cuts) {
      const { status, output } = arrive(tar.subarray(0, cut).toString("base64"));
      expect(status, `${String(cut)}: ${output}`).to.equal(1);
      expect(output).to.match(/did not arrive whole|the upload was cut/);
    }
    expect(arrive(text.slice(0, 30_001)).output).to.contain("the upload was cut");
    // in what unpacks it
    for (const cut of [1, 40, 400, uploadScript(host().home).length - 14]) {
      const { status, output } = send(uploadScript(host().home).slice(0, cut));
      expect(status, `${String(cut)}: ${output}`).not.to.equal(0);
    }
    expect(host().read("current/release.json")).to.contain(host().release.id);
    expect(readdirSync(join(host().home, "state")).filter((f) => f.startsWith("incoming"))).to.deep.equal([]);
  });

  for (const [what, change] of Object.entries({
    "lacks a file": (dir: string) => {
      rmSync(join(dir, "systemd/ai-ecosystem-backup.timer"));
    },
    "has one more": (dir: string) => {
      writeFileSync(join(dir, "nginx/conf.d/more.conf"), "");
    },
    "has another text": (dir: string) => {
      writeFileSync(join(dir, "compose.yaml"), "services: {}\n");
    },
    "has another manifest": (dir: string) => {
      writeFileSync(join(dir, "MANIFEST.sha256"), "");
    },
  })) {
    it(`is not adopted when it ${what}`, () => {
      host().write("state/incoming.new", next);
      change(join(host().home, "state/incoming.new"));
      const { status, output } = host().inside(`adopt "$STATE/incoming.new" ${next.id}`);
      expect(status, output).to.equal(1);
      expect(output).to.contain("did not arrive whole");
      expect(host().has(`releases/${next.id}`)).to.equal(false);
    });
  }
});
