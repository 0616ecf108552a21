import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RenderedRelease } from "../../../templates/release/release";
import { sandboxRelease } from "../../support/fixtures";
import { HostFolder, hostFolder } from "../../support/host/scripts";

describe("the host's scripts under faults", function () {
  const host = hostFolder();

  describe("when docker is restarted", () => {
    it("go on with a push as soon as it is back", () => {
      const next = sandboxRelease({ swapSizeGb: "2" });
      host().write("state/incoming.1.new", next);
      // away at the first up, and for two more questions
      const { status, output } = host().bash(`
        eval "$(declare -f docker | sed '1s/docker/healthy/')"
        docker() {
          local left; left=$(cat "$ECOSYSTEM_HOME/left" 2>/dev/null || echo none)
          if [[ $* == *' up '* ]] && [ "$left" = none ]; then
            echo 2 >"$ECOSYSTEM_HOME/left"; echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; return 1
          fi
          case $left in
            [1-9]) [ "$1" != version ] || echo $((left - 1)) >"$ECOSYSTEM_HOME/left"; return 1 ;;
          esac
          healthy "$@"; }
        sleep() { command sleep 0.1; }
        export -f healthy docker sleep
        bash "$ECOSYSTEM_HOME/state/incoming.1.new/bin/push" "$ECOSYSTEM_HOME/state/incoming.1.new" ${next.id}`);
      expect(status, output).to.equal(0);
      expect(output).to.contain("docker does not answer: waiting");
      expect(output).to.contain(`release ${next.id} is live`).and.not.contain("going back");
    });

    it("keep the dashboard's last health, which is no list of missing services", () => {
      host().inside("write_health");
      const before = host().read("data/status/health.json");
      expect(before).to.contain('"running"');
      const { output } = host().inside("docker() { return 1; }; write_health || echo kept");
      expect(output).to.contain("kept");
      expect(host().read("data/status/health.json")).to.equal(before);
    });
  });

  describe("when the clock jumps", () => {
    const backups = () => readdirSync(join(host().home, "data/backups")).sort();
    const archive = (day: number) => `ai-ecosystem-202601${String(day).padStart(2, "0")}T020000Z.tar.gz`;

    it("lose no week of archives to a year that never passed", () => {
      for (let day = 1; day <= 12; day++) writeFileSync(join(host().home, "data/backups", archive(day)), "");
      host().inside("date() { command date -d '+1 year' \"$@\"; }; rotate");
      expect(backups()).to.deep.equal([6, 7, 8, 9, 10, 11, 12].map(archive));
    });

    it("make no archive in the place of one that is there", () => {
      writeFileSync(join(host().home, "data/backups", archive(1)), "mine");
      const { output } = host().inside(`
        date() { [[ $* != *%Y%m%dT* ]] || { echo 2026010\${day:-1}T020000Z; return; }; command date "$@"; }
        sleep() { day=2; }
        collect() { : >"$1"; }; verify_archive() { :; }; rotate() { :; }
        make_backup manual`);
      expect(output.trim()).to.match(/2026010[23]T020000Z\.tar\.gz$/);
      expect(host().read(`data/backups/${archive(1)}`)).to.equal("mine");
    });

    it("leave an upload alone that waits, and keep none whose process is gone", () => {
      const waiting = spawn("bash", ["-c", "read -r line"]);
      for (const name of [`incoming.${String(waiting.pid)}.a`, "incoming.99999999.b", "incoming.OlDoNe12"]) {
        mkdirSync(join(host().home, "state", name));
      }
      // as old as the clock wants
      host().inside('find "$STATE" -name "incoming.*" -exec touch -d "2 days ago" {} +; sweep');
      const left = readdirSync(join(host().home, "state")).filter((name) => name.startsWith("incoming"));
      waiting.kill();
      expect(left).to.deep.equal([`incoming.${String(waiting.pid)}.a`]);
    });

    it("sign anew what begins later than now", () => {
      const ensured = (script: string) =>
        host().inside(`install() { command install $(sed 's/-[go] [0-9]*//g' <<<"$*"); }
          ${script}; rc=0; ensure_certificate || rc=$?; echo "rc $rc"`).output;
      expect(ensured(":")).to.contain("rc 10");
      expect(ensured(":")).to.contain("rc 0");
      // an hour back: the certificate of just now begins in the future
      expect(ensured("date() { command date -d '-1 hour' \"$@\"; }")).to.contain("rc 10");
    });
  });

  for (const [health, after] of [
    ["unhealthy", 120],
    ["starting", 420],
  ] as const) {
    it(`give a service that stays ${health} its time and no more, and say which one it is`, () => {
      const { output } = host().inside(`
        eval "$(declare -f docker | sed '1s/docker/healthy/')"
        docker() {
          if [ "$1" = inspect ]; then healthy "$@" | jq 'map(.State.StartedAt = "then" | .Config.Image = "image" | if .Id == "librechat" then .State.Health = {Status: "${health}", Log: [{Output: "no moon"}]} else . end)'
          else healthy "$@"; fi; }
        uptime_seconds() { cat "$STATE/seconds" 2>/dev/null || echo 0; }
        sleep() { echo $(($(uptime_seconds) + 60)) >"$STATE/seconds"; }
        tell_changes() { :; }
        pass_gate 420 || { echo "after $(uptime_seconds) s"; show_culprits; }`);
      expect(output).to.contain(`after ${String(after)} s`);
      expect(output).to.contain(`FAILED: not ready: librechat (${health})`);
      expect(output).to.match(new RegExp(`^--- librechat: running, health ${health},`, "m"));
      expect(output).to.contain("health check: no moon");
      expect(output).not.to.contain("--- n8n");
    });
  }

  it("leave the release that runs its certificate, when one with other names is refused", () => {
    const fewer = new HostFolder(sandboxRelease({ services: '{"librechat": {"enabled": false}}' }));
    try {
      const push = (release: RenderedRelease, nginx: string) => {
        fewer.write("state/incoming.1.new", release);
        return fewer.bash(`
          eval "$(declare -f docker | sed '1s/docker/healthy/')"
          docker() { case "$1" in run) ${nginx} ;; *) healthy "$@" ;; esac; }
          export -f healthy docker
          bash "$ECOSYSTEM_HOME/state/incoming.1.new/bin/push" "$ECOSYSTEM_HOME/state/incoming.1.new" ${release.id}`);
      };
      expect(push(fewer.release, "return 0").output).to.contain("is live");
      const certificate = fewer.read("data/tls/live.crt");
      const more = sandboxRelease();
      expect(push(more, "return 1").output).to.contain(`nothing was changed: release ${fewer.release.id} still runs`);
      expect(fewer.read("data/tls/live.crt")).to.equal(certificate);
      expect(push(more, "return 0").output).to.contain("is live");
      expect(fewer.read("data/tls/live.crt")).not.to.equal(certificate);
    } finally {
      fewer.remove();
    }
  });

  it("say which release Pulumi asked for last, when another one runs", () => {
    host().state("push.json", JSON.stringify({ id: host().release.id, previous: null, result: "live" }));
    host().state("asked.json", JSON.stringify({ id: host().release.id, time: "2026-11-28T12:00:00Z" }));
    expect(host().ecosystem("doctor").output).to.contain("ok       Pulumi asked last for just this release");
    host().state("asked.json", JSON.stringify({ id: "0123456789abcdef", time: "2026-11-28T12:00:00Z" }));
    const { status, output } = host().ecosystem("doctor");
    expect(status).to.equal(3);
    expect(output).to.contain(
      `Pulumi asked last for release 0123456789abcdef (2026-11-28T12:00:00Z), and ${host().release.id} runs`,
    );
  });
});
