import { expect } from "chai";
import type { Catalogue } from "../../../services/catalogue";
import type { RecordedResource } from "../../../record/record";
import { securityGraph, connectionsOf } from "../../../tools/report/pictures/security-graph";
import { resource } from "../../support/policies/resource";
import { everything, recordProd } from "../../support/recorded/prod";
import { unexpectedConnections } from "../../support/recorded/connections";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

describe("security groups of production", function () {
  let resources: readonly RecordedResource[];
  let catalogue: Catalogue;

  before(async () => {
    const { resources: all, result } = await recordProd(everything);
    resources = all;
    catalogue = result.catalogue;
  });

  const group = (suffix: string): RecordedResource => {
    const found = resources.filter((r) => r.type === groupType && r.name.endsWith(`-${suffix}-sg`));
    expect(found, suffix).to.have.length(1);
    return found[0] as RecordedResource;
  };
  const idOf = (suffix: string) => group(suffix).id ?? "";

  it("let through what the catalogue asks for, and nothing else, at both ends", () => {
    expect(unexpectedConnections(resources, catalogue)).to.deep.equal([]);
    // enough of it to be the whole stack
    expect(connectionsOf(securityGraph(resources)).length).to.be.greaterThan(25);
  });

  it("let nobody in by address: the internet reaches CloudFront, and CloudFront the load balancer", () => {
    const { groups, rules } = securityGraph(resources);
    const open = rules.filter((d) => d.direction === "ingress" && !groups.has(d.peer));
    expect(open.map(({ group: id, protocol, from, to }) => [id, protocol, from, to])).to.deep.equal([
      [idOf("edge-alb"), "tcp", 443, 443],
    ]);
    expect(open[0]?.peer).to.match(/^pl-/);
  });

  it("let the stores call nobody", () => {
    const { rules } = securityGraph(resources);
    for (const store of ["data-postgres", "data-mongodb", "data-redis"]) {
      expect(rules.filter((d) => d.group === idOf(store) && d.direction === "egress")).to.deep.equal([]);
      expect(rules.filter((d) => d.group === idOf(store)).length).to.be.greaterThan(2);
    }
  });

  it("let out to the internet by single ports, each with its reason", () => {
    const rules = resources.filter((r) => r.type === egressType && r.inputs["cidrIpv4"] !== undefined);
    for (const { name, inputs } of rules) {
      expect(inputs["fromPort"], name).to.equal(inputs["toPort"]);
      expect(inputs["description"], name).to.be.a("string").with.length.greaterThan(5);
    }
    const to = (port: number) =>
      rules
        .filter((r) => r.inputs["fromPort"] === port)
        .map((r) => /-services-(.*)-out-/.exec(r.name)?.[1])
        .sort();
    const mail = ["chatwoot-sidekiq", "chatwoot-web", "n8n", "n8n-worker"];
    expect(to(80)).to.deep.equal(["chatwoot-sidekiq", "n8n", "n8n-worker"]);
    for (const port of [465, 587, 993]) expect(to(port), String(port)).to.deep.equal(mail);
    // the port of the settings' own mail server
    expect(to(2525)).to.deep.equal([
      ...["chatwoot-sidekiq", "chatwoot-web"],
      // a colleague's link
      "jobs",
      ...["librechat", "n8n", "n8n-worker"],
    ]);
    expect([...new Set(rules.map((r) => Number(r.inputs["fromPort"])))].sort((a, b) => a - b)).to.deep.equal([
      80, 443, 465, 587, 993, 2525,
    ]);
  });

  it("are described in characters that AWS takes", () => {
    const described = resources.filter((r) => [groupType, ingressType, egressType].includes(r.type));
    for (const { name, inputs } of described) {
      expect(inputs["description"], name).to.match(/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
    }
  });

  const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "the smallest sizes": { costProfile: "economy" },
    "a MongoDB of one's own": { mongoUri: "mongodb://desk:hidden@a.example.net:27018,b.example.net/librechat" },
    "services left out": { services: '{"n8n-webhook":{"enabled":false},"chatwoot-web":{"enabled":false}}' },
  };
  for (const [name, values] of Object.entries(variants)) {
    it(`hold with ${name}`, async () => {
      const recorded = await recordProd(values);
      expect(unexpectedConnections(recorded.resources, recorded.result.catalogue)).to.deep.equal([]);
      const outs = recorded.resources.filter((r) => r.type === egressType).map((r) => r.name);
      const own = ["librechat-out-27017", "librechat-out-27018", "jobs-out-27017", "jobs-out-27018"];
      expect(own.filter((o) => outs.includes(`ai-ecosystem-prod-services-${o}`))).to.have.length(
        "mongoUri" in values ? own.length : 0,
      );
    });
  }

  describe("whoever opens more", () => {
    const tcp = (port: number) => ({ ipProtocol: "tcp", fromPort: port, toPort: port, description: "a test" });
    const rule = (type: string, of: string, inputs: Record<string, unknown>) =>
      resource(type, { securityGroupId: idOf(of), ...inputs }, { name: "added" });
    const changed = (of: string, inputs: Record<string, unknown>) =>
      resources.map((r) => (r === group(of) ? { ...r, inputs: { ...r.inputs, ...inputs } } : r));
    const renewed = (name: string, inputs: Record<string, unknown>) => {
      const found = resources.filter((r) => r.name === `ai-ecosystem-prod-${name}`);
      expect(found, name).to.have.length(1);
      return resources.map((r) => (r === found[0] ? { ...r, inputs: { ...r.inputs, ...inputs } } : r));
    };
    const mutations: Readonly<Record<string, () => readonly RecordedResource[]>> = {
      "lets the world in on 443": () => [
        ...resources,
        rule(ingressType, "edge-alb", { ...tcp(443), cidrIpv4: "0.0.0.0/0" }),
      ],
      "lets the world in by IPv6": () => [
        ...resources,
        rule(ingressType, "services-n8n", { ...tcp(5678), cidrIpv6: "::/0" }),
      ],
      "lets another list of addresses in": () => [
        ...resources,
        rule(ingressType, "edge-alb", { ...tcp(443), prefixListId: "pl-12345678" }),
      ],
      "opens another port to CloudFront": () => renewed("edge-alb-from-cloudfront", { fromPort: 80 }),
      "lets a service into a store that it does not use": () => [
        ...resources,
        rule(ingressType, "data-postgres", { ...tcp(5432), referencedSecurityGroupId: idOf("services-librechat") }),
      ],
      "lets the load balancer into a store": () =>
        changed("data-redis", {
          ingress: [{ protocol: "tcp", fromPort: 6379, toPort: 6379, securityGroups: [idOf("edge-alb")] }],
        }),
      "lets the tasks of a service reach each other": () =>
        changed("services-n8n", { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] }),
      "lets a store out": () => [
        ...resources,
        rule(egressType, "data-postgres", { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
      ],
      "lets a service out on all ports, by the older resource": () => [
        ...resources,
        rule("aws:ec2/securityGroupRule:SecurityGroupRule", "services-librechat", {
          type: "egress",
          protocol: "-1",
          fromPort: 0,
          toPort: 0,
          cidrBlocks: ["0.0.0.0/0"],
        }),
      ],
      "widens the ports of a rule": () => renewed("services-data-bridge-from-alb-8888", { fromPort: 1024 }),
      "widens the addresses of a rule": () =>
        renewed("services-n8n-from-alb-5678", { referencedSecurityGroupId: undefined, cidrIpv4: "10.0.0.0/16" }),
      "changes the protocol of a rule": () => renewed("services-n8n-from-alb-5678", { ipProtocol: "-1" }),
      "opens one end only": () => resources.filter((r) => !r.name.endsWith("-librechat-to-redis-6379")),
      "puts a service into a store's group": () =>
        renewed("services-n8n", {
          networkConfiguration: { securityGroups: [idOf("services-n8n"), idOf("data-postgres")] },
        }),
    };
    for (const [name, mutate] of Object.entries(mutations)) {
      it(`is found: ${name}`, () => {
        expect(unexpectedConnections(mutate(), catalogue)).not.to.deep.equal([]);
      });
    }
  });
});
