import { expect } from "chai";
import { checkDelegation, checkDomain, type NameServers } from "../../../../tools/stack/delegation";
import { CliError } from "../../../../tools/cli-error";

const route53 = ["ns-1.awsdns-00.com", "ns-512.awsdns-01.net"];

/** Knows some names; everything else does not exist. Errors are named by their code. */
const resolver = (known: Readonly<Record<string, readonly string[] | string>>) => {
  const asked: string[] = [];
  const names: NameServers = {
    resolveNs: (name) => {
      asked.push(name);
      const answer = known[name] ?? "ENOTFOUND";
      return typeof answer === "string"
        ? Promise.reject(Object.assign(new Error(`queryNs ${answer} ${name}`), { code: answer }))
        : Promise.resolve(answer);
    },
  };
  return { asked, names };
};

const question = { stack: "prod", domain: "support.acme.io", hostedZone: "acme.io" };

describe("delegation of the zone", () => {
  it("is well when the zone's name servers are Route 53's", async () => {
    const { asked, names } = resolver({ "acme.io": route53 });
    expect(await checkDelegation(question, names)).to.deep.equal([]);
    expect(asked).to.deep.equal(["acme.io"]);
  });

  for (const code of ["ENOTFOUND", "ENODATA"]) {
    it(`is missing for certain (${code}), and says what to do`, async () => {
      // the zone above is not the one that was made
      const { names } = resolver({ "acme.io": code, io: ["a.nic.io"] });
      const error = await checkDelegation(question, names).then(
        () => expect.fail("it went through"),
        (e: unknown) => e,
      );
      expect(error).to.be.instanceOf(CliError);
      const { message, hint } = error as CliError;
      expect(message).to.contain("acme.io is not delegated");
      expect(hint.join("\n"))
        .to.contain("dig NS acme.io")
        .and.contain("--dns-name acme.io")
        .and.contain("pulumi up --stack prod");
    });
  }

  for (const code of ["ETIMEOUT", "ESERVFAIL", "ECONNREFUSED"]) {
    it(`cannot be told (${code}): a warning, and no more`, async () => {
      const lines = await checkDelegation(question, resolver({ "acme.io": code }).names);
      expect(lines.join("\n"))
        .to.match(/^Warning: .*acme\.io could not be asked/)
        .and.contain(code);
      expect(lines.join("\n")).to.contain("dig NS support.acme.io");
    });
  }

  it("cannot be told from a network that knows no name at all: a warning", async () => {
    const { asked, names } = resolver({});
    const lines = await checkDelegation(question, names);
    expect(lines[0]).to.contain("cannot ask the internet's name servers");
    expect(asked).to.deep.equal(["acme.io", "io"]);
  });

  it("may be to servers with names of one's own: a warning", async () => {
    const lines = await checkDelegation(question, resolver({ "acme.io": ["ns2.acme.io", "ns1.acme.io"] }).names);
    expect(lines[0]).to.contain("acme.io is served by ns1.acme.io, ns2.acme.io");
  });

  describe("of a zone that is given by its id", () => {
    const byId = { ...question, hostedZone: "Z0123456789ABC" };

    it("is looked for from the domain upwards", async () => {
      const { asked, names } = resolver({ "acme.io": route53 });
      expect(await checkDelegation(byId, names)).to.deep.equal([]);
      expect(asked).to.deep.equal(["support.acme.io", "acme.io"]);
    });

    it("is never certain: a warning that names the id", async () => {
      const { asked, names } = resolver({});
      const lines = await checkDelegation(byId, names);
      expect(lines.join("\n")).to.contain("no name servers").and.contain("--id Z0123456789ABC");
      // the top-level domain is nobody's zone
      expect(asked).not.to.include("io");
    });
  });
});

describe("the domain of the settings", () => {
  for (const domain of ["example.com", "desk.example.com", "example.org", "desk.test"]) {
    it(`is refused when it is an example: ${domain}`, () => {
      expect(() => {
        checkDomain(domain, "prod");
      }).to.throw(CliError, `still holds the example ${domain}`);
    });
  }

  it("is taken otherwise", () => {
    for (const domain of ["acme.io", "myexample.com", "example.com.mx", "contest.de"]) checkDomain(domain, "prod");
  });
});
