import { expect } from "chai";
import { hostFolder } from "../../support/host/scripts";

const flag = "data/status/maintenance";

/**
 * Docker that remembers what it was told, and services that are down once they were stopped. `counts` is what Redis says of the
 * queues, a line for each time that it is asked, the last one again and again.
 */
const machine = (counts: readonly string[] = ["0 0"]) => `
  printf '%s\\n' ${counts.map((c) => `'${c}'`).join(" ")} >"$ECOSYSTEM_HOME/counts"
  sleep() { :; }
  sync() { :; }
  docker() {
    local down
    down=$(cat "$ECOSYSTEM_HOME/down" 2>/dev/null)
    case "$*" in
      'version --format'*) ;;
      'ps -aq'*) jq -r '.services[].name, .jobs[].name' "$RELEASE/release.json" ;;
      'inspect '*) shift; jq -n --arg down " $down " --argjson jobs "$(jq -c '[.jobs[].name]' "$RELEASE/release.json")" '[$ARGS.positional[] | . as $name
        | ($jobs | index($name)) as $job | ($down | contains(" " + $name + " ")) as $off
        | {Id: $name, RestartCount: 0, Config: {Image: "", Labels: {"com.docker.compose.service": $name}},
           State: {Status: (if $job or $off then "exited" else "running" end), ExitCode: 0, Health: {Status: "healthy"}, StartedAt: "", OOMKilled: false}}]' --args "$@" ;;
      *' exec -T redis '*) head -n 1 "$ECOSYSTEM_HOME/counts"; [ "$(wc -l <"$ECOSYSTEM_HOME/counts")" = 1 ] || sed -i 1d "$ECOSYSTEM_HOME/counts" ;;
      *' stop '*) echo "$*" >>"$ECOSYSTEM_HOME/told"; echo "\${*##* stop }" >"$ECOSYSTEM_HOME/down" ;;
      *' up '*) echo "$*" >>"$ECOSYSTEM_HOME/told"; [[ $* == *--no-deps* ]] || rm -f "$ECOSYSTEM_HOME/down" ;;
    esac
  }
  export -f docker sleep sync`;

