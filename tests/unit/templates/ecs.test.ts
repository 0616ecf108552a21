import { expect } from "chai";
import type { Container, Service } from "../../../services/model/types";
import { builtImage } from "../../../templates/built-images";
import {
  canonical,
  firstOf,
  rewritePaths,
  renderTask,
  secretVariables,
  taskVolumes,
  type TaskContext,
} from "../../../templates/ecs";
import { fargateCatalogue } from "../../support/recorded/fargate-services";
import { secretsIn, partsOf } from "../../../services/model/values";
import { addressText } from "../../support/values";

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:bundle-AbCdEf";
const context = (container: Container): TaskContext => ({
  region: "us-east-1",
  image: (image) => `registry.example.com/${image}`,
  address: addressText,
  secrets: Object.fromEntries(secretVariables(container).map(([name]) => [name, `${arn}:${name}::`])),
  logGroup: `/ai-ecosystem/prod/${container.name}`,
  release: { uri: "s3://bucket/releases/0123456789abcdef.sh", sha256: "0".repeat(64) },
});

interface Rendered {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly environment: readonly { name: string; value: string }[];
  readonly secrets: readonly { name: string; valueFrom: string }[];
  readonly mountPoints: readonly { containerPath: string; sourceVolume: string; readOnly: boolean }[];
  readonly readonlyRootFilesystem: boolean;
  readonly stopTimeout?: number;
  readonly healthCheck?: Readonly<Record<"interval" | "timeout" | "retries" | "startPeriod", number>>;
  readonly logConfiguration: { readonly logDriver: string; readonly options: Readonly<Record<string, string>> };
  readonly dependsOn?: readonly { containerName: string; condition: string }[];
  readonly linuxParameters?: { readonly capabilities: { readonly add: readonly string[]; drop: readonly string[] } };
}
const render = (container: Container) => renderTask(container, context(container)) as unknown as Rendered[];
const main = (container: Container): Rendered => {
  const found = render(container).find((c) => c.name === container.name);
  if (found === undefined) throw new Error(container.name);
  return found;
};

