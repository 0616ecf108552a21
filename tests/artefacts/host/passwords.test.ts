import { expect } from "chai";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RenderedRelease } from "../../../templates/release/release";
import { sandboxRelease } from "../../support/fixtures";
import { HostFolder } from "../../support/host/scripts";
import { need } from "../../support/need";
import { startPostgres, type PostgresServer } from "../../support/postgres";

const release = (postgres: string, mongodb: string): RenderedRelease =>
  sandboxRelease({}, `MONGODB_ROOT_PASSWORD='${mongodb}'\nPOSTGRES_PASSWORD='${postgres}'\n`);

/** Docker that writes down what is asked of it in a container, and fails where `fails` says so. */
const watched = (fails = "false") => `
  eval "$(declare -f docker | sed '1s/docker/healthy/')"
  docker() {
    case "$*" in
      *' exec '*mongosh*) echo "mongodb $(cat | paste -sd,)" >>"$ECOSYSTEM_HOME/told"; if ${fails}; then return 1; fi ;;
      *' exec '*psql*) cat >/dev/null; echo postgres >>"$ECOSYSTEM_HOME/told" ;;
      *) healthy "$@" ;;
    esac
  }
  export -f healthy docker`;

describe("the stores' own passwords", function () {
  let host: HostFolder;

  beforeEach(() => {
    host = new HostFolder(release("old", "ancient"));
    host.inside("volumes");
  });
  afterEach(() => {
    host.remove();
  });

  const hasData = () => {
    for (const name of ["ai-eco-postgres", "ai-eco-mongo"]) {
      writeFileSync(join(host.home, "data/volumes", name, "data"), "");
    }
  };
  /** What the stores were told since the last time. */
  const told = (): string[] => {
    const lines = host.has("told") ? host.read("told").trim().split("\n") : [];
    rmSync(join(host.home, "told"), { force: true });
    return lines;
  };
  const settle = (next = host.release, machine = watched()) => {
    host.write(`releases/${next.id}`, next);
    return host.inside(`switch_to ${next.id}\n${machine}\nsettle_passwords || { echo "$GATE_REASON"; exit 1; }`);
  };
  const settled = (next?: RenderedRelease) => {
    const { status, output } = settle(next);
    expect(status, output).to.equal(0);
    return told();
  };

  it("are those of .env where there is no data yet", () => {
    const { status, output } = host.ecosystem("start", watched());
    expect(status, output).to.equal(0);
    hasData();
    expect(settled()).to.deep.equal([]);
  });

  it("are told once to the stores of a host that has not written down which they are", () => {
    hasData();
    expect(settled()).to.deep.equal(["postgres", "mongodb ancient"]);
    expect(settled()).to.deep.equal([]);
  });

  it("change with the release that has new ones, and with no other", () => {
    hasData();
    settled();
    const next = release("new", "ancient");
    expect(settled(next)).to.deep.equal(["postgres", "mongodb ancient"]);
    expect(settled(sandboxRelease({ swapSizeGb: "2" }, next.files[".env"]?.text))).to.deep.equal([]);
    // MongoDB is asked with every password that it may have
    expect(settled(release("new", "modern"))).to.deep.equal(["postgres", "mongodb ancient,modern"]);
  });

  it("of which one was told and the other was not are told again, also those of before", () => {
    hasData();
    settled();
    const { status, output } = settle(release("old", "modern"), watched("true"));
    expect(status).to.equal(1);
    expect(output).to.contain("MongoDB takes no root password that this host knows");
    told();
    expect(settled()).to.deep.equal(["postgres", "mongodb ancient,modern"]);
  });

  it("are known of a store that is off, for the day when it is on and has another one", () => {
    hasData();
    settled();
    const off = sandboxRelease(
      { services: '{"librechat": {"enabled": false}, "data-bridge": {"enabled": false}}' },
      "POSTGRES_PASSWORD='new'\n",
    );
    expect(settled(off)).to.deep.equal(["postgres"]);
    expect(settled(off)).to.deep.equal([]);
    rmSync(join(host.home, "releases", host.release.id), { recursive: true });
    expect(settled(release("new", "modern"))).to.deep.equal(["postgres", "mongodb ancient,modern"]);
  });

  it("go back with a release that does", () => {
    hasData();
    settled();
    const next = release("new", "modern");
    host.write("state/incoming.new", next);
    const { status, output } = host.bash(`${watched()}
      eval "$(declare -f docker | sed '1s/docker/well/')"
      docker() {
        if [[ $* == *'--progress plain up'* && $(readlink "$ECOSYSTEM_HOME/releases/current") = ${next.id} ]]; then return 7; fi
        well "$@"
      }
      export -f well docker
      bash "$ECOSYSTEM_HOME/state/incoming.new/bin/push" "$ECOSYSTEM_HOME/state/incoming.new" ${next.id}`);
    expect(status, output).to.equal(1);
    expect(output).to.contain(`release ${host.release.id} serves again`);
    expect(told()).to.deep.equal(["postgres", "mongodb ancient,modern", "postgres", "mongodb ancient,modern"]);
  });
});

describe("PostgreSQL's own password", function () {
  let server: PostgresServer;
  let host: HostFolder;

  before(async function () {
    need(this, "psql");
    server = await startPostgres();
    host = new HostFolder();
  });
  after(async () => {
    host.remove();
    await server.stop();
  });

  it("is set in the server, and stands in none of its logs", () => {
    const password = `new'password\\${"x".repeat(20)}`;
    const { username, password: before } = server.superuser;
    const { status, output } = host.inside(`
      export PGHOST=${server.host} PGPORT=${server.port} PGUSER=${username} PGPASSWORD='${before}' PGSSLMODE=require
      export POSTGRES_PASSWORD=${JSON.stringify(password).replaceAll("$", "\\$")}
      pg() { "$@"; }
      pg_own_password`);
    expect(status, output).to.equal(0);
    expect(output).to.equal("");
    expect(server.sql({ username, password }, "postgres", "SELECT 1")).to.equal("1");
    expect(() => server.sql(server.superuser, "postgres", "SELECT 1")).to.throw("password authentication failed");
    expect(server.log()).not.to.contain("xxxxx");
  });
});
