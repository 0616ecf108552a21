import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { secretsOf } from "../../../../services/catalogue";
import { configuredSecrets } from "../../../../services/model/context";
import type { Container } from "../../../../services/model/types";
import type { ComposedStack } from "../../../../stacks/compose";
import { fakeMark } from "../../../../record/mocks/fake";
import { valueOf, type RecordedResource } from "../../../../record/record";
import { everything, recordProd } from "../../../support/recorded/prod";
import { holds, placesOf, readings } from "../../../support/recorded/secret-places";
import { secretsIn } from "../../../../services/model/values";

/** What stands in every generated secret, and in every one of the user's. */
const marks = [fakeMark, "a-secret-of-the-user"];

/** The only inputs that may hold a secret, and why. */
const allowed: Readonly<Record<string, string>> = {
  "aws:secretsmanager/secretVersion:SecretVersion secretString": "this is where secrets are kept",
  "aws:elasticache/replicationGroup:ReplicationGroup authToken": "Valkey has no other way to be told",
  "aws:cloudfront/distribution:Distribution origins.customHeaders.value": "what CloudFront says to the load balancer",
  "aws:lb/listenerRule:ListenerRule conditions.httpHeader.values": "what the load balancer asks of CloudFront",
};

interface Definition {
  readonly name: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
}

const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "everything that there is": everything,
  "a MongoDB of one's own": {
    mongoUri: "mongodb+srv://desk:a-secret-of-the-user-6@cluster.example.net/librechat",
    costProfile: "economy",
  },
};

