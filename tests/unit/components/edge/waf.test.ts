import { expect } from "chai";
import fc from "fast-check";
import { managedGroups } from "../../../../components/edge/waf-groups";
import { greaterThan } from "../../../../components/edge/waf-rules";
import { list, one, recordEdge, type Inputs } from "../../../support/recorded/edge";

/** Rules of the groups as AWS lists them (docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html). */
const documented = {
  AWSManagedRulesAmazonIpReputationList: [
    "AWSManagedIPReputationList",
    "AWSManagedReconnaissanceList",
    "AWSManagedIPDDoSList",
  ],
  AWSManagedRulesKnownBadInputsRuleSet: [
    ...["HEADER", "BODY", "URIPATH", "QUERYSTRING"].flatMap((where) => [
      `JavaDeserializationRCE_${where}`,
      `Log4JRCE_${where}`,
    ]),
    ...["Host_localhost_HEADER", "PROPFIND_METHOD", "ExploitablePaths_URIPATH", "ReactJSRCE_BODY"],
  ],
  AWSManagedRulesCommonRuleSet: [
    ...["NoUserAgent_HEADER", "UserAgent_BadBots_HEADER"],
    ...["QUERYSTRING", "Cookie_HEADER", "BODY", "URIPATH"].map((where) => `SizeRestrictions_${where}`),
    ...["BODY", "COOKIE", "URIPATH", "QUERYARGUMENTS"].flatMap((where) => [
      `EC2MetaDataSSRF_${where}`,
      `CrossSiteScripting_${where}`,
    ]),
    ...["QUERYARGUMENTS", "URIPATH", "BODY"].flatMap((where) => [`GenericLFI_${where}`, `GenericRFI_${where}`]),
    ...["RestrictedExtensions_URIPATH", "RestrictedExtensions_QUERYARGUMENTS"],
  ],
};

/** Ordinary work, and the rule of AWS's that it matches. */
const work: readonly (readonly [what: string, rule: string])[] = [
  ["a webhook of a small program without a user agent", "NoUserAgent_HEADER"],
  ["an OAuth login comes back with a code and a state of 3 KB", "SizeRestrictions_QUERYSTRING"],
  ["a visitor of the company's site, whose shop and statistics set cookies of 12 KB", "SizeRestrictions_Cookie_HEADER"],
  ["and one of them holds HTML", "CrossSiteScripting_COOKIE"],
  ["a message of 9 KB; a file", "SizeRestrictions_BODY"],
  ["an attachment with a long Cyrillic name, in its signed path", "SizeRestrictions_URIPATH"],
  ["an agent opens app.ini or error.log, which a customer has sent", "RestrictedExtensions_URIPATH"],
  ["an agent searches for nginx.conf", "RestrictedExtensions_QUERYARGUMENTS"],
  ["the widget on an intranet page, https://10.0.0.5/, tells where it is", "GenericRFI_QUERYARGUMENTS"],
  ["a prompt in a link asks about ../../config", "GenericLFI_QUERYARGUMENTS"],
  ["an agent searches for <script>", "CrossSiteScripting_QUERYARGUMENTS"],
  ["an agent pastes HTML", "CrossSiteScripting_BODY"],
  ["a developer asks the assistant about ../../etc/passwd", "GenericLFI_BODY"],
  ["a workflow calls http://10.0.0.5/", "GenericRFI_BODY"],
  ["a developer asks about 169.254.169.254", "EC2MetaDataSSRF_BODY"],
  ["a customer asks whether ${jndi:ldap://…} is dangerous", "Log4JRCE_BODY"],
  ["a developer pastes Java", "JavaDeserializationRCE_BODY"],
  ["a developer pastes React's server components", "ReactJSRCE_BODY"],
];