describe("task definitions", () => {
  const { services, jobs } = fargateCatalogue({ openaiApiKey: "sk-0123456789" });
  const all: readonly Container[] = [...services, ...jobs];
  const of = (name: string): Container => {
    const found = all.find((c) => c.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  it("cover every service and job of Fargate", () => {
    expect(services.filter((s) => s.fargate === undefined)).to.deep.equal([]);
    for (const container of all) expect(main(container).image, container.name).to.contain(container.image);
  });

  it("count the proxies that are in X-Forwarded-For: CloudFront alone", () => {
    const hops = (name: string) =>
      main(of(name))
        .environment.filter((e) => /PROXY/.test(e.name))
        .map((e) => e.value);
    for (const name of ["n8n", "n8n-webhook", "librechat"]) expect(hops(name), name).to.deep.equal(["1"]);
  });

  it("are the same bytes for the same input, with sorted keys and lists", () => {
    for (const container of all) {
      const text = JSON.stringify(render(container));
      expect(JSON.stringify(render(container))).to.equal(text);
      expect(JSON.stringify(canonical(JSON.parse(text)))).to.equal(text);
      for (const c of render(container)) {
        expect(c.environment.map((e) => e.name)).to.deep.equal(c.environment.map((e) => e.name).sort());
        expect(c.secrets.map((e) => e.name)).to.deep.equal(c.secrets.map((e) => e.name).sort());
      }
    }
  });

  it("name each secret by reference, and no variable twice", () => {
    for (const container of all) {
      const wanted = Object.entries(container.environment).flatMap(([name, v]) =>
        secretsIn(v).length > 0 ? [name] : [],
      );
      const { secrets, environment } = main(container);
      expect(secrets.map((s) => s.name)).to.have.members(wanted);
      for (const { valueFrom } of secrets)
        expect(valueFrom).to.match(/^arn:aws:secretsmanager:[^:]+:\d+:secret:.+:\w+::$/);
      const names = [...secrets, ...environment].map((e) => e.name);
      expect(new Set(names).size, container.name).to.equal(names.length);
    }
  });

  it("fail when a secret has no reference", () => {
    const container = of("n8n");
    expect(() => renderTask(container, { ...context(container), secrets: {} })).to.throw(
      "n8n: no reference to the secret of",
    );
  });

  it("put a file's place in the release where its target is named", () => {
    expect(main(of("n8n-import")).command).to.deep.equal(["/release/n8n/import.sh"]);
    expect(main(of("postgres-setup")).command).to.include("--file=/release/postgres/setup.sql");
    const value = (name: string, variable: string) =>
      main(of(name)).environment.find((e) => e.name === variable)?.value;
    expect(value("librechat", "CONFIG_PATH")).to.equal("/release/librechat/librechat.yaml");
    expect(value("n8n", "NODE_EXTRA_CA_CERTS")).to.equal("/release/certs/aws.pem");
    expect(value("postgres-grants", "PGSSLROOTCERT")).to.equal("/release/certs/aws.pem");
  });

  it("leave no target of a mount unreplaced, not even within secrets", () => {
    for (const container of all) {
      const texts = Object.values(container.environment).flatMap((v) =>
        partsOf(v).filter((p) => typeof p === "string"),
      );
      const words = [...texts, ...(container.command ?? []), ...(container.entrypoint ?? [])];
      for (const word of words.map((w) => rewritePaths(container, w))) {
        expect(rewritePaths(container, word), container.name).to.equal(word);
      }
    }
    const uri = of("librechat").environment["MONGO_URI"];
    const text = partsOf(uri ?? "").at(-1) as string;
    expect(rewritePaths(of("librechat"), text)).to.contain("&tlsCAFile=/release/certs/aws.pem&");
  });

  it("replace whole paths only", () => {
    const mounts = [
      { source: "n8n", target: "/import" },
      { source: "a+b", target: "/x.y" },
    ];
    expect(rewritePaths({ mounts }, "/import/import.sh")).to.equal("/release/n8n/import.sh");
    expect(rewritePaths({ mounts }, "--dir=/import")).to.equal("--dir=/release/n8n");
    expect(rewritePaths({ mounts }, "/data/import /imports /import-2")).to.equal("/data/import /imports /import-2");
    expect(rewritePaths({ mounts }, "/x.y /xzy")).to.equal("/release/a+b /xzy");
    expect(rewritePaths({}, "/import")).to.equal("/import");
  });

  it("log each container to the group of its own, without blocking it", () => {
    for (const container of all) {
      for (const c of render(container)) {
        expect(c.logConfiguration.logDriver).to.equal("awslogs");
        expect(c.logConfiguration.options).to.include({
          "awslogs-group": `/ai-ecosystem/prod/${container.name}`,
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": c.name,
          mode: "non-blocking",
        });
      }
    }
  });

  it("stay within Fargate's limits", () => {
    for (const container of all) {
      for (const c of render(container)) {
        expect(c.stopTimeout ?? 30, container.name).to.be.at.most(120);
        const check = c.healthCheck;
        if (check === undefined) continue;
        expect(check.interval).to.be.within(5, 300);
        expect(check.timeout).to.be.within(2, 60);
        expect(check.retries).to.be.within(1, 10);
        expect(check.startPeriod).to.be.within(0, 300);
      }
    }
    expect(main(of("chatwoot-sidekiq")).stopTimeout).to.equal(120);
  });

  it("keep no Linux capability, and cannot write to their images", () => {
    for (const container of all) {
      for (const c of render(container)) {
        expect(c.linuxParameters?.capabilities, c.name).to.deep.equal({ add: [], drop: ["ALL"] });
        expect(c.readonlyRootFilesystem, `${container.name}/${c.name}`).to.equal(true);
      }
    }
  });

  it("give a container folders of its own to write to, which the first container opens to its user", () => {
    const mounts = (c: Rendered | undefined) =>
      Object.fromEntries((c?.mountPoints ?? []).map((m) => [m.sourceVolume, m.containerPath]));
    const worker = of("n8n-worker");
    const [first] = render(worker).filter((c) => c.name === "files");
    expect(mounts(main(worker))).to.deep.include({
      "n8n-worker-tmp": "/tmp",
      "n8n-worker-home-node-cache": "/home/node/.cache",
      "n8n-worker-home-node-n8n": "/home/node/.n8n",
    });
    expect(mounts(first)["n8n-worker-tmp"]).to.equal("/writable/tmp");
    // each is a folder below the one that is opened, none the folder itself
    for (const path of Object.values(mounts(first)).filter((path) => path !== "/release")) {
      expect(path).to.match(/^\/writable\/[\w-]+$/);
    }
    expect(first?.command?.[0]).to.match(/^set -e; chmod 1777 \/writable\/\*/);
    expect(first?.image).to.contain("aws-cli");
  });

  it("run the data bridge from the image that has its packages, without a job that installs them", () => {
    const bridge = main(of("data-bridge"));
    expect(bridge.image).to.equal(`registry.example.com/${builtImage("data-bridge").image}`);
    expect(bridge.command).to.deep.equal(["/bin/bash", "/bridge/start.sh"]);
    expect(bridge.environment.map((e) => e.name)).not.to.include("PACKAGES_DIR");
    expect(all.map((c) => c.name)).not.to.include("data-packages");
    expect(of("data-bridge").after).to.deep.equal(["postgres-grants", "mongodb-setup"]);
  });

  it("wait for the files, and mount what the first container fills", () => {
    for (const container of all) {
      const { dependsOn, mountPoints } = main(container);
      const files = render(container).find((c) => c.name === "files");
      const first = dependsOn?.filter((d) => d.condition === "SUCCESS");
      const before = [
        ...(files === undefined ? [] : ["files"]),
        ...firstOf(container)
          .map((c) => c.name)
          .slice(-1),
      ];
      expect(first?.map((d) => d.containerName) ?? []).to.deep.equal(before);
      const volumes = new Set(taskVolumes(container));
      for (const m of [...mountPoints, ...(files?.mountPoints ?? [])])
        expect(volumes.has(m.sourceVolume)).to.equal(true);
      expect(new Set(mountPoints.map((m) => m.sourceVolume))).to.deep.equal(volumes);
    }
    const release = main(of("librechat")).mountPoints.find((m) => m.containerPath === "/release");
    expect(release).to.include({ readOnly: true, sourceVolume: "release" });
  });

  it("fetch the files without tools that the image does not have, and without hiding a failure", () => {
    const [script = ""] = render(of("librechat")).find((c) => c.name === "files")?.command ?? [];
    expect(script).to.match(/^set -e; /);
    expect(script).not.to.match(/\||\btar\b/);
    expect(script).to.contain(
      "aws s3 cp --only-show-errors s3://bucket/releases/0123456789abcdef.sh /release/files.sh",
    );
  });

  it("put a collector beside what speaks OpenTelemetry, for traces alone", () => {
    expect(all.filter((c) => render(c).some((r) => r.name === "collector")).map((c) => c.name)).to.deep.equal([
      "librechat",
    ]);
    const collector = render(of("librechat")).find((c) => c.name === "collector");
    const configuration = JSON.parse(collector?.environment[0]?.value ?? "{}") as {
      service: { pipelines: Record<string, unknown> };
    };
    expect(Object.keys(configuration.service.pipelines)).to.deep.equal(["traces"]);
  });

  it("run the files only when they are those of the definition", () => {
    const [script = ""] = render(of("librechat")).find((c) => c.name === "files")?.command ?? [];
    const order = ["aws s3 cp", `${"0".repeat(64)}  /release/files.sh`, "sha256sum -c", "; sh /release/files.sh"];
    const places = order.map((part) => script.indexOf(part));
    expect(places, script).to.deep.equal([...places].sort((a, b) => a - b));
    expect(places).not.to.include(-1);
  });

  it("switch tracing on where there is a collector, and there alone (AWS-7)", () => {
    for (const container of all) {
      const variables = Object.fromEntries(main(container).environment.map(({ name, value }) => [name, value]));
      const collected = render(container).some((r) => r.name === "collector");
      expect(variables["OTEL_TRACES_EXPORTER"], container.name).to.equal(collected ? "otlp" : undefined);
    }
    // LibreChat looks at OpenTelemetry's own variables only with this one
    const variables = main(of("librechat")).environment;
    expect(variables).to.deep.include({ name: "OTEL_TRACING_ENABLED", value: "true" });
    expect(main(of("librechat-admin")).environment.map((v) => v.name)).not.to.include("OTEL_TRACING_ENABLED");
  });

  it("change in one container when an image changes", () => {
    const changed = fargateCatalogue({
      openaiApiKey: "sk-0123456789",
      services: JSON.stringify({ librechat: { image: "ghcr.io/librechat-ai/librechat:v0.8.9" } }),
    });
    const differing = (list: readonly Service[]) =>
      list.filter((s) => JSON.stringify(render(s)) !== JSON.stringify(render(of(s.name)))).map((s) => s.name);
    expect(differing(changed.services)).to.deep.equal(["librechat"]);
    const service = changed.services.find((s) => s.name === "librechat");
    const before = render(of("librechat"));
    const after = service === undefined ? [] : render(service);
    expect(after.filter((c, i) => JSON.stringify(c) !== JSON.stringify(before[i])).map((c) => c.name)).to.deep.equal([
      "librechat",
    ]);
  });
});
