import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { formsOf, generatedSecrets, leaks } from "../../support/engine/secrets";
import type { GetLife } from "./life";

/** No secret: a name that stands in files of the host which everybody may read. */
const control = "ai-eco-postgres";

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

export function secrecy(life: GetLife): void {
  describe("secrets", () => {
    let secrets: Map<string, string>;

    before(() => {
      secrets = generatedSecrets(life().project.state(true));
      // a password's text and its hash, bytes in two spellings, a key pair in three
      expect(secrets.size).to.be.greaterThan(40);
      for (const id of ["n8n-owner-password bcryptHash", "chatwoot-secret-key-base", "host-key privateKeyPem "]) {
        expect(
          [...secrets.keys()].some((name) => name.includes(id)),
          id,
        ).to.be.true;
      }
    });

    it("are in the state encrypted", () => {
      const state = JSON.stringify(life().project.state());
      expect(state).to.contain("ai-ecosystem-sandbox-secrets-n8n-owner-password");
      expect(leaks(state, secrets)).to.deep.equal([]);
    });

    it("are in no event of the engine", () => {
      const events = life().history.events();
      expect(events).to.contain('"resOutputsEvent"');
      expect(leaks(events, secrets)).to.deep.equal([]);
    });

    it("are in nothing that pulumi said, which has what the push said", () => {
      expect(life().history.said).to.contain("==> starting, in order of health");
      expect(leaks(life().history.said, secrets)).to.deep.equal([]);
    });

    it("are no argument of a process", async () => {
      const seen = await life().seenArguments();
      // those of the push, of what it starts, and of what runs in containers were seen
      expect(seen).to.match(/\/bin\/push$/m);
      expect(seen).to.match(/^--env-file$/m);
      expect(seen).to.match(/nginx -c \/releases\/current/);
      expect(leaks(seen, secrets)).to.deep.equal([]);
    });

    it("are in no container's command or health check", () => {
      const commands = (
        life().host.inspect() as { Path: string; Args: string[]; Config: { Healthcheck?: object } }[]
      ).map(({ Path, Args, Config }) => [Path, Args, Config.Healthcheck]);
      expect(JSON.stringify(commands)).to.contain("/data/health");
      expect(leaks(JSON.stringify(commands), secrets)).to.deep.equal([]);
    });

    it("are in no container's log", () => {
      const logs = life().host.succeed(
        "for c in $(docker ps -aq --filter label=com.docker.compose.project=ai-ecosystem); do docker logs $c 2>&1; done",
      );
      expect(logs).to.contain("Editor is now accessible");
      expect(leaks(logs, secrets)).to.deep.equal([]);
    });

    it("are in no file of the host that another user can read", () => {
      const { host } = life();
      // the patterns come through a pipe: as an argument or in a file they would be found
      const find = (patterns: readonly string[], ...folders: readonly string[]) =>
        host
          .run(
            `runuser -u nobody -- grep -rlsF -D skip --exclude-dir=proc --exclude-dir=sys -f - ${folders.join(" ")}`,
            patterns.join("\n"),
          )
          .stdout.split("\n")
          .filter(Boolean);
      expect(find([control], "/opt/ai-ecosystem").map((f) => f.split("/").at(-1))).to.include("compose.yaml");
      const forms = [...secrets.values()].flatMap(formsOf);
      expect(find(forms, "/")).to.deep.equal([]);
      // they are there, for root
      const value = [...secrets].find(([name]) => name.includes("n8n-encryption-key result"))?.[1] ?? "";
      const rootFiles = host.run("grep -rlsF -f - /opt/ai-ecosystem/releases", value).stdout;
      expect(rootFiles).to.match(/\/\.env$/m);
    });

    it("are not in out/ after the offline preview", async () => {
      const { project } = life();
      // not `make`: it would install packages into the folder that the copy only links to
      const { status, output } = await project.run("node_modules/.bin/tsx", ["tools/preview.ts", "--stack", "sandbox"]);
      expect(status, output).to.equal(0);
      const files = filesBelow(join(project.program, "out"));
      expect(files.map((f) => f.split("/").at(-1))).to.include.members(["env", "compose.yaml", "resources.json"]);
      for (const file of files) expect(leaks(readFileSync(file, "latin1"), secrets), file).to.deep.equal([]);
      const env = readFileSync(files.find((f) => f.endsWith("/env")) ?? "", "utf8");
      const lines = env.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      expect(lines.length).to.be.greaterThan(15);
      for (const line of lines) expect(line).to.match(/^[A-Z0-9_]+='?\*{8}'?$/);
      expect(leaks(output, secrets)).to.deep.equal([]);
    });
  });
}