describe("edge: firewall", () => {
  let acl: Inputs;
  let rules: Inputs[];
  before(async () => {
    acl = one((await recordEdge()).resources, "edge-waf-acl").inputs;
    rules = list(acl["rules"]);
  });
  const rule = (name: string): Inputs => rules.find((r) => r["name"] === name) ?? expect.fail(name);
  const groups = () =>
    rules.flatMap(({ statement }) => {
      const { managedRuleGroupStatement: group } = statement as { managedRuleGroupStatement?: Inputs };
      return group === undefined ? [] : [group];
    });

  it("says of every rule of the managed groups whether it blocks, and why", () => {
    for (const [group, names] of Object.entries(documented)) {
      expect(Object.keys(managedGroups[group] ?? {}), group).to.have.members(names);
    }
    for (const said of Object.values(managedGroups).flatMap((g) => Object.entries(g))) {
      expect(said[1].why, said[0]).to.match(/\w+ \w+/);
    }
  });

  it("does what it says", () => {
    expect(groups().map((g) => g["name"])).to.have.members(Object.keys(documented));
    for (const group of groups()) {
      const said = Object.entries(managedGroups[group["name"] as string] ?? {});
      const counted = said.filter(([, { action }]) => action === "count").map(([name]) => name);
      expect(group["ruleActionOverrides"], String(group["name"])).to.deep.equal(
        counted.map((name) => ({ name, actionToUse: { count: {} } })),
      );
    }
    expect(
      Object.values(managedGroups).flatMap((g) => Object.values(g).filter((r) => r.action === "block")),
    ).to.have.length.above(12);
  });

  for (const [what, name] of work) {
    it(`lets ordinary work through: ${what}`, () => {
      const found = Object.values(managedGroups).flatMap((g) => (g[name] === undefined ? [] : [g[name].action]));
      expect(found, name).to.deep.equal(["count"]);
    });
  }

  it("ends bodies of more than 50 MB, and nothing less, with a sentence", () => {
    const statement = JSON.stringify(rule("body-size")["statement"]);
    const [, pattern = '""'] = /"regexString":("(?:[^"\\]|\\.)*")/.exec(statement) ?? [];
    const tooLarge = new RegExp(JSON.parse(pattern) as string);
    expect(statement).to.contain('"singleHeader":{"name":"content-length"}');
    for (const bytes of [0, 1, 999, 52_428_799, 52_428_800])
      expect(tooLarge.test(String(bytes)), `${bytes}`).to.equal(false);
    for (const bytes of [52_428_801, 52_429_000, 60_000_000, 1e9])
      expect(tooLarge.test(String(bytes)), `${bytes}`).to.equal(true);
    expect(JSON.stringify(rule("body-size")["action"]))
      .to.contain('"responseCode":413')
      .and.contain('"too-large"');
    const bodies = list(acl["customResponseBodies"]);
    expect(bodies.map((b) => b["key"])).to.have.members(["too-many", "too-large"]);
    expect(bodies.find((b) => b["key"] === "too-large")?.["content"]).to.contain("50 MB");
  });

  it("compares numbers as text", () => {
    fc.assert(
      fc.property(fc.nat(200_000_000), fc.nat(200_000_000), fc.nat(3), (limit, value, zeros) => {
        const text = "0".repeat(zeros) + String(value);
        return new RegExp(greaterThan(limit)).test(text) === value > limit;
      }),
    );
    for (const limit of [0, 9, 99, 52_428_800]) {
      const pattern = new RegExp(greaterThan(limit));
      expect([limit - 1, limit, limit + 1].map((n) => n >= 0 && pattern.test(String(n)))).to.deep.equal([
        false,
        false,
        true,
      ]);
      expect(greaterThan(limit).length, "AWS takes 512 characters").to.be.at.most(512);
    }
  });

  it("counts attempts to log in, not pages that ask who is logged in", () => {
    const { scopeDownStatement, limit } = (rule("login-rate")["statement"] as { rateBasedStatement: Inputs })
      .rateBasedStatement;
    expect(limit, "nginx: 5 a minute and a burst of 30").to.equal(5 * 5 + 30);
    const { statements } = (scopeDownStatement as { andStatement: { statements: unknown[] } }).andStatement;
    const fields = statements.map((s) => (s as { regexMatchStatement: Inputs }).regexMatchStatement);
    expect(fields.map((f) => Object.keys(f["fieldToMatch"] as object)[0])).to.deep.equal(["uriPath", "method"]);
    const method = new RegExp(String(fields[1]?.["regexString"]));
    expect(["GET", "HEAD", "OPTIONS", "POST", "PUT"].map((m) => method.test(m))).to.deep.equal([
      ...[false, false, false],
      ...[true, true],
    ]);
  });

  it("says how long to wait who sends too much", () => {
    for (const name of ["rate", "login-rate"]) {
      const action = JSON.stringify(rule(name)["action"]);
      expect(action, name).to.contain('"responseCode":429').and.contain('"Retry-After"').and.contain('"too-many"');
    }
  });
});
