import { expect } from "chai";
import { load } from "js-yaml";
import { buildCatalogue } from "../../../services/catalogue";
import type { Context, ServiceFactory } from "../../../services/model/context";
import { postgres } from "../../../services/postgres";
import { fargateContext } from "../../../stacks/contexts";
import { renderCompose } from "../../../templates/compose";
import { renderTask } from "../../../templates/ecs";
import { record, type RecordedResource } from "../../../record/record";
import { demo, hosts, sandboxContext } from "../../support/fixtures";
import { prodSettings } from "../../support/recorded/profile";
import { fargateCatalogue, fargateDemo, fargateProgram } from "../../support/recorded/fargate-services";
import { addressesIn, interpolate, secret, secretsIn, textOf } from "../../../services/model/values";
import { addressText } from "../../support/values";

const context = sandboxContext();

describe("values", () => {
  it("are plain text where nothing in them is to be found out", () => {
    expect(interpolate`http://${"n8n"}:${5678}/${""}`).to.equal("http://n8n:5678/");
    expect(interpolate``).to.equal("");
  });

  it("keep references between as little text as there is, nested ones included", () => {
    const url = interpolate`redis://default:${secret("redis-password")}@${context.redis.host}:${6379}`;
    const parts = ["redis://default:", { secret: "redis-password" }, "@", { store: "redis", value: "host" }, ":6379"];
    expect(url).to.deep.equal({ parts });
    expect(interpolate`${url}/${2}`).to.deep.equal({ parts: [...parts.slice(0, -1), ":6379/2"] });
    expect(interpolate`${context.origin("desk")}`).to.deep.equal(context.origin("desk"));
    expect(JSON.parse(JSON.stringify(url))).to.deep.equal({ parts });
  });

  it("tell which secrets and addresses are in them, and what they are once those are known", () => {
    const value = interpolate`${secret("key")}@${context.postgres.host} ${context.hostname("desk")}`;
    expect(secretsIn(value)).to.deep.equal(["key"]);
    expect(addressesIn(value)).to.deep.equal([
      { store: "postgres", value: "host" },
      { origin: "desk", value: "hostname" },
    ]);
    const reference = (of: object) => Object.keys(of)[0] ?? "";
    expect(textOf(value, { text: (text) => `<${text}>`, reference })).to.equal("secret<@>store< >origin");
    expect(secretsIn("text")).to.deep.equal([]);
  });

  it("are refused in an ordinary text, with the way out, as the text would be [object Object]", () => {
    // what is not compiled may be of any type
    expect(() => `postgres://${context.postgres.host as string}`).to.throw("write interpolate`");
    const own: ServiceFactory = (given) => ({
      ...demo(given),
      environment: { URL: `${given.origin("") as string}/api` },
    });
    expect(() => buildCatalogue([own], context, {})).to.throw("write interpolate`");
  });
});

/** A service with an address of every kind. */
const addressed: ServiceFactory = (given: Context) => ({
  ...fargateDemo(given),
  files: { bucket: "demo-files", shownOn: ["demo"] },
  environment: {
    URL: interpolate`${given.origin("demo")}/cable?price=$1`,
    HOST: given.hostname("demo"),
    DATABASE: interpolate`postgres://demo:${secret("demo-token")}@${given.postgres.host}:${given.postgres.port}/demo`,
    STORE: given.postgres.host,
    ...(given.bucket === undefined ? {} : { BUCKET: given.bucket("demo-files").name }),
  },
});

describe("references in a catalogue", () => {
  it("are names of containers, of hosts and of `.env` in a Compose file, whose `$` stay what they are", () => {
    const text = renderCompose(buildCatalogue([postgres, addressed], context, {}), {
      plan: "compact",
      hosts,
      filesHash: () => "",
    });
    const { services } = load(text) as { services: Record<string, { environment: Record<string, string> }> };
    expect(services["demo"]?.environment).to.deep.equal({
      DATABASE: "postgres://demo:${DEMO_TOKEN:?}@postgres:5432/demo",
      HOST: "demo.203-0-113-10.sslip.io",
      STORE: "postgres",
      URL: "https://demo.203-0-113-10.sslip.io/cable?price=$$1",
    });
    const environment = { BUCKET: fargateContext(prodSettings()).bucket?.("demo-files").name ?? "" };
    const asked: ServiceFactory = (given) => ({ ...addressed(given), environment });
    expect(() =>
      renderCompose(buildCatalogue([postgres, asked], context, {}), { plan: "compact", hosts, filesHash: () => "" }),
    ).to.throw("no bucket demo-files");
  });

  it("are filled in by whoever renders a task, and secrets never are", () => {
    const service = fargateCatalogue({}, [postgres, addressed]).services.find((s) => s.name === "demo");
    if (service === undefined) throw new Error("no service");
    const [main] = renderTask(service, {
      region: "us-east-1",
      image: (image) => image,
      address: (address) => `the ${addressText(address)}`,
      secrets: { DATABASE: "arn:of:the:bundle" },
      logGroup: "/logs",
      release: { uri: "s3://bucket/key", sha256: "" },
    });
    expect(main?.["environment"]).to.deep.equal([
      { name: "BUCKET", value: "the demo-files" },
      { name: "HOST", value: "the demo.example.com" },
      { name: "STORE", value: "the postgres" },
      { name: "URL", value: "the https://demo.example.com/cable?price=$1" },
    ]);
    expect(main?.["secrets"]).to.deep.equal([{ name: "DATABASE", valueFrom: "arn:of:the:bundle" }]);
  });

  it("stand in a task definition and in its bundle of secrets as what they are on Fargate", async () => {
    const { resources } = await record(() => fargateProgram(fargateCatalogue({}, [postgres, addressed])), {
      reveal: true,
    });
    const inputs = (suffix: string): RecordedResource["inputs"] =>
      resources.find((r) => r.name === `test-${suffix}`)?.inputs ?? {};
    expect(inputs("demo-task")["containerDefinitions"]).to.contain('{"name":"STORE","value":"postgres.example.com"}');
    const kept = JSON.stringify(inputs("demo-secrets-version"));
    expect(kept)
      .to.contain("DEMO__DATABASE")
      .and.contain("postgres://demo:facade-demo-token@postgres.example.com:5432/demo");
  });
});
