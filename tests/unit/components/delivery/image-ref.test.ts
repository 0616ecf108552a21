import { expect } from "chai";
import * as fc from "fast-check";
import { imageRef, ImageRefError, repositoriesOf, repositoryName } from "../../../../components/delivery/image-ref";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const at = (image: string): string => {
  const { repository, tag } = imageRef(image);
  return `${repository}:${tag}`;
};
const ecr = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

describe("place of an image in the private registry", () => {
  const places: Readonly<Record<string, string>> = {
    "chatwoot/chatwoot:v4.18.0-ce": "chatwoot/chatwoot:v4.18.0-ce",
    "mongo:8.0.29": "mongo:8.0.29",
    "library/mongo:8.0.29": "mongo:8.0.29",
    "docker.io/library/mongo:8.0.29": "mongo:8.0.29",
    "index.docker.io/pgvector/pgvector:0.8.4-pg17": "pgvector/pgvector:0.8.4-pg17",
    "docker.n8n.io/n8nio/n8n:2.42.5": "docker.n8n.io/n8nio/n8n:2.42.5",
    "ghcr.io/librechat-ai/librechat:v0.8.8": "ghcr.io/librechat-ai/librechat:v0.8.8",
    "quay.io/jupyter/minimal-notebook:2026-10-05": "quay.io/jupyter/minimal-notebook:2026-10-05",
    "public.ecr.aws/aws-cli/aws-cli:2.31.0": "public.ecr.aws/aws-cli/aws-cli:2.31.0",
    [`mongo@${digest}`]: `mongo:sha256-${digest.slice(7)}`,
    [`mongo:8.0@${digest}`]: `mongo:8.0-sha256-0123456789abcdef`,
  };
  for (const [image, place] of Object.entries(places)) {
    it(`${image} is ${place}`, () => {
      expect(at(image)).to.equal(place);
    });
  }

  it("knows the upstream by its full name", () => {
    expect(imageRef("mongo:8").upstream).to.equal("docker.io/library/mongo");
    expect(imageRef("GHCR.IO/a/b:1").upstream).to.equal("ghcr.io/a/b");
  });

  it("takes a registry's port for no tag", () => {
    const ref = imageRef("localhost:5000/desk/app:1");
    expect(ref).to.include({ upstream: "localhost:5000/desk/app", tag: "1" });
    expect(ref.repository).to.match(ecr);
    expect(() => imageRef("localhost:5000/desk/app")).to.throw(ImageRefError, "not pinned");
  });

  it("keeps repositories apart whose names look alike", () => {
    const images = ["a/redis:1", "b/redis:1", "redis:1", "ghcr.io/a/redis:1", "quay.io/a/redis:1", "a-b/c:1", "a/b-c:1"]
      .concat([
        "a/b__c:1",
        "a/b--c:1",
        "a/b_c:1",
        "docker.io/ghcr.io/a/redis:1",
        "reg.example:5000/a:1",
        "reg.example/a:1",
      ])
      .concat(["library/a/redis:1"]);
    const names = images.map((i) => imageRef(i).repository);
    expect(new Set(names).size).to.equal(images.length);
    for (const name of names) expect(name).to.match(ecr);
  });

  it("gives every repository of the world a name of its own that ECR takes", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,4}((\.|_|__|-{1,2})[a-z0-9]{1,3}){0,2}$/);
    const path = fc.array(part, { minLength: 1, maxLength: 4 });
    const registry = fc.constantFrom("", "ghcr.io/", "docker.io/", "a.b:5000/", "localhost/");
    const image = fc
      .tuple(registry, path)
      // without a registry in front, a dot in the first part makes it one
      .filter(([r, p]) => r !== "" || !/[.:]/.test(p[0] ?? ""))
      .map(([r, p]) => `${r}${p.join("/")}:1`);
    fc.assert(
      fc.property(image, image, (a, b) => {
        const [one, two] = [imageRef(a), imageRef(b)];
        expect(one.repository).to.match(ecr);
        expect(one.repository === two.repository).to.equal(one.upstream === two.upstream);
      }),
      { numRuns: 2000 },
    );
  });

  it("shortens a name that is too long for ECR", () => {
    const name = repositoryName("Prod", imageRef(`ghcr.io/${"a".repeat(200)}/b:1`).repository);
    expect(name)
      .to.match(/^ai-ecosystem\/prod\//)
      .and.match(ecr);
    expect(name.length).to.be.at.most(256);
  });

  for (const image of ["", "mongo", "mongo:latest", "Mongo:8", "a//b:1", "mongo:8@sha256:short", "mongo:-8", "a b:1"]) {
    it(`refuses ${image === "" ? "an empty text" : image}`, () => {
      expect(() => imageRef(image)).to.throw(ImageRefError);
    });
  }

  it("puts the images of one repository together, once each", () => {
    const map = repositoriesOf(["mongo:8", "redis:7", "mongo:9", "docker.io/library/mongo:9", "mongo:8"]);
    expect([...map.keys()]).to.deep.equal(["mongo", "redis"]);
    expect(map.get("mongo")?.map((r) => r.image)).to.deep.equal(["docker.io/library/mongo:9", "mongo:8", "mongo:9"]);
  });
});
