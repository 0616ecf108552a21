import { expect } from "chai";
import { inRegion } from "../../../dev/docs/profiles";
import { parseSettings } from "../../../settings/settings";

const wrong = (more: Readonly<Record<string, string>>) => {
  const values = { topology: "host", sshAllowedCidrs: '["203.0.113.7/32"]', ...more };
  const result = parseSettings({ values, aws: inRegion(), secretKeys: new Set<string>() });
  return "problems" in result ? result.problems.map((p) => p.key) : [];
};

describe("names in the settings", () => {
  it("are refused where docker knows no such image, and without a tag or with latest", () => {
    const found = (image: string) => wrong({ services: JSON.stringify({ n8n: { image } }) });
    for (const image of [
      ...["n8nio/n8n", "n8nio/n8n:latest", "n8nio//n8n:2", "n8nio/n8n:2:3"],
      ...["n8nio/n8n-:2", "a:1/n8n/:2", "N8nio/n8n:2", "n8n:2 ", "n8n:2@sha256:ab"],
    ]) {
      expect(found(image), image).to.deep.equal(["services.n8n.image"]);
    }
    for (const image of [
      "n8n:2",
      "localhost:5000/n8n:2.42.5",
      "docker.n8n.io/n8n_io/n8n__x:2.42.5",
      "ghcr.io/a--b/c.d:v1-x",
    ]) {
      expect(found(image), image).to.deep.equal([]);
    }
    expect(found(`n8nio/n8n:2.42.5@sha256:${"ab".repeat(32)}`)).to.deep.equal([]);
  });

  it("are those of DNS, in another alphabet too", () => {
    const found = (domain: string) => wrong({ domain, adminEmail: "a@acme.example" });
    for (const domain of ["acme.example", "xn--e1afmkfd.xn--p1ai"]) expect(found(domain), domain).to.deep.equal([]);
    for (const domain of [
      "acme",
      "acme.example.",
      "Acme.example",
      "-acme.example",
      "acme.xn--",
      "1.2.3.4",
      "acme..example",
    ]) {
      expect(found(domain), domain).to.deep.equal(["domain"]);
    }
  });
});
