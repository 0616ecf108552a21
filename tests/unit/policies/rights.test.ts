import { expect } from "chai";
import { at, isObject, list, strings, textsOf } from "../../../policies/engine/inputs";
import { evaluate } from "../../../policies/engine/evaluate";
import { isUnscoped, unscopedActions } from "../../../policies/rules/unscoped-actions";
import { composeStack } from "../../../stacks/compose";
import { record, type RecordedResource } from "../../../record/record";
import { sandboxSettings } from "../../support/fixtures";
import { resource } from "../../support/policies/resource";
import { everything, recordProd } from "../../support/recorded/prod";

/** A statement as it stands in an input, whatever the input is called. */
interface Found {
  readonly of: RecordedResource;
  /** Who may use the resource, rather than what an identity may do. */
  readonly onResource: boolean;
  readonly statement: Record<string, unknown>;
}

function statementsIn(resources: readonly RecordedResource[]): Found[] {
  return resources.flatMap((of) =>
    textsOf(of.inputs).flatMap(({ text }) => {
      if (!text.includes('"Statement"')) return [];
      const statements = list(at(JSON.parse(text) as unknown, "Statement")).filter(isObject);
      return statements.map((statement) => ({ of, onResource: statement["Principal"] !== undefined, statement }));
    }),
  );
}

/** `*`, and what means as much: `arn:aws:s3:::*`, `arn:*:*:*:*:*`. */
const isEverything = (pattern: string): boolean => /^[*:]*$/.test(pattern.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, ""));

/** What is too much in the policies of a stack. */
function tooMuch(resources: readonly RecordedResource[]): string[] {
  return statementsIn(resources).flatMap(({ of, onResource, statement }) => {
    if (statement["Effect"] !== "Allow") return [];
    const actions = strings(statement["Action"]);
    const wide = [...strings(statement["Resource"])].filter(isEverything);
    const say = (text: string) => `${of.name}: ${text}`;
    const principals = isObject(statement["Principal"])
      ? Object.values(statement["Principal"]).flatMap(strings)
      : strings(statement["Principal"]);
    return [
      ...["NotAction", "NotResource", "NotPrincipal"].filter((key) => key in statement).map((key) => say(key)),
      ...(actions.length === 0 ? [say("no action")] : []),
      ...actions.filter((a) => /^[a-z0-9-]*:?\*+$/i.test(a)).map((a) => say(`the action ${a}`)),
      ...principals.filter((p) => p === "*" && statement["Condition"] === undefined).map(() => say("everybody")),
      // a key's own policy speaks of that key alone
      ...(onResource && of.type === "aws:kms/key:Key"
        ? []
        : wide.flatMap((r) => actions.filter((a) => !isUnscoped(a)).map((a) => say(`${a} on ${r}`)))),
      ...actions
        .filter((a) => a.toLowerCase() === "iam:passrole")
        .flatMap(() => strings(statement["Resource"]))
        .filter((r) => !/:role\/.*ai-ecosystem/.test(r))
        .map((r) => say(`passes on ${r}`)),
    ];
  });
}

