import { expect } from "chai";
import { generatedSecrets, leaks } from "../../support/engine/secrets";
import type { GetProduction } from "./production";

interface ContainerDefinition {
  readonly name: string;
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
}

export function secrecy(production: GetProduction): void {
  describe("secrets", () => {
    let secrets: Map<string, string>;
    before(() => {
      secrets = generatedSecrets(production().project.state(true));
      expect(secrets.size).to.be.greaterThan(20);
    });

    it("are in the state encrypted", () => {
      const state = JSON.stringify(production().project.state());
      expect(state).to.contain("ai-ecosystem-prod-secrets-n8n-owner-password");
      expect(leaks(state, secrets)).to.deep.equal([]);
    });

    it("are in no event of the engine, and in nothing that pulumi said", () => {
      const { history } = production();
      expect(history.events()).to.contain('"resOutputsEvent"');
      expect(leaks(history.events(), secrets)).to.deep.equal([]);
      expect(history.said).to.contain("postgres-setup");
      expect(leaks(history.said, secrets)).to.deep.equal([]);
    });

    it("reach containers by reference only", () => {
      const definitions = production()
        .project.state(true)
        .filter((r) => r.type === "aws:ecs/taskDefinition:TaskDefinition");
      expect(definitions.length).to.be.greaterThan(10);
      const text = JSON.stringify(definitions);
      expect(leaks(text, secrets)).to.deep.equal([]);
      const references = definitions.flatMap((d) =>
        (JSON.parse(String(d.outputs?.["containerDefinitions"])) as ContainerDefinition[]).flatMap(
          (c) => c.secrets ?? [],
        ),
      );
      expect(references.map((r) => r.name)).to.include.members(["N8N_ENCRYPTION_KEY", "SECRET_KEY_BASE", "CREDS_KEY"]);
      for (const { name, valueFrom } of references) {
        expect(valueFrom, name).to.match(
          /^arn:aws:secretsmanager:[a-z0-9-]+:\d+:secret:[^:]+:[A-Za-z0-9_-]+:[^:]*:[^:]*$/,
        );
      }
    });

    it("are in no output that is not marked secret", () => {
      const shown = production().project.json("stack", "output", "--json");
      expect(shown).to.include({ credentials: "[secret]" });
      expect(leaks(JSON.stringify(shown), secrets)).to.deep.equal([]);
    });
  });
}
