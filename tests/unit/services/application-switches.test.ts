import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Container } from "../../../services/model/types";
import { renderWorkflows } from "../../../services/n8n/workflows";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { sandboxCatalogue } from "../../support/fixtures";
import { root } from "../../support/root";
import { secretsIn } from "../../../services/model/values";
import { variableText } from "../../support/values";

const plain = (container: Container, variable: string): string | undefined => {
  const value = container.environment[variable];
  return value === undefined || secretsIn(value).length > 0 ? undefined : variableText(value);
};

/** Who reads what, and what it means to set it: facts of the applications, not of this program. */
describe("the applications' switches", () => {
  const catalogues = {
    "host, standard": sandboxCatalogue(),
    "host, compact": sandboxCatalogue({ memoryPlan: "compact" }),
    fargate: prodCatalogue(prodSettings()),
  };

  for (const [name, { services, jobs }] of Object.entries(catalogues)) {
    describe(name, () => {
      const containers: readonly Container[] = [...services, ...jobs];
      const with_ = (variable: string) => containers.filter((c) => variable in c.environment);
      const named = (service: string): Container => {
        const found = containers.find((c) => c.name === service);
        if (found === undefined) throw new Error(service);
        return found;
      };

      it("keeps small what strangers send to n8n (APP-1)", () => {
        for (const container of with_("N8N_PORT")) {
          expect(plain(container, "N8N_PAYLOAD_SIZE_MAX"), container.name).to.equal("1");
          expect(Number(plain(container, "N8N_FORMDATA_FILE_SIZE_MAX")), container.name).to.be.at.most(16);
          expect(Number(plain(container, "EXECUTIONS_DATA_PRUNE_MAX_COUNT")), container.name).to.be.at.most(1000);
        }
      });

      it("gives every application the time zone of the settings (APP-17)", () => {
        for (const service of ["n8n", "chatwoot-web", "chatwoot-sidekiq", "librechat"]) {
          expect(plain(named(service), "TZ"), service).to.equal("UTC");
        }
        // n8n's default is America/New_York
        expect(plain(named("n8n"), "GENERIC_TIMEZONE")).to.equal("UTC");
      });

      it("sends no texts of conversations to Chatwoot's own server (APP-11)", () => {
        for (const container of with_("DISABLE_TELEMETRY")) {
          expect(plain(container, "ENABLE_PUSH_RELAY_SERVER"), container.name).to.equal("false");
        }
      });

      // app/models/concerns/avatarable.rb asks at each new address
      it("tells gravatar.com of nobody who writes to the desk", () => {
        for (const container of with_("DISABLE_TELEMETRY")) {
          expect(plain(container, "DISABLE_GRAVATAR"), container.name).to.equal("true");
        }
      });

      // the image's entrypoint waits in a shell that has "sidekiq" among its arguments
      it("asks Sidekiq's own process for its health (APP-12)", () => {
        const check = services.find((s) => s.name === "chatwoot-sidekiq")?.healthCheck.command.at(-1) ?? "";
        expect("sidekiq 7.3.9 app [0 of 5 busy]").to.match(new RegExp(check));
        expect("/bin/sh docker/entrypoints/rails.sh bundle exec sidekiq -C config/sidekiq.yml").to.not.match(
          new RegExp(check),
        );
      });

      it("shows nobody the description of n8n's API, and keeps the API behind its keys (APP-28)", () => {
        for (const container of with_("N8N_PORT")) {
          expect(plain(container, "N8N_PUBLIC_API_SWAGGERUI_DISABLED"), container.name).to.equal("true");
        }
      });

      // npm in front of it did not hand the signal on
      it("starts LibreChat's server itself, so that it is told to stop (APP-27)", () => {
        expect(named("librechat").command).to.deep.equal(["node", "api/server/index.js"]);
      });

      it("sets no allocator that the image does not have (APP-18)", () => {
        expect(with_("MALLOC_ARENA_MAX")).to.deep.equal([]);
      });
    });
  }

  // /lab/api/update and /lab/api/news of JupyterLab's server
  it("lets JupyterLab ask nobody for newer versions and news", () => {
    const config = readFileSync(join(root, "services/data-bridge/files/jupyter_server_config.py"), "utf8");
    expect(config).to.match(/^c\.LabApp\.check_for_updates_class = "jupyterlab\.NeverCheckForUpdate"$/m);
    expect(config).to.match(/^c\.LabApp\.news_url = None$/m);
  });

  it("puts a time zone of the settings everywhere", () => {
    const { services } = sandboxCatalogue({ timezone: "Europe/Madrid" });
    const zones = services.flatMap((s) => (["TZ", "GENERIC_TIMEZONE"] as const).flatMap((v) => plain(s, v) ?? []));
    expect(new Set(zones)).to.deep.equal(new Set(["Europe/Madrid"]));
  });

  it("keeps no successful run of the workflows that have customers' texts (APP-1)", () => {
    for (const [file, { settings }] of Object.entries(renderWorkflows("openai"))) {
      if (file !== "chatwoot-assistant-failed.json")
        expect(settings["saveDataSuccessExecution"], file).to.equal("none");
    }
  });
});
