import { expect } from "chai";
import * as fc from "fast-check";
import { archive } from "../../../templates/release/archive";
import { renderEnv } from "../../../templates/release/env";
import { fill, templateFiles } from "../../../templates/text";
import { renderUserData } from "../../../templates/user-data";
import { demo, sandboxCatalogue, sandboxRelease } from "../../support/fixtures";
import { catalogue as factories } from "../../../services/catalogue";

describe("release", () => {
  const release = sandboxRelease({}, "A='1'\n");

  it("is the same for the same input, bytes and id", async () => {
    const again = sandboxRelease({}, "A='1'\n");
    expect(again).to.deep.equal(release);
    expect(await archive(again.files)).to.equal(await archive(release.files));
  });

  it("has another id when a file or a secret changes", () => {
    expect(sandboxRelease({}, "A='2'\n").id).not.to.equal(release.id);
    expect(sandboxRelease({ dataVolumeGb: "30" }, "A='1'\n").id).to.equal(release.id);
    expect(sandboxRelease({ swapSizeGb: "2" }, "A='1'\n").id).not.to.equal(release.id);
  });

  it("keeps .env for root, programs executable and the rest readable", () => {
    const modes = Object.fromEntries(Object.entries(release.files).map(([path, f]) => [path, f.mode]));
    expect(modes[".env"]).to.equal(0o600);
    expect(modes["bin/push"]).to.equal(0o755);
    expect(modes["bin/ecosystem"]).to.equal(0o755);
    expect(modes["compose.yaml"]).to.equal(0o644);
  });

  it("holds everything that a container mounts", () => {
    const { services, jobs } = sandboxCatalogue();
    const paths = Object.keys(release.files);
    for (const { source } of [...services, ...jobs].flatMap((c) => c.mounts ?? [])) {
      expect(
        paths.some((p) => p === source || p.startsWith(`${source}/`)),
        source,
      ).to.equal(true);
    }
  });

  it("leaves no hole unfilled", () => {
    for (const [path, { text }] of Object.entries(release.files)) expect(text, path).not.to.match(/@@[A-Z0-9_]+@@/);
    expect(renderUserData(4)).not.to.match(/@@/);
  });

  it("tells the host about a further service, and puts it on the dashboard", () => {
    const { files } = sandboxRelease({}, "", [...factories, demo]);
    const facts = JSON.parse(files["release.json"]?.text ?? "{}") as { tls: { names: string[] } };
    expect(facts.tls.names).to.include("demo.203-0-113-10.sslip.io");
    expect(files["dashboard/services.json"]?.text).to.contain("https://demo.203-0-113-10.sslip.io/");
    expect(files["nginx/conf.d/demo.conf"]?.text).to.contain("demo.203-0-113-10.sslip.io");
  });

  it("is made of files, none of which is a test or TypeScript", () => {
    expect(Object.keys(release.files).filter((p) => /\.ts$|\.pyc$|__pycache__/.test(p))).to.deep.equal([]);
    expect(templateFiles("dashboard")).to.include("index.html");
  });
});

describe(".env", () => {
  it("quotes every value for Compose and sorts by name", () => {
    expect(renderEnv({ "b-c": "x'y", a: "$1" })).to.equal("A='$1'\nB_C='x\\'y'\n");
  });

  it("refuses line breaks, naming the secret and not its value", () => {
    expect(() => renderEnv({ "smtp-password": "one\ntwo" }))
      .to.throw(/smtp-password/)
      .and.not.match(/one/);
  });

  it("has one line for each secret, whatever is in it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), fc.string()), (values) => {
        let text;
        try {
          text = renderEnv(values);
        } catch (error) {
          expect(String(error)).to.contain("control character");
          return;
        }
        expect(text.split("\n").filter((line) => line !== "")).to.have.length(Object.keys(values).length);
      }),
    );
  });
});

describe("fill", () => {
  it("fails on a hole without a value and on a value without a hole", () => {
    expect(fill("a @@B@@ c", { B: "x" })).to.equal("a x c");
    expect(() => fill("@@B@@", {})).to.throw("@@B@@");
    expect(() => fill("", { B: "x" })).to.throw("B");
  });
});