describe("rights in production, with every role that there can be", function () {
  let resources: readonly RecordedResource[];
  let host: readonly RecordedResource[];
  before(async () => {
    ({ resources } = await recordProd(everything));
    const settings = sandboxSettings({
      ...{ bedrock: "true", onCall: "true", domain: "example.com", adminEmail: "a@example.com" },
    });
    ({ resources: host } = await record(() => composeStack(settings), { stack: "sandbox" }));
  });

  const named = (type: string) =>
    resources.filter((r) => r.type === type).map((r) => r.name.replace("ai-ecosystem-prod-", ""));

  it("are those of tasks, functions, GitHub's workflows, ECS, flow logs and people", () => {
    const roles = named("aws:iam/role:Role");
    const tasks = named("aws:ecs/taskDefinition:TaskDefinition").map((name) => name.replace(/-task$/, ""));
    for (const task of tasks) expect(roles).to.include.members([`${task}-start`, `${task}-task`]);
    const others = roles.filter((role) => !tasks.some((task) => role.startsWith(`${task}-`)));
    expect(others).to.include.members([
      "delivery-github-deploy",
      "delivery-github-preview",
      "network-flow-role",
      "observability-slack-role",
      "services-blue-green",
      "services-queues-role",
    ]);
    expect(named("aws:iam/group:Group")).to.have.length(1);
    expect(statementsIn(resources).length).to.be.greaterThan(100);
  });

  it("name every action, and every resource where AWS has one to name", () => {
    expect(tooMuch(resources)).to.deep.equal([]);
    expect(tooMuch(host)).to.deep.equal([]);
  });

  it("pass the rules of the policies without a waiver", () => {
    for (const stack of [resources, host]) {
      const findings = evaluate(stack);
      expect(findings.filter((f) => f.rule.startsWith("AIE-IAM-")).map((f) => `${f.rule} ${f.urn}`)).to.deep.equal([]);
      const errors = findings.filter((f) => f.severity === "error" && f.waiver === undefined);
      expect(errors.map((f) => `${f.rule} ${f.urn} ${f.message}`)).to.deep.equal([]);
    }
  });

  it("give the models to LibreChat alone, and files to those that keep some", () => {
    const allowing = (action: string) => [
      ...new Set(
        statementsIn(resources)
          .filter(({ statement }) => strings(statement["Action"]).some((a) => a === action))
          .map(({ of }) => of.name.replace("ai-ecosystem-prod-", ""))
          .filter((name) => name.endsWith("-task-policy")),
      ),
    ];
    expect(allowing("bedrock:InvokeModel")).to.deep.equal(["services-librechat-task-policy"]);
    for (const writer of allowing("s3:PutObject"))
      expect(writer).to.match(/^services-(chatwoot|librechat|dump|import)-/);
  });

  it("use AWS's own policies where AWS must follow its own changes, or people may only look", () => {
    const attached = (from: readonly RecordedResource[]) =>
      from.flatMap((r) => strings(r.inputs["policyArn"])).filter((arn) => arn.startsWith("arn:aws:iam::aws:"));
    const forPeople = [
      "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess",
      "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
    ];
    expect(attached(resources)).to.have.members([
      "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
      ...forPeople,
    ]);
    expect(attached(host)).to.have.members(forPeople);
  });

  it("have a reason for each action without a resource, and each of those is in use", () => {
    for (const [action, reason] of Object.entries(unscopedActions)) expect(reason.length, action).to.be.greaterThan(10);
    const used = [...statementsIn(resources), ...statementsIn(host)].flatMap(({ statement }) =>
      strings(statement["Resource"]).includes("*") ? strings(statement["Action"]) : [],
    );
    const covers = (known: string) =>
      used.some((a) => a === known || (known.endsWith("*") && a.startsWith(known.slice(0, -1))));
    expect(Object.keys(unscopedActions).filter((known) => !covers(known))).to.deep.equal([]);
  });

  describe("that are too wide", () => {
    const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::a-bucket/*" };
    const cases: Readonly<Record<string, Record<string, unknown>>> = {
      "every action": { Action: "*" },
      "a whole service": { Action: ["s3:*"] },
      "every action but one": { NotAction: "iam:CreateUser" },
      "every resource": { Resource: "*" },
      "every bucket": { Resource: ["arn:aws:s3:::*"] },
      "every resource but one": { NotResource: "arn:aws:s3:::a" },
      "any role to pass on": { Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/*" },
      everybody: { Principal: "*" },
      "everybody, in another form": { Principal: { AWS: "*" } },
    };
    for (const [name, change] of Object.entries(cases)) {
      it(`are found: ${name}`, () => {
        const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...allow, ...change }] });
        const added = resource("aws:iam/rolePolicy:RolePolicy", { policy }, { name: "added" });
        expect(tooMuch([...resources, added])).to.have.length(1);
      });
    }
  });
});
