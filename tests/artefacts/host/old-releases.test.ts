import { expect } from "chai";
import { mkdirSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { HostFolder } from "../../support/host/scripts";
import { need } from "../../support/need";

describe("old releases of a host", () => {
  let host: HostFolder;
  const id = (n: number): string => String(n).repeat(16);
  const folders = (): string[] => readdirSync(join(host.home, "releases")).sort();
  /** A container of each name; what its mounts are, by `docker exec`. */
  const prune = (mounts: Readonly<Record<string, string>>): void => {
    const cases = Object.entries(mounts).map(([name, says]) => `${name}) ${says} ;;`);
    const { status, output } = host.inside(`
      docker() { case $1 in ps) printf '%s\\n' ${Object.keys(mounts).join(" ")} ;; exec) case $2 in ${cases.join(" ")} esac ;; esac; }
      export -f docker
      prune_releases ${host.release.id} ${id(2)}`);
    expect(status, output).to.equal(0);
  };

  beforeEach(function () {
    for (const program of ["bash", "jq", "xargs"]) need(this, program);
    host = new HostFolder();
    for (let n = 1; n <= 9; n++) {
      mkdirSync(join(host.home, "releases", id(n)));
      // the ninth is the newest of them
      utimesSync(join(host.home, "releases", id(n)), 1000 + n, 1000 + n);
    }
  });
  afterEach(() => {
    host.remove();
  });

  it("go, but the newest five, the previous one and what a container still has mounted", () => {
    const long = `head -c 20000 /dev/zero | tr '\\0' x; echo`;
    prune({
      first: `${long}; echo '1 2 / /opt/ai-ecosystem/releases/${id(4)} /etc/nginx ro'; ${long}`,
      second: `${long}; echo '1 2 / /opt/ai-ecosystem/releases/${id(9)}/dashboard /x ro'`,
    });
    expect(folders()).to.deep.equal([2, 4, 6, 7, 8, 9].map(id).concat(host.release.id, "current").sort());
  });

  it("all stay when a container cannot tell what it has mounted", () => {
    const before = folders();
    prune({ first: "true", second: "false" });
    expect(folders()).to.deep.equal(before);
  });

  it("are no reason to ask the containers while there are five of them at most", () => {
    for (const n of [1, 3, 4, 5]) host.inside(`rmdir "$ECOSYSTEM_HOME/releases/${id(n)}"`);
    const before = folders();
    prune({ first: "touch $ECOSYSTEM_HOME/asked" });
    expect(folders()).to.deep.equal(before);
    expect(host.has("asked")).to.equal(false);
  });
});
