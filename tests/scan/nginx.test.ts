import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { renderNginx, type NginxInput } from "../../templates/nginx";
import { sandboxCatalogue } from "../support/fixtures";
import { need, unmet } from "../support/need";

/** What gixy finds and this program leaves as it is: plugin -> why. */
const accepted: Readonly<Record<string, string>> = {
  add_header_redefinition:
    "Meant: where others may frame a page, and where nginx has a page of its own, the headers are included anew without those of the frames.",
  try_files_is_evil_too: "Costs an open per challenge of the certificate authority, of which there are some a month.",
};

/** Of gixy's report. */
interface Finding {
  readonly plugin: string;
  readonly severity: string;
  readonly summary: string;
  readonly reason?: string;
}

describe("what a public scanner finds in nginx's files", function () {
  const folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-gixy-"));

  before(function () {
    need(this, "python3");
    const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
    if (!existsSync(join(cache, "ai-ecosystem-tests/gixy/stamp"))) unmet(this, "no gixy: make tools installs it");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const scan = (name: string, files: Readonly<Record<string, string>>): readonly Finding[] => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const { stdout, stderr } = spawnSync(
      join(__dirname, "tool"),
      ["gixy", "--format", "json", join(folder, name, "nginx/nginx.conf")],
      { encoding: "utf8" },
    );
    if (!stdout.startsWith("[")) throw new Error(`gixy: ${stderr}`);
    return JSON.parse(stdout) as Finding[];
  };
  const { services } = sandboxCatalogue();
  const host: NginxInput = {
    services,
    hosts: { apex: "acme.example", scheme: "https", port: 443 },
    address: "203.0.113.10",
    hsts: true,
  };
  const inputs = {
    host,
    "a host with a certificate of its own": { ...host, hsts: false },
    "somebody's own machine": { ...host, hosts: { apex: "localhost", scheme: "http", port: 8080 } },
  } satisfies Record<string, NginxInput>;
  const line = (f: Finding) => `${f.plugin} (${f.severity}): ${f.summary} ${f.reason ?? ""}`;

  for (const [name, input] of Object.entries(inputs)) {
    it(`is what is accepted, with a reason, and all of that: ${name}`, () => {
      const found = scan(name, renderNginx(input));
      const open = found.filter(({ plugin }) => accepted[plugin] === undefined);
      expect(open.map(line), "repair it, or say in this file why not").to.deep.equal([]);
      expect(new Set(found.map(({ plugin }) => plugin))).to.deep.equal(new Set(Object.keys(accepted)));
    });
  }

  it("grows when the visitor's own Host is passed on (SEC-13)", () => {
    const files = Object.entries(renderNginx(host)).map(([path, text]) => [
      path,
      text.replaceAll("proxy_set_header Host $host;", "proxy_set_header Host $http_host;"),
    ]);
    const found = scan("worse", Object.fromEntries(files) as Record<string, string>);
    expect(found.map(({ plugin }) => plugin)).to.include("host_spoofing");
  });
});
