import { expect } from "chai";
import { load } from "js-yaml";
import { parseSettings } from "../../../settings/settings";
import { renderLibrechat } from "../../../services/librechat/config-file";
import { describeProblems } from "../../../settings/problems";
import { inRegion } from "../../../dev/docs/profiles";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { sandboxCatalogue, sandboxContext } from "../../support/fixtures";
import { secretsIn, partsOf } from "../../../services/model/values";
import { variableText } from "../../support/values";

const oidc = { issuer: "https://login.example.com/realms/acme", clientId: "librechat", clientSecret: "hush-hush" };
const given = (more: object = {}) => ({ oidc: JSON.stringify({ ...oidc, ...more }) });

function parsed(value: string, secretKeys: readonly string[] = ["oidc"]) {
  const values = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]', oidc: value };
  const result = parseSettings({ values, aws: inRegion(), secretKeys: new Set(secretKeys) });
  return "problems" in result ? result.problems : [];
}
const problems = (more: object) => parsed(given(more).oidc).map((p) => `${p.key} ${p.message}`);

const librechat = (settings: Record<string, string> = given()) => {
  const catalogue = sandboxCatalogue(settings);
  const found = catalogue.services.find((s) => s.name === "librechat");
  const environment = Object.fromEntries(
    Object.entries(found?.environment ?? {}).map(([k, v]) => [
      k,
      secretsIn(v).length > 0 ? JSON.stringify(partsOf(v)) : variableText(v),
    ]),
  );
  return { environment, secrets: catalogue.secrets.map((s) => s.id) };
};

describe("the identity provider of LibreChat", () => {
  it("gets all that LibreChat asks for, and sign-up stays closed", () => {
    const { environment, secrets } = librechat();
    expect(environment).to.include({
      OPENID_ISSUER: oidc.issuer,
      OPENID_CLIENT_ID: "librechat",
      OPENID_CLIENT_SECRET: '[{"secret":"oidc-client-secret"}]',
      OPENID_SCOPE: "openid profile email",
      OPENID_SESSION_SECRET: '[{"secret":"librechat-openid-session-secret"}]',
      OPENID_CALLBACK_URL: "/oauth/openid/callback",
      ALLOW_SOCIAL_LOGIN: "true",
      ALLOW_SOCIAL_REGISTRATION: "true",
      ALLOW_REGISTRATION: "false",
    });
    expect(environment).not.to.have.property("OPENID_BUTTON_LABEL");
    expect(secrets).to.include("librechat-openid-session-secret");
    expect(load(renderLibrechat(sandboxContext(given())))).to.have.nested.property(
      "registration.socialLogins[0]",
      "openid",
    );
  });

  it("is not there without the setting, nor is its secret", () => {
    const { environment, secrets } = librechat({});
    expect(Object.keys(environment).filter((name) => name.startsWith("OPENID"))).to.deep.equal([]);
    expect(environment["ALLOW_SOCIAL_LOGIN"]).to.equal("false");
    expect(secrets).not.to.include("librechat-openid-session-secret");
  });

  it("may listen elsewhere than on 443, in production too", () => {
    const settings = prodSettings(given({ issuer: "https://login.example.com:8443" }));
    const found = prodCatalogue(settings).services.find((s) => s.name === "librechat");
    expect(found?.internet).to.include({ 8443: "Identity provider" });
  });

  it("is refused at the edge when it cannot be one", () => {
    for (const issuer of ["http://login.example.com", "login.example.com", "https://u:p@x.com", "https://x.com/?a=b"]) {
      expect(problems({ issuer }), issuer).to.deep.equal([
        "oidc.issuer is not the https address of an identity provider",
      ]);
    }
    expect(problems({ issuer: "https://localhost:8443/realms/acme" }).join()).to.contain("is each container itself");
    expect(problems({ issuer: "https://[2001:db8::1]/" }).join()).to.contain("the containers have IPv4 alone");
    expect(problems({ clientId: undefined })).to.deep.equal(["oidc.clientId is required"]);
    expect(problems({ scope: "profile" })).to.deep.equal(["oidc.scope is without openid"]);
    expect(problems({ clientID: "x" })).to.deep.equal(["oidc.clientID is not known; did you mean clientId?"]);
  });

  it("keeps its secret", () => {
    const plain = parsed(given().oidc, []);
    expect(plain.map((p) => p.key)).to.include("oidc.clientSecret");
    for (const value of [given().oidc, given({ issuer: 7 }).oidc, '{"clientSecret":"hush-hush"', "hush-hush"]) {
      for (const secretKeys of [[], ["oidc"]]) {
        const told = describeProblems(parsed(value, secretKeys));
        expect(told, value).not.to.contain("hush-hush");
      }
    }
  });
});
