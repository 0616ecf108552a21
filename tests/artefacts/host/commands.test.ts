import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderEnv } from "../../../templates/release/env";
import { hostFolder } from "../../support/host/scripts";

const alive = (pid: string) => spawnSync("kill", ["-0", pid]).status === 0;

describe("the commands of the host", function () {
  const host = hostFolder();

  for (const command of [
    ...["nonsense", "start now", "stop now", "restart nosuch", "restart n8n nginx", "run", "run nosuch"],
    ...["restart $'n8n\\nnginx'", "logs $'n8n\\nnosuch'", "run $'\\nn8n'", "run ''"],
    ...["logs -n", "logs -n abc", "logs --lines ''", "logs nosuch", "logs --bogus", "update x", "status --json extra"],
    ...["status ''", "health x", "health --json --watch", "doctor --all", "backup --reason", "backup x", "tls ''"],
    ...["tls renew --bogus", "tls show x", "restore", "restore nofile.tar.gz --yes", "restore a b", "restore --bogus"],
  ]) {
    it(`refuse with 2 and words: ${command} (HOST-11)`, () => {
      const { status, output } = host().ecosystem(command);
      expect(status, output).to.equal(2);
      expect(output).to.match(/error: \S.*\n[^]*See: ecosystem help/);
    });
  }

  it("say that docker does not answer, once, with the remedy (HOST-10)", () => {
    const away = "docker() { echo 'Cannot connect to the Docker daemon' >&2; return 1; }; export -f docker";
    const doctor = host().ecosystem("doctor", away);
    expect(doctor.status).to.equal(3);
    expect(doctor.output.match(/docker does not answer\n\s+-> .*systemctl/g)).to.have.lengthOf(1);
    expect(doctor.output).not.to.contain("has no container");
    for (const command of ["status", "health"]) {
      const { status, output } = host().ecosystem(command, away);
      expect(status, output).to.equal(3);
      // nobody knows how the services are: they may run on, as with live-restore
      expect(output)
        .to.match(/^n8n +unknown /m)
        .and.not.contain("missing");
      expect(output).to.contain("docker does not answer. Next: systemctl status docker");
      const json = host().ecosystem(`${command} --json`, away);
      expect(json.stdout).to.contain('"unknown"').and.not.contain("missing");
      expect((JSON.parse(json.stdout) as { healthy: boolean }).healthy).to.equal(false);
    }
    for (const command of ["start", "stop", "restart", "backup", "logs n8n", "tls renew", "update", "user list"]) {
      const { status, output } = host().ecosystem(command, away);
      expect(status, output).to.equal(1);
      expect(output).to.contain("docker does not answer. Next: systemctl status docker");
    }
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    it(`leave no process behind when logs is ended by ${signal} (HOST-12)`, async () => {
      const pids = join(host().home, "pids");
      const child = spawn(
        "bash",
        [
          "-c",
          `docker() { case "$*" in *' logs '*) echo line; exec bash -c 'echo $$ >>"$0"; exec sleep 3600' "${pids}" ;; esac; }
           timeout() { :; }; id() { echo 0; }; export -f docker timeout id
           exec bash "$ECOSYSTEM_HOME/current/bin/ecosystem" logs n8n`,
        ],
        { env: { ...process.env, ECOSYSTEM_HOME: host().home }, stdio: "ignore" },
      );
      const ended = once(child, "exit");
      let found: string[] = [];
      while (found.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        found = host().has("pids") ? host().read("pids").trim().split("\n").filter(Boolean) : [];
      }
      child.kill(signal);
      await ended;
      while (found.some(alive)) await new Promise((resolve) => setTimeout(resolve, 50));
    });
  }

  describe("after a restore that was interrupted", () => {
    beforeEach(() => {
      const backups = `${host().home}/data/backups`;
      host().state(
        "restore.json",
        JSON.stringify({ from: `${backups}/a.tar.gz`, safety: `${backups}/s.tar.gz`, time: "2026-11-28T12:00:00Z" }),
      );
    });

    it("start nothing on data of two times, and name the way back (HOST-2)", () => {
      for (const command of ["start", "restart", "restart n8n", "backup"]) {
        const { status, output } = host().ecosystem(command);
        expect(status, output).to.equal(1);
        expect(output).to.match(/did not end .*Next: back to before: ecosystem restore \S*\/s\.tar\.gz --yes/);
      }
      const { status, output } = host().ecosystem("doctor");
      expect(status).to.equal(3);
      expect(output).to.match(/ERROR .*did not end.*\n.*back to before/);
    });

    it("take no push, and keep nothing of it", () => {
      host().write("state/incoming.1.new", host().release);
      const incoming = '"$ECOSYSTEM_HOME/state/incoming.1.new"';
      const { status, output } = host().bash(`bash ${incoming}/bin/push ${incoming} ${host().release.id}`);
      expect(status, output).to.equal(1);
      expect(output).to.match(/nothing was changed: release \w+ still runs\nerror: .*ecosystem restore/);
      expect(host().has("state/incoming.1.new")).to.equal(false);
    });
  });

  it("stop a restore's applications, but not the entrance (HOST-6)", () => {
    const { stdout } = host().bash(`sed -n '/^  mapfile -t applications/p' "$RELEASE/bin/lib/backups/restore.sh"`);
    const { stdout: names } = host().inside(`${stdout}\nprintf '%s\\n' "\${applications[@]}"`);
    expect(names.split("\n")).to.include.members(["n8n", "chatwoot-web"]).and.not.include.members(["nginx"]);
  });

  describe("compare the keys of an archive", () => {
    const differ = (theirs: string, ours: string) => {
      mkdirSync(join(host().home, "keys"));
      writeFileSync(join(host().home, "keys/env"), theirs);
      writeFileSync(join(host().home, `releases/${host().release.id}/.env`), ours);
      return host().inside('cd "$ECOSYSTEM_HOME"; tar -czf a.tgz keys/env; different_keys a.tgz').stdout;
    };
    it("where both sides have them", () => {
      expect(differ("N8N_ENCRYPTION_KEY=a\n", "N8N_ENCRYPTION_KEY=b\n")).to.equal("N8N_ENCRYPTION_KEY\n");
    });
    it("but not those of a service that was switched off since (APP-16)", () => {
      expect(differ("N8N_ENCRYPTION_KEY=a\nLIBRECHAT_CREDS_KEY=b\n", "N8N_ENCRYPTION_KEY=a\n")).to.equal("");
    });
    it("nor those of a service that was switched on since", () => {
      expect(differ("N8N_ENCRYPTION_KEY=a\n", "N8N_ENCRYPTION_KEY=a\nLIBRECHAT_CREDS_KEY=b\n")).to.equal("");
    });
  });

  it("strike the secrets out of what they print, whatever is in those", () => {
    const secrets = ["it's a tail", "back\\slash\\", "Aa1\\'Tail", 'q"\\$HOME', "\\\\\\\\", "$2a$10$abc"];
    const env = renderEnv(Object.fromEntries(secrets.map((value, i) => [`secret-${i}`, value])));
    writeFileSync(join(host().home, `releases/${host().release.id}/.env`), env);
    const { stdout } = host().bash('. "$RELEASE/bin/lib/common.sh"; redact', secrets.map((s) => `<${s}>\n`).join(""));
    expect(stdout).to.equal(secrets.map(() => "<********>\n").join(""));
  });

  it("ask for the room that today's data needs, and keep a reserve (HOST-7)", () => {
    const volume = join(host().home, "data/volumes/ai-eco-jupyter");
    mkdirSync(volume);
    writeFileSync(join(volume, "data"), Buffer.alloc(40 << 20, 1));
    writeFileSync(join(host().home, "data/backups/ai-ecosystem-20260101T000000Z.tar.gz"), "small");
    const withFree = (free: number) =>
      host().ecosystem(
        "backup",
        `df() { case "$*" in *size*) echo $((1 << 30)) ;; *) echo ${String(free)} ;; esac; }; export -f df`,
      ).output;
    // a tenth of the disk stays free
    const reserve = Math.floor(2 ** 30 / 10);
    expect(withFree(reserve + (35 << 20))).to.match(/free in .* needed, and 102\.4MB stay free for the databases/);
    expect(withFree(reserve + (45 << 20))).not.to.contain("stay free");
  });

  it("are not misled when the clock jumps", () => {
    const recent = (time: string) => host().inside(`is_recent ${time} 36000 && echo yes || echo no`).stdout.trim();
    expect(recent("2099-01-01T00:00:00Z")).to.equal("no");
    expect(recent("rubbish")).to.equal("no");
    expect(recent('"$(now)"')).to.equal("yes");
    // a day passes while the gate looks: it goes on
    const { output } = host().inside(`
      sleep() { :; }
      date() { if [ -e "$STATE/jumped" ]; then command date -d '+1 day' "$@"; else command date "$@"; fi; }
      readiness() { if [ -e "$STATE/jumped" ]; then GATE_REASON=; return 0; fi; touch "$STATE/jumped"; GATE_REASON='not ready: n8n (starting)'; return 1; }
      tell_changes() { :; }
      ask() { echo 200; }
      pass_gate 300 && echo passed`);
    expect(output).to.contain("passed");
    writeFileSync(join(host().home, "data/backups/ai-ecosystem-20990101T000000Z.tar.gz"), "");
    expect(host().ecosystem("doctor").output).to.contain("the newest archive is of the future");
  });

  it("do not pull again what does not exist (HOST-16)", () => {
    const tries = (answer: string) =>
      host()
        .inside(
          `docker() { [ "$1 $2" != 'pull -q' ] || echo "pull: ${answer}" | tee -a "$STATE/pulls" >&2; return 1; }
           sleep() { :; }
           rm -f "$STATE/pulls"
           (pull_images) || cat "$STATE/pulls"`,
        )
        .stdout.match(/^pull: /gm)?.length;
    expect(tries("manifest unknown: manifest unknown")).to.equal(1);
    expect(tries("net/http: TLS handshake timeout")).to.equal(3);
  });

  it("take no other image under a tag than the one that came first (SEC-9)", () => {
    const pull = (digest: string, image = "") =>
      host().inside(`
        docker() {
          case "$1 $2" in
            'pull -q') touch "$ECOSYSTEM_HOME/pulled" ;;
            'image inspect') [ -e "$ECOSYSTEM_HOME/pulled" ] || return 1
              jq -n --arg d "x@sha256:${digest}" '[{RepoDigests: [$d]}]' ;;
            'image rm') echo "$3" >"$ECOSYSTEM_HOME/removed" ;;
          esac
        }
        echo '{"services": [{"image": "acme/desk:1.0${image}"}]}' >"$RELEASE/release.json"
        rm -f "$ECOSYSTEM_HOME/pulled"
        pull_images`);
    const release = host().read("releases/current/release.json");
    try {
      expect(pull("aa").status).to.equal(0);
      expect(host().read("state/digests")).to.equal("acme/desk:1.0 sha256:aa\n");
      expect(pull("aa").status).to.equal(0);
      const { status, output } = pull("bb");
      expect(status).to.equal(1);
      expect(host().read("removed")).to.equal("acme/desk:1.0\n");
      expect(output).to.contain("acme/desk:1.0 is not what it was on this host: now sha256:bb, before sha256:aa");
      expect(pull("bb", "@sha256:bb").status).to.equal(0);
    } finally {
      writeFileSync(join(host().home, "releases/current/release.json"), release);
    }
  });
});