for (const [title, values] of Object.entries(variants)) {
  describe(`secrets of production with ${title}`, function () {
    let resources: readonly RecordedResource[];
    let stack: ComposedStack;
    before(async () => {
      ({ resources, result: stack } = await recordProd(values, undefined, { reveal: true }));
    });

    const containers = (): readonly Container[] => [...stack.catalogue.services, ...stack.catalogue.jobs];
    const definitionsOf = (container: string): readonly Definition[] => {
      const family = `ai-ecosystem-prod-services-${container}-task`;
      const found = resources.filter((r) => r.type === "aws:ecs/taskDefinition:TaskDefinition" && r.name === family);
      expect(found, family).to.have.length(1);
      return JSON.parse(String(found[0]?.inputs["containerDefinitions"])) as Definition[];
    };
    /** Text of a key of a bundle, by the ARN of the bundle. */
    const kept = (arn: string, key: string): string | undefined => {
      const [version] = resources.filter(
        (r) => r.type === "aws:secretsmanager/secretVersion:SecretVersion" && r.inputs["secretId"] === arn,
      );
      const place = version === undefined ? undefined : placesOf([version]).find((p) => p.path === "secretString");
      return (JSON.parse(place?.text ?? "{}") as Record<string, string>)[key];
    };

    it("are in the few inputs that are for secrets, and are secret there", () => {
      const found = placesOf(resources).filter((p) => holds(p.text, marks));
      expect([...new Set(found.map((p) => `${p.resource.type} ${p.path}`))]).to.have.members(Object.keys(allowed));
      expect(found.filter((p) => !p.secret).map((p) => `${p.resource.name} ${p.path}`)).to.deep.equal([]);
    });

    it("are in no other secret input, either: it would be plain text in AWS", () => {
      // Pulumi keeps the whole of an input secret, of which a part is
      const whole = (place: string) => place.split(".")[0] ?? place;
      const hidden = placesOf(resources).filter((p) => p.secret);
      expect([...new Set(hidden.map((p) => whole(`${p.resource.type} ${p.path}`)))]).to.have.members(
        Object.keys(allowed).map(whole),
      );
    });

    it("are in no output that is not secret", async () => {
      const shown: string[] = [];
      const secret: string[] = [];
      for (const [name, value] of Object.entries(stack.outputs)) {
        const output = pulumi.output(value) as pulumi.Output<unknown> & { readonly isSecret: Promise<boolean> };
        if (!holds(JSON.stringify((await valueOf(output)) ?? ""), marks)) continue;
        if (await output.isSecret) secret.push(name);
        else shown.push(name);
      }
      expect(shown).to.deep.equal([]);
      expect(secret).to.have.members(["credentials", "generatedSecrets", "backups"]);
    });

    it("are in no file of the release, and in nothing else that others get of the stack", async () => {
      for (const [path, text] of Object.entries(await valueOf(stack.files))) {
        expect(holds(text, marks), path).to.equal(false);
      }
      expect(holds(JSON.stringify([stack.envNames, stack.userData]), marks)).to.equal(false);
      // settings hold secrets as outputs, which say nothing
      const plain = Object.entries(stack.settings).filter(([key]) => key !== "secrets");
      expect(holds(JSON.stringify(plain), marks)).to.equal(false);
    });

    it("reach every container by reference to Secrets Manager", () => {
      let references = 0;
      for (const container of containers()) {
        const definitions = definitionsOf(container.name);
        const own = definitions.find((d) => d.name === container.name);
        const secret = Object.entries(container.environment).filter(([, value]) => secretsIn(value).length > 0);
        expect(
          own?.secrets.map((s) => s.name),
          container.name,
        ).to.have.members(secret.map(([name]) => name));
        for (const { name, valueFrom } of definitions.flatMap((d) => d.secrets)) {
          references++;
          expect(valueFrom, `${container.name} ${name}`).to.match(
            /^arn:aws:secretsmanager:us-east-1:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+:[A-Za-z][A-Za-z0-9_]*::[a-f0-9]*$/,
          );
        }
        const names = definitions.flatMap((d) => d.environment.map((e) => e.name));
        for (const [name] of secret) expect(names, container.name).not.to.include(name);
      }
      expect(references).to.be.greaterThan(60);
    });

    it("are the ones that the catalogue means, whole texts around them included", () => {
      let compared = 0;
      for (const container of containers()) {
        const own = definitionsOf(container.name).find((d) => d.name === container.name);
        for (const { name, valueFrom } of own?.secrets ?? []) {
          const [key = ""] = valueFrom.split(":").slice(7);
          const text = kept(valueFrom.split(":").slice(0, 7).join(":"), key);
          const value = container.environment[name];
          // RDS and DocumentDB keep their masters' passwords themselves
          if (text === undefined || value === undefined || typeof value === "string") {
            expect(valueFrom, `${container.name} ${name}`).to.match(/:secret:rds!(db|cluster)-/);
            continue;
          }
          // the rotation's two logins have names of their own
          if (key === "username") {
            expect(text).to.match(/^[a-z0-9_]+$/);
            continue;
          }
          compared++;
          const texts = value.parts.filter((p) => typeof p === "string");
          for (const part of texts.slice(0, 1)) expect(text).to.contain(part);
          expect(
            marks.some((mark) => text.includes(mark)),
            `${container.name} ${name}`,
          ).to.equal(true);
        }
      }
      expect(compared).to.be.greaterThan(50);
    });

    it("are all used: none is made, or asked of the user, for nobody", () => {
      const used = new Set(containers().flatMap(secretsOf));
      // the store's own keys stay in the state while it is not made
      const ofStore = ["mongodb-root-password", "librechat-db-password", "data-bridge-mongodb-password"];
      const kept = "mongoUri" in values ? ofStore : [];
      for (const { id, bcrypt } of stack.catalogue.secrets.filter((s) => !kept.includes(s.id))) {
        expect(used.has(id) || (bcrypt === true && used.has(`${id}-hash`)), id).to.equal(true);
      }
      const given = Object.values(configuredSecrets).filter((id) => stack.envNames.includes(id));
      for (const id of given) expect(used.has(id), id).to.equal(true);
      expect(given).to.have.length("mongoUri" in values ? 1 : 6);
    });
  });
}

describe("the search for secrets", () => {
  it("finds them in base64, and in base64 within base64", () => {
    const once = Buffer.from("before the word facade0123456789 and after").toString("base64");
    const twice = Buffer.from(`base64 -d <<END\n${once.replace(/.{40}/g, "$&\n")}\nEND`).toString("base64");
    for (const text of [once, twice, `x "${twice}" y`]) expect(holds(text, ["facade"]), text).to.equal(true);
    expect(readings("nothing")).to.deep.equal(["nothing"]);
    expect(holds(Buffer.from("nothing of the kind is in here").toString("base64"), ["facade"])).to.equal(false);
  });
});
