import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nginx } from "../../../services/nginx";
import { sandboxContext } from "../../support/fixtures";
import { need, unmet } from "../../support/need";
import { root } from "../../support/root";

const lib = join(root, "templates/host/bin/lib");

// The host's own functions on real files, read and written by the users of the containers.
describe("who may read what on the host", () => {
  let home: string;
  const [uid] = (nginx(sandboxContext()).user ?? "").split(":");

  /** As a container without capabilities has it. */
  const as = (user: string, ...command: readonly string[]) => {
    const drop = ["--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", "--bounding-set=-all"];
    return spawnSync("setpriv", [...drop, "--inh-caps=-all", ...command], { encoding: "utf8" });
  };
  const host = (script: string) => {
    const before = `set -euo pipefail; . ${lib}/common.sh; . ${lib}/tls.sh; fact() { jq -r "$1" "$ECOSYSTEM_HOME/facts.json"; }; `;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", before + script], {
      encoding: "utf8",
      env: { ...process.env, ECOSYSTEM_HOME: home },
    });
    expect(status, stdout + stderr).to.equal(0);
    return stdout;
  };

  before(function () {
    for (const program of ["setpriv", "openssl", "jq"]) need(this, program);
    if (process.getuid?.() !== 0) unmet(this, "files are given to other users: root only");
    home = mkdtempSync(join(tmpdir(), "ai-ecosystem-users-"));
    chmodSync(home, 0o755);
    mkdirSync(join(home, "releases/0123456789abcdef"), { recursive: true });
    writeFileSync(join(home, "releases/0123456789abcdef/.env"), "SECRET=x", { mode: 0o600 });
    for (const folder of ["data/acme", "state"]) mkdirSync(join(home, folder), { recursive: true });
    chmodSync(join(home, "data"), 0o755);
    const tls = { mode: "letsencrypt", names: ["desk.example.com"], email: "a@example.com" };
    writeFileSync(join(home, "facts.json"), JSON.stringify({ tls, legoImage: "goacme/lego:v5" }));
  });
  after(() => {
    if (home) rmSync(home, { recursive: true, force: true });
  });

  it("nginx is not root, and reads the key of the certificate but no secrets of a release (SEC-4)", () => {
    expect(uid).to.match(/^[1-9]\d*$/);
    host("let_nginx_read; self_sign");
    for (const file of ["live.key", "live.crt"])
      expect(as(uid ?? "", "cat", join(home, "data/tls", file)).stdout, file).to.contain("-----BEGIN");
    const env = as(uid ?? "", "cat", join(home, "releases/0123456789abcdef/.env"));
    expect({ status: env.status, stdout: env.stdout }).to.deep.equal({ status: 1, stdout: "" });
    // nobody else reads the key
    expect(as("1000", "cat", join(home, "data/tls/live.key")).status).to.equal(1);
    expect(statSync(join(home, "data/tls")).mode & 0o7).to.equal(0);
  });

  it("and it reads those of earlier pushes, which were root's alone", () => {
    const pair = join(home, "data/tls/current");
    spawnSync("sh", [
      "-c",
      `chown -R 0:0 ${home}/data/tls && chmod 700 ${home}/data/tls ${home}/data/tls/pairs ${pair}/ && chmod 600 ${pair}/tls.key`,
    ]);
    expect(as(uid ?? "", "cat", join(home, "data/tls/live.key")).status).to.equal(1);
    host("let_nginx_read");
    expect(as(uid ?? "", "cat", join(home, "data/tls/live.key")).status).to.equal(0);
  });

  it("lego is nobody, without capabilities, and writes to its own folders only (SEC-9)", () => {
    mkdirSync(join(home, "data/tls/lego/accounts"), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, "data/tls/lego/accounts/key"), "k", { mode: 0o600 });
    host(`docker() { printf '%s\\n' "$@" >>"$ECOSYSTEM_HOME/calls"; }; project() { echo p; }; acme_obstacle() { :; }
      timeout() { shift 3; "$@"; }; obtain_certificate 5 force || true`);
    const calls = readFileSync(join(home, "calls"), "utf8");
    for (const words of ["--user\n65534:65534", "--cap-drop\nALL", "--security-opt\nno-new-privileges", "--read-only"])
      expect(calls).to.contain(words);
    const write = (path: string) => as("65534", "sh", "-c", `: >${join(home, path)}`).status;
    expect(write("data/acme/.well-known/acme-challenge/token")).to.equal(0);
    expect(as(uid ?? "", "cat", join(home, "data/acme/.well-known/acme-challenge/token")).status).to.equal(0);
    // mounted by itself, so that the folders above do not count
    expect(statSync(join(home, "data/tls/lego")).uid).to.equal(65534);
    expect(statSync(join(home, "data/tls/lego/accounts/key")).uid).to.equal(65534);
    for (const path of ["data/tls/live.crt", "data/acme/x", "state/x"]) expect(write(path), path).not.to.equal(0);
  });
});
