import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostFolder } from "../../support/host/scripts";

const accounts = "data/tls/lego/accounts/acme-v02.api.letsencrypt.org";

describe("the account at Let's Encrypt", function () {
  const host = hostFolder();

  /** Of a run of lego. */
  const words = () => {
    host().inside(`
      docker() { [ "$1" != run ] || printf '%s\\n' "$@" >"$ECOSYSTEM_HOME/call"; return 1; }
      install() { mkdir -p "\${@: -1}"; }; acme_obstacle() { :; }
      obtain_certificate 5 force || true`);
    return host().read("call").trim().split("\n");
  };
  const account = (name: string, registration: object | null) => {
    mkdirSync(join(host().home, accounts, name), { recursive: true });
    writeFileSync(join(host().home, accounts, name, "account.json"), JSON.stringify({ id: name, registration }));
  };
  const used = () => {
    const said = words();
    return said[said.indexOf("--account-id") + 1];
  };

  it("has no address: Let's Encrypt refuses one of example.com, which the settings begin with (NEW-6)", () => {
    expect(words()).to.not.include.members(["--email"]);
    expect(words()).to.include.members(["--account-id", "ai-ecosystem"]);
  });

  it("stays the same when adminEmail changes, as a certificate is renewed by the account that has it", () => {
    account("ana@acme.example", { status: "valid", accountURL: "https://acme.example/1" });
    expect(used()).to.equal("ana@acme.example");
    expect(used()).to.equal("ana@acme.example");
  });

  it("is made anew after a registration that failed: lego would ask for it in vain for ever", () => {
    for (const registration of [null, { status: "" }]) {
      account("ai-ecosystem", registration);
      expect(used()).to.equal("ai-ecosystem");
      expect(host().has(`${accounts}/ai-ecosystem`)).to.equal(false);
    }
  });
});
