import { expect } from "chai";
import shipped from "../../../fixtures/database-users.json";
import { secretsOf } from "../../../../services/catalogue";
import { loginSecrets, userId } from "../../../../services/model/database-users";
import { servicesOf } from "../../../../stacks/database-users";
import type { Consumers } from "../../../../templates/lambda/redeployment/redeploy";
import type { RecordedResource } from "../../../../record/record";
import type { FargatePreview } from "../../../../tools/report/data";
import { fargateCatalogue } from "../../../support/recorded/fargate-services";
import { sandboxCatalogue, sandboxRelease } from "../../../support/fixtures";
import { prodPreviewOf } from "../../../support/recorded/preview";

interface ContainerDefinition {
  readonly name: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
}

/** Variables of user name and password, by what logs in as whom. */
const variables: Readonly<Record<string, readonly [user: string, password: string]>> = {
  chatwoot: ["POSTGRES_USERNAME", "POSTGRES_PASSWORD"],
  n8n: ["DB_POSTGRESDB_USER", "DB_POSTGRESDB_PASSWORD"],
  data_bridge: ["POSTGRES_USER", "POSTGRES_PASSWORD"],
};
const clients: Readonly<Record<string, { readonly services: readonly string[]; readonly jobs: readonly string[] }>> = {
  chatwoot: { services: ["chatwoot-web", "chatwoot-sidekiq"], jobs: ["chatwoot-prepare", "chatwoot-admin"] },
  n8n: { services: ["n8n", "n8n-worker", "n8n-webhook"], jobs: ["n8n-import"] },
  data_bridge: { services: ["data-bridge"], jobs: [] },
};
const prefix = "ai-ecosystem-prod";

