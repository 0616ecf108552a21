import { expect } from "chai";
import { imageRef, repositoryName } from "../../../components/delivery/image-ref";
import { builtImages, builtImage } from "../../../templates/built-images";
import { imagesOf } from "../../../templates/images";
import { shortHash, template } from "../../../templates/text";
import { planMirror, type Stock } from "../../../tools/mirror/plan";
import { CliError, persistently, ProgramError, run, hintFor } from "../../../tools/mirror/programs";
import { fargateCatalogue } from "../../support/recorded/fargate-services";
import { sandboxCatalogue } from "../../support/fixtures";

const host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const stock: Stock = {
  stack: "prod",
  host,
  tags: {
    "ai-ecosystem/prod/mongo": ["8.0.28", "8.0.29"],
    "ai-ecosystem/prod/ghcr.io/librechat-ai/librechat": [],
    "ai-ecosystem/prod/localhost/data-bridge": ["old"],
  },
};
const bridge = builtImage("data-bridge").image;
const backup = builtImage("backup").image;

describe("mirror of the images", () => {
  it("copies what is missing, builds what is ours, leaves what is there", () => {
    const images = ["mongo:8.0.29", "ghcr.io/librechat-ai/librechat:v0.8.8", bridge, "redis:7.4", "mongo:8.0.29"];
    expect(planMirror(images, builtImages(), stock)).to.deep.equal([
      { kind: "present", image: "mongo:8.0.29", target: `${host}/ai-ecosystem/prod/mongo:8.0.29` },
      {
        kind: "copy",
        image: "ghcr.io/librechat-ai/librechat:v0.8.8",
        target: `${host}/ai-ecosystem/prod/ghcr.io/librechat-ai/librechat:v0.8.8`,
      },
      {
        kind: "build",
        image: bridge,
        folder: "data-bridge",
        target: `${host}/ai-ecosystem/prod/${bridge}`,
      },
      { kind: "missing-repository", image: "redis:7.4", target: `${host}/ai-ecosystem/prod/redis:7.4` },
    ]);
  });

  it("copies a newer tag of the same image", () => {
    expect(planMirror(["mongo:8.0.30"], [], stock).map((s) => s.kind)).to.deep.equal(["copy"]);
  });

  it("tags the built image by what goes in", () => {
    expect(imageRef(bridge)).to.include({ upstream: "localhost/data-bridge", repository: "localhost/data-bridge" });
    expect(bridge).to.match(/:2\d{3}-\d{2}-\d{2}-[0-9a-f]{16}$/);
    expect(builtImage("data-bridge").image).to.equal(bridge);
    // the lock file is part of it
    const { folder } = builtImage("data-bridge");
    expect(template(`${folder}/Dockerfile`)).to.include("requirements.lock");
    expect(shortHash("a", "b")).not.to.equal(shortHash("a", "c"));
  });

  it("builds on the image that the host runs, with what the host mounts at the same place", () => {
    const dockerfile = template(`${builtImage("data-bridge").folder}/Dockerfile`);
    const service = sandboxCatalogue().services.find((s) => s.name === "data-bridge");
    expect(dockerfile).to.contain(`\nARG BASE=${String(service?.image)}\n`);
    const target = service?.mounts?.find((m) => m.source === "data-bridge")?.target;
    expect(dockerfile).to.contain(`COPY start.sh jupyter_server_config.py ${String(target)}/\n`);
    expect(dockerfile).to.contain(`COPY bridge/*.py ${String(target)}/bridge/\n`);
  });

  it("builds an image that runs as the catalogue says: as its user, with its check (SEC-12)", () => {
    const dockerfile = template(`${builtImage("data-bridge").folder}/Dockerfile`);
    const service = fargateCatalogue().services.find((s) => s.name === "data-bridge");
    expect(dockerfile).to.contain(`\nUSER ${String(service?.user)}\n`);
    const { command, interval, timeout, startPeriod, retries } = service?.healthCheck ?? {};
    const times = `--interval=${String(interval)}s --timeout=${String(timeout)}s --start-period=${String(startPeriod)}s`;
    expect(dockerfile).to.contain(`\nHEALTHCHECK ${times} --retries=${String(retries)} `);
    expect(dockerfile).to.contain(`CMD ${JSON.stringify(command).replaceAll('","', '", "')}\n`);
  });

  it("builds what production runs, and copies all else", () => {
    const images = imagesOf(fargateCatalogue());
    const empty = {
      ...stock,
      tags: Object.fromEntries(images.map((i) => [repositoryName("prod", imageRef(i).repository), []])),
    };
    const steps = planMirror(images, builtImages(), empty);
    expect(steps.filter((s) => s.kind === "build").map((s) => s.image)).to.deep.equal([backup, bridge]);
    expect(steps.filter((s) => s.kind === "copy").map((s) => s.image)).to.deep.equal(
      images.filter((i) => i !== bridge && i !== backup),
    );
    expect(images.filter((i) => i.startsWith("localhost/") || i.includes("jupyter"))).to.deep.equal([backup, bridge]);
  });
});

describe("programs of the mirror", () => {
  it("gives input over standard input", async () => {
    expect(await run("cat", [], "secret")).to.equal("secret");
  });

  it("names a program that is not there, and shows what one complained of", async () => {
    const failure = async (program: string, args: readonly string[]): Promise<unknown> =>
      run(program, args).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(await failure("no-such-program", [])).to.be.instanceOf(CliError);
    const error = await failure("bash", ["-c", "echo out; echo err >&2; exit 3"]);
    expect(error)
      .to.be.instanceOf(ProgramError)
      .and.to.include({ code: 3, program: "bash -c echo out; echo err >&2; exit 3" });
    expect((error as ProgramError).output)
      .to.include("err")
      .and.to.include("out");
  });

  it("tries again after errors that pass, not after others", async () => {
    const attempts = async (output: string, until: number): Promise<number> => {
      let count = 0;
      const task = () => (++count < until ? Promise.reject(new ProgramError("docker", 1, output)) : Promise.resolve());
      await persistently(task, 3, 0, () => undefined).catch(() => undefined);
      return count;
    };
    expect(await attempts("connection reset by peer", 2)).to.equal(2);
    expect(await attempts("connection reset by peer", 9)).to.equal(3);
    expect(await attempts("manifest unknown", 9)).to.equal(1);
    expect(await attempts("denied: User is not authorized", 9)).to.equal(1);
  });

  it("knows the way out of what often happens", () => {
    for (const output of [
      "toomanyrequests: You have reached your pull rate limit",
      "Unable to locate credentials. You can configure credentials by running aws configure",
      "ERROR: manifest unknown",
      "docker: unknown command: docker buildx",
      "exec /bin/sh: exec format error",
    ]) {
      expect(hintFor(output), output).not.to.be.empty;
    }
    expect(hintFor("something else")).to.be.empty;
  });
});
