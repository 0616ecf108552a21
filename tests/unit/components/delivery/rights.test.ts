import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { deliveryPath } from "../../../../components/delivery/identity";
import { longestPolicy } from "../../../../components/delivery/statements";
import { fakeAccount } from "../../../../record/mocks/fake";
import type { RecordedResource } from "../../../../record/record";
import * as support from "../../../support/iam/delivery";
import {
  attachmentType,
  deliveryRole,
  everything,
  isDelivery,
  recordProd,
  roleType,
} from "../../../support/iam/delivery";
import { may } from "../../../support/iam/iam";
import { actionsOf, callsOf, lookups, placeOf, refused, rightsTable, type Place } from "../../../support/iam/rights";
import { root } from "../../../support/root";

describe("rights of the GitHub roles on the stack", function () {
  let resources: readonly RecordedResource[];
  let at: Omit<Place, "name" | "inputs">;
  let domain: string;
  let outputs: readonly string[];
  const ofType = (type: string) => support.ofType(resources, type);
  const policiesOf = (role: string) => support.policiesOf(resources, role);
  /** What an administrator changes, and no workflow. */
  const forAdministrators = (r: RecordedResource): boolean =>
    /^aws:iam\/(?:group|openId)/.test(r.type) ||
    r.inputs["path"] === deliveryPath("prod") ||
    (r.type === attachmentType && isDelivery(r.inputs["role"])) ||
    (r.type === "aws:iam/rolePolicy:RolePolicy" && String(r.inputs["role"]).endsWith("-on-call"));
  const made = () => resources.filter((r) => /^(?:aws|command):/.test(r.type));

  before(async () => {
    const recording = await recordProd(everything);
    ({ resources, domain } = recording);
    outputs = Object.keys(recording.result.outputs);
    const boundary = resources.find((r) => r.name.endsWith("-delivery-github-boundary"));
    const bound = ofType(roleType).find((r) => !isDelivery(r.name))?.inputs["permissionsBoundary"];
    expect(String(bound)).to.match(new RegExp(`:policy/(?:.*/)?${boundary?.name ?? "none"}`));
    at = { account: fakeAccount, region: "us-east-1", stack: "prod", boundary: String(bound) };
  });

  it("are known for every type of the stack", () => {
    const types = [...new Set(made().map((r) => r.type))];
    expect(types.length).to.be.greaterThan(70);
    expect(
      types.filter((type) => rightsTable[type] === undefined),
      "types without an entry in tests/support/rights",
    ).to.deep.equal([]);
  });

  /** Per type, what one of the roles lacks. */
  function missing(role: string, kinds: readonly ("create" | "change" | "read")[], hiddenToo = true) {
    const policies = policiesOf(role);
    const found = new Set<string>();
    for (const r of made()) {
      const rights = rightsTable[r.type];
      if (rights === undefined || (!hiddenToo && rights.hidden !== undefined)) continue;
      if (forAdministrators(r) && !kinds.includes("read")) continue;
      const calls = kinds.flatMap((kind) => callsOf(rights, kind, placeOf(r, at)));
      for (const call of refused(policies, calls)) found.add(`${r.type}: ${call}`);
    }
    return [...found].sort();
  }

  it("let the deploy role make, change and delete everything but itself", () => {
    expect(missing("deploy", ["create", "change"])).to.deep.equal([]);
  });

  it("let the deploy role read everything", () => {
    expect(missing("deploy", ["read"])).to.deep.equal([]);
  });

  it("let the preview role read everything but values of secrets", () => {
    expect(missing("preview", ["read"], false)).to.deep.equal([]);
    const hidden = Object.entries(rightsTable).filter(([, rights]) => rights.hidden !== undefined);
    expect(hidden.map(([type]) => type)).to.deep.equal(["aws:secretsmanager/secretVersion:SecretVersion"]);
    const secret = hidden.flatMap(([, rights]) =>
      callsOf(rights, "read", placeOf(ofType(hidden[0]?.[0] ?? "")[0] as RecordedResource, at)),
    );
    expect(refused(policiesOf("preview"), secret)).to.have.length(secret.length);
  });

  it("let both look up what the program asks for", () => {
    for (const role of ["deploy", "preview"]) {
      for (const action of actionsOf(lookups)) {
        const prefixList = "arn:aws:ec2:us-east-1:aws:prefix-list/pl-3b927c52";
        expect(may(policiesOf(role), action, action.endsWith("ListEntries") ? prefixList : "*"), action).to.be.true;
      }
    }
  });

  it("let the preview role change nothing", () => {
    const policies = policiesOf("preview");
    const allowed = made().flatMap((r) => {
      const rights = rightsTable[r.type];
      if (rights === undefined) return [];
      const calls = (["create", "change"] as const).flatMap((kind) => callsOf(rights, kind, placeOf(r, at)));
      return calls.filter(({ action, on, context }) => may(policies, action, on, context)).map(({ action }) => action);
    });
    // what a job and a deletion look at beforehand
    expect([...new Set(allowed)].filter((a) => !/:(?:Describe|Get|List)/.test(a))).to.deep.equal([]);
  });

  it("leave the delivery's own roles, the one on call, the provider and the operators' group to administrators", () => {
    const policies = policiesOf("deploy");
    const kept = made().filter(forAdministrators);
    expect(kept.length).to.be.greaterThan(20);
    for (const r of kept) {
      const rights = rightsTable[r.type];
      if (rights === undefined) continue;
      const calls = (["create", "change"] as const).flatMap((kind) => callsOf(rights, kind, placeOf(r, at)));
      expect(refused(policies, calls), r.name).to.have.length(calls.length);
    }
  });

  /** What AWS gives no means to tell apart by stack, or only together with another right. */
  const shared: Readonly<Record<string, string>> = {
    "application-autoscaling:": "targets have random ids, and scale services only",
    "cloudfront:DeleteCachePolicy": "no name, no tag",
    "cloudfront:DeleteOriginAccessControl": "no name, no tag",
    "cloudfront:DeleteOriginRequestPolicy": "no name, no tag",
    "cloudfront:DeleteResponseHeadersPolicy": "no name, no tag",
    "cloudfront:UpdateCachePolicy": "no name, no tag",
    "cloudfront:UpdateOriginAccessControl": "no name, no tag",
    "cloudfront:UpdateOriginRequestPolicy": "no name, no tag",
    "cloudfront:UpdateResponseHeadersPolicy": "no name, no tag",
    "ec2:DeleteNetworkInterface": "AWS deletes none that is in use",
    "ec2:ModifySecurityGroupRules": "needs the right on the group as well, and that has it by the tag",
    "kms:RetireGrant": "only what ECR does with its own grants",
    "logs:DeleteDelivery": "deliveries have random ids; source and destination have names",
    "logs:TagResource": "the same",
    "logs:UntagResource": "the same",
    "logs:UpdateDeliveryConfiguration": "the same",
    "wafv2:UpdateWebACL": "on AWS's own rule sets; on the ACL by its name",
  };

  it("reach no resource of another stack", () => {
    const policies = policiesOf("deploy");
    const foreign = (r: RecordedResource) =>
      JSON.parse(
        JSON.stringify(r)
          .replace(/ai-ecosystem([-/])prod/g, "ai-ecosystem$1other")
          .replaceAll(domain, "shop.test"),
      ) as RecordedResource;
    const reached = made()
      .filter((r) => !r.type.startsWith("command:"))
      .flatMap((r) => {
        const rights = rightsTable[r.type];
        if (rights === undefined) return [];
        const calls = callsOf(rights, "change", placeOf(foreign(r), { ...at, stack: "other" }));
        return calls
          .filter((c) => c.on !== "*" && !/:(?:Describe|Get|List)/.test(c.action))
          .filter((c) => may(policies, c.action, c.on, c.context))
          .map((c) => `${r.type}: ${c.action}`);
      });
    const unexplained = [...new Set(reached)].filter(
      (text) => !Object.keys(shared).some((action) => text.split(": ")[1]?.startsWith(action)),
    );
    expect(unexplained.sort()).to.deep.equal([]);
  });

  describe("roles of the stack", () => {
    it("have the boundary, all but the delivery's own and the one on call", () => {
      const without = ofType(roleType).filter((r) => r.inputs["permissionsBoundary"] !== at.boundary);
      expect(without.map((r) => r.name).sort()).to.deep.equal(
        [...["deploy", "images", "preview"].map((role) => deliveryRole(role)), "ai-ecosystem-prod-on-call"].sort(),
      );
      expect(ofType(roleType).length - without.length).to.be.greaterThan(30);
    });

    it("are made by the deploy role with the boundary only", () => {
      const policies = policiesOf("deploy");
      for (const r of ofType(roleType).filter((role) => !forAdministrators(role))) {
        const arn = `arn:aws:iam::${fakeAccount}:role/${r.name}-1a2b3c4`;
        expect(may(policies, "iam:CreateRole", arn, { "iam:PermissionsBoundary": at.boundary }), arn).to.be.true;
        expect(may(policies, "iam:CreateRole", arn), arn).to.be.false;
        expect(may(policies, "iam:CreateRole", arn, { "iam:PermissionsBoundary": `${at.boundary}x` }), arn).to.be.false;
      }
    });

    it("have none without a repository on GitHub, and the stack has no outputs of GitHub's roles", async () => {
      const { resources: plain, result } = await recordProd();
      expect(plain.filter((r) => r.inputs["permissionsBoundary"] !== undefined)).to.be.empty;
      expect(Object.entries(result.outputs).filter(([, value]) => value === undefined)).to.deep.equal([]);
      expect(Object.keys(result.outputs).filter((key) => key.endsWith("RoleArn"))).to.deep.equal(["onCallRoleArn"]);
    });
  });

  it("are given by outputs, and these are documented", () => {
    expect(outputs).to.include.members(["previewRoleArn", "imagesRoleArn", "deployRoleArn"]);
    const docs = readFileSync(join(root, "docs", "production.md"), "utf8");
    const table = docs.slice(docs.indexOf("## Outputs"), docs.indexOf("## Not there yet"));
    const documented = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map((m) => m[1] ?? ""),
    );
    expect(outputs).to.include.members(documented);
    // the address of a further service is one by itself
    expect(outputs.filter((name) => !name.endsWith("Url") && !documented.includes(name))).to.deep.equal([]);
  });

  it("fit into what IAM takes", () => {
    const size = (r: RecordedResource) => String(r.inputs["policy"]).replace(/\s/g, "").length;
    for (const policy of ofType("aws:iam/policy:Policy"))
      expect(size(policy), policy.name).to.be.at.most(longestPolicy);
    const inline = new Map<string, number>();
    for (const r of resources.filter((p) => /^aws:iam\/(?:role|group)Policy:/.test(p.type))) {
      const owner = "role" in r.inputs ? String(r.inputs["role"]) : `group ${String(r.inputs["group"])}`;
      inline.set(owner, (inline.get(owner) ?? 0) + size(r));
    }
    expect(inline.size).to.be.greaterThan(20);
    for (const [owner, total] of inline) expect(total, owner).to.be.at.most(owner.startsWith("group ") ? 5120 : 10_240);
    const attached = new Map<string, number>();
    for (const a of ofType(attachmentType)) {
      const owner = String(a.inputs["role"]);
      attached.set(owner, (attached.get(owner) ?? 0) + 1);
    }
    for (const [owner, count] of attached) expect(count, owner).to.be.at.most(10);
  });
});