describe("the databases' users in production", function () {
  let data: FargatePreview;
  before(async () => {
    data = await prodPreviewOf();
  });
  const one = (name: string): RecordedResource => {
    const found = data.resources.find((r) => r.name === `${prefix}-${name}`);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
  const container = (name: string): ContainerDefinition => {
    const text = String(one(`services-${name}-task`).inputs["containerDefinitions"]);
    const found = (JSON.parse(text) as ContainerDefinition[]).find((c) => c.name === name);
    if (found === undefined) throw new Error(`no container ${name}`);
    return found;
  };
  const valueFrom = (from: ContainerDefinition, variable: string) =>
    from.secrets.find((s) => s.name === variable)?.valueFrom;
  const secretArn = (role: string) => String(one(`rotation-${userId(role)}-schedule`).inputs["secretId"]);
  /** Whether a resource waits for another, by way of others. */
  const waitsFor = (from: RecordedResource, to: RecordedResource): boolean => {
    const byUrn = new Map(data.resources.map((r) => [r.urn, r]));
    const seen = new Set<string>();
    const next = [...from.dependencies];
    for (let urn = next.pop(); urn !== undefined; urn = next.pop()) {
      if (urn === to.urn) return true;
      if (seen.has(urn)) continue;
      seen.add(urn);
      next.push(...(byUrn.get(urn)?.dependencies ?? []));
    }
    return false;
  };

  for (const [role, of] of Object.entries(clients)) {
    describe(role, () => {
      it("is name and password of one secret for whatever logs in, current when a task starts", () => {
        const [user = "", password = ""] = variables[role] ?? [];
        for (const name of [...of.services, ...of.jobs]) {
          const found = container(name);
          expect(valueFrom(found, user), name).to.equal(`${secretArn(role)}:username::`);
          expect(valueFrom(found, password), name).to.equal(`${secretArn(role)}:password::`);
          expect(found.environment.map((e) => e.name)).not.to.include.members([user]);
        }
      });

      it("is given to the job that makes it, as it is then", () => {
        const setup = container("postgres-setup");
        const variable = role.toUpperCase();
        expect(valueFrom(setup, `${variable}_DB_USER`)).to.equal(`${secretArn(role)}:username::`);
        expect(valueFrom(setup, `${variable}_DB_PASSWORD`)).to.equal(`${secretArn(role)}:password::`);
      });

      it("can be read by its own clients and the job alone, and is there before them", () => {
        const readers = data.resources
          .filter((r) => r.name.endsWith("-start-policy") && String(r.inputs["policy"]).includes(secretArn(role)))
          .map((r) => r.name.slice(`${prefix}-services-`.length, -"-start-policy".length));
        const own = [...of.services, ...of.jobs];
        expect(readers).to.have.members([...own, "postgres-setup"]);
        const version = one(`database-users-${userId(role)}-version`);
        for (const name of readers) expect(waitsFor(one(`services-${name}-task`), version), name).to.equal(true);
        for (const name of of.services) {
          expect(waitsFor(one(`services-${name}`), version), name).to.equal(true);
        }
      });

      it("has its services deployed anew after a rotation, and no others", () => {
        const { variables: environment } = one("rotation-redeployer-function").inputs["environment"] as {
          variables: { CONSUMERS: string };
        };
        const consumers = (JSON.parse(environment.CONSUMERS) as Consumers[]).find((c) => c.secret === secretArn(role));
        const names = consumers?.services.map((arn) => arn.split("/").at(-1));
        expect(names).to.have.members(of.services);
        expect(servicesOf(role, fargateCatalogue())).to.have.members(of.services);
      });

      it("is rotated when its services run, every month", () => {
        const schedule = one(`rotation-${userId(role)}-schedule`);
        expect(schedule.inputs["rotationRules"]).to.deep.equal({ automaticallyAfterDays: 30 });
        expect(schedule.inputs["rotateImmediately"]).to.equal(false);
        for (const name of of.services) {
          expect(waitsFor(schedule, one(`services-${name}`)), name).to.equal(true);
        }
        expect(waitsFor(schedule, one("services-postgres-setup-run"))).to.equal(true);
        expect(waitsFor(schedule, one("rotation-rotated-target"))).to.equal(true);
      });
    });
  }

  it("have their second logins made by the setup job's SQL", () => {
    expect(data.files.map((f) => f.path)).to.include.members([
      "postgres/setup.sql",
      "postgres/logins.sql",
      "postgres/databases.sql",
      "postgres/versions.sql",
      "postgres/rotation.sql",
    ]);
  });

  it("are rotated by way of a hole in the database's wall of its own", () => {
    const rule = one("data-postgres-from-rotation");
    expect(rule.inputs).to.include({ fromPort: 5432, toPort: 5432, description: "PostgreSQL for rotation" });
    expect(waitsFor(rule, one("rotation-sg"))).to.equal(true);
  });

  it("are watched: a failed rotation and a failed redeployment raise an alarm", () => {
    for (const [id, suffix] of [
      ["rotation", "rotator"],
      ["rotation-redeployment", "redeployer"],
    ] as const) {
      const { inputs } = one(`observability-alarm-${id}`);
      const name = one(`rotation-${suffix}-function`).inputs["name"];
      expect(inputs).to.include({ namespace: "AWS/Lambda", metricName: "Errors", threshold: 0 });
      expect(inputs["dimensions"]).to.deep.equal({ FunctionName: name });
      expect(inputs["alarmDescription"]).to.contain("runbooks/rotation.md");
    }
  });

  it("are the only secrets that are rotated", () => {
    const rotated = data.resources
      .filter((r) => r.type === "aws:secretsmanager/secretRotation:SecretRotation")
      .map((r) => r.name);
    const roles = fargateCatalogue().databases.map(({ role }) => role);
    expect(roles).to.include.members(Object.keys(clients));
    expect(rotated).to.have.members(roles.map((role) => `${prefix}-rotation-${userId(role)}-schedule`));
  });
});

describe("the databases' users on one host", () => {
  it("are plain names, whose passwords stay as they were made", () => {
    const { services, jobs } = sandboxCatalogue();
    for (const [role, of] of Object.entries(clients)) {
      const [user = "", password = ""] = variables[role] ?? [];
      const readers = [...services, ...jobs].filter((c) => c.environment[user] === role);
      expect(readers.map((c) => c.name)).to.include.members(
        of.services.filter((name) => services.some((s) => s.name === name)),
      );
      for (const c of readers) {
        expect(c.environment[password]).to.deep.equal({ parts: [{ secret: loginSecrets(role).password }] });
      }
    }
    const read = [...services, ...jobs].flatMap(secretsOf);
    for (const role of Object.keys(clients)) expect(read).not.to.include(loginSecrets(role).username);
  });

  it("are what the tests of the SQL scripts are given", () => {
    const setup = sandboxCatalogue().jobs.find((j) => j.name === "postgres-setup");
    expect(JSON.parse(setup?.environment["DATABASE_USERS"] as string)).to.include.deep.members(shipped);
  });

  it("have no second logins", () => {
    const setup = sandboxCatalogue().jobs.find((j) => j.name === "postgres-setup");
    expect(Object.keys(setup?.environment ?? {}).filter((key) => key.endsWith("_DB_USER"))).to.deep.equal([]);
    expect(setup?.mounts?.map((m) => m.source)).to.deep.equal([
      "postgres/setup.sql",
      "postgres/logins.sql",
      "postgres/databases.sql",
      "postgres/versions.sql",
    ]);
    expect(Object.keys(sandboxRelease().files)).not.to.include("postgres/rotation.sql");
  });
});