describe("the maintenance of a host", function () {
  const host = hostFolder();
  const told = () => (host().has("told") ? host().read("told").trim().split("\n") : []);

  it("closes the entrance, lets the queues run empty, and stops the applications, not the stores", () => {
    const { status, output } = host().ecosystem("maintenance on", machine(["3 0", "1 0", "0 2"]));
    expect(status, output).to.equal(0);
    expect(output).to.match(
      /503[^]*waiting: 3 jobs of chatwoot-sidekiq\n[^]*waiting: 1 jobs[^]*stopping the applications/,
    );
    expect(output).to.contain("for later, in Redis as well: 2 jobs of chatwoot-sidekiq");
    expect(told()).to.have.lengthOf(1);
    const stopped = told()[0]?.split(" ") ?? [];
    expect(stopped).to.include.members(["n8n", "chatwoot-web", "chatwoot-sidekiq", "librechat"]);
    expect(stopped).not.to.include.members(["nginx"]).and.not.to.include.members(["postgres"]);
    expect(host().read(flag)).to.match(/^\d{4}-.*Z\n$/);
    expect(host().ecosystem("maintenance status").output).to.match(/^on since \d{4}-/);
  });

  it("works off what an application that stopped gave back to its queue", () => {
    const { status, output } = host().ecosystem("maintenance on", machine(["0 0", "2 0", "2 0", "0 0"]));
    expect(status, output).to.equal(0);
    expect(told().map((line) => / (stop|up) /.exec(line)?.[1])).to.deep.equal(["stop", "up", "stop"]);
    expect(told()[1]).to.match(/ up -d --no-deps chatwoot-sidekiq$/);
  });

  it("stops nothing when the queues do not run empty in time, and says what is left and both ways", () => {
    const slow = `${machine(["7 0"])}\nuptime_seconds() { local n; n=$(cat "$ECOSYSTEM_HOME/n" 2>/dev/null || echo 0); echo $((n + 30)) >"$ECOSYSTEM_HOME/n"; echo "$n"; }; export -f uptime_seconds`;
    const { status, output } = host().inside(`${slow}\nid() { echo 0; }; need_docker() { :; }
      . "$RELEASE/bin/lib/backups/maintenance.sh"; set +e; cmd_maintenance on --minutes 2; exit $?`);
    expect(status, output).to.equal(3);
    expect(output).to.match(/error: not worked off: 7 jobs of chatwoot-sidekiq/);
    expect(output).to.contain("--now").and.contain("ecosystem maintenance off");
    expect(told()).to.deep.equal([]);
    expect(host().has(flag)).to.equal(true);
    // with what is there left in Redis
    const now = host().ecosystem("maintenance on --now", machine(["7 0"]));
    expect(now.status, now.output).to.equal(0);
    expect(now.output).to.contain("left in Redis: 7 jobs");
  });

  it("does nothing when Redis cannot say what waits", () => {
    const { status, output } = host().ecosystem("maintenance on", machine(["NOAUTH"]));
    expect(status, output).to.equal(3);
    expect(told()).to.deep.equal([]);
    expect(output).to.contain("Redis does not say what waits");
  });

  it("is said by status, health and doctor, and refuses a start beside it", () => {
    host().ecosystem("maintenance on", machine());
    for (const command of ["start", "restart", "restart n8n"]) {
      const { status, output } = host().ecosystem(command, machine());
      expect(status, output).to.equal(1);
      expect(output).to.contain("Next: ecosystem maintenance off");
    }
    for (const command of ["status", "health"]) {
      const { status, output } = host().ecosystem(command, machine());
      expect(status, output).to.equal(3);
      expect(output).to.match(/In maintenance.*ecosystem maintenance off/);
    }
    const json = JSON.parse(host().ecosystem("status --json", machine()).stdout) as { maintenance: string };
    expect(json.maintenance).to.match(/^\d{4}-/);
    const doctor = host().ecosystem("doctor", machine());
    expect(doctor.output)
      .to.match(/warning +in maintenance since/)
      .and.not.match(/n8n is exited/);
  });

  it("ends with everything up", () => {
    host().ecosystem("maintenance on", machine());
    const { status, output } = host().ecosystem("maintenance off", machine());
    expect(status, output).to.equal(0);
    expect(host().has(flag)).to.equal(false);
    expect(told().at(-1)).to.match(/up -d --remove-orphans *$/);
    expect(host().ecosystem("maintenance status").output).to.equal("off\n");
  });

  it("lets a push bring up the stores and the entrance alone, which says so", () => {
    host().ecosystem("maintenance on", machine());
    host().state("push.json", JSON.stringify({ id: host().release.id, previous: null, result: "live" }));
    host().write("state/incoming.1.new", host().release);
    const incoming = '"$ECOSYSTEM_HOME/state/incoming.1.new"';
    const push = host().bash(`${machine()}
      openssl() { command openssl "$@"; }
      bash ${incoming}/bin/push ${incoming} ${host().release.id}`);
    expect(push.status, push.output).to.equal(0);
    const up = told().at(-1) ?? "";
    expect(up)
      .to.match(/--no-deps/)
      .and.contain("nginx")
      .and.contain("postgres")
      .and.not.contain("n8n");
    expect(push.output).to.match(/In maintenance since .*sudo ecosystem maintenance off/);
  });

  for (const command of ["maintenance", "maintenance maybe", "maintenance off now", "maintenance on --minutes 0"]) {
    it(`refuses with 2 and words: ${command}`, () => {
      const { status, output } = host().ecosystem(command, machine());
      expect(status, output).to.equal(2);
    });
  }
});
