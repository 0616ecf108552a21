import { expect } from "chai";
import { load } from "js-yaml";
import {
  configSchema,
  Constants,
  defaultAgentCapabilities,
  fileConfig,
  getEndpointFileConfig,
  mergeFileConfig,
} from "librechat-data-provider";
import type { Context } from "../../../services/model/context";
import { dataBridge } from "../../../services/data-bridge/data-bridge";
import { librechat } from "../../../services/librechat/librechat";
import { bodyMegabytes } from "../../../services/model/limits";
import { fargateContext, hostContext } from "../../../stacks/contexts";
import { renderLibrechat } from "../../../services/librechat/config-file";
import { prodSettings } from "../../support/recorded/profile";

const keys = {
  openaiApiKey: "sk-0123456789",
  anthropicApiKey: "sk-ant-0123456789",
  googleApiKey: "AIza-0123456789",
  openrouterApiKey: "sk-or-0123456789",
};
const contexts: Readonly<Record<string, Context>> = {
  "the host": hostContext(prodSettings()),
  "the host, with every provider": hostContext(prodSettings(keys)),
  "the host, with the desk's conversations": hostContext(prodSettings({ ...keys, deskConversations: "true" })),
  ...Object.fromEntries(
    Object.entries(keys).map(([name, key]) => [`the host, with ${name}`, hostContext(prodSettings({ [name]: key }))]),
  ),
  Fargate: fargateContext(prodSettings()),
  "Fargate, with every provider": fargateContext(prodSettings(keys)),
  "Fargate, with the desk's conversations": fargateContext(prodSettings({ ...keys, deskConversations: "true" })),
};

describe("librechat.yaml", () => {
  for (const [where, context] of Object.entries(contexts)) {
    describe(`on ${where}`, () => {
      const text = renderLibrechat(context);
      const read = load(text) as Record<string, unknown>;

      it("is what LibreChat's own schema takes, of its own version, with no key that it does not know (APP-23)", () => {
        const { success, error } = configSchema.strict().safeParse(read);
        expect(success, JSON.stringify(error?.issues)).to.equal(true);
        expect(read["version"]).to.equal(Constants.CONFIG_VERSION);
      });

      it("asks the data bridge where it is, by a server and a model that there are: its schema takes any name", () => {
        const { mcpServers, mcpSettings, modelSpecs } = configSchema.parse(read);
        const known = { type: "", url: "", title: "", description: "", requiresOAuth: false, timeout: 0, headers: {} };
        const { name, internalPort } = dataBridge(context);
        const address = context.internalUrl(name, internalPort ?? 0);
        const paths = {
          desk: "/data/mcp",
          ...(context.deskConversations === true ? { "desk-conversations": "/data/mcp/conversations" } : {}),
        };
        expect(Object.keys(mcpServers ?? {})).to.have.members(Object.keys(paths));
        for (const [id, path] of Object.entries(paths)) {
          const server = mcpServers?.[id] ?? {};
          expect(Object.keys({ ...known, initTimeout: 0, serverInstructions: true })).to.include.members(
            Object.keys(server),
          );
          expect(server).to.include({ type: "streamable-http", url: `${address}${path}`, requiresOAuth: false });
          const { headers } = server as { headers: Readonly<Record<string, string>> };
          // who asks is told in LibreChat's own words, which it knows by these names (packages/api/src/utils/env.ts)
          expect(headers["X-Desk-Role"]).to.equal(id === "desk" ? undefined : "{{LIBRECHAT_USER_ROLE}}");
          expect(headers).to.include({ Authorization: "Bearer ${DATA_MCP_TOKEN}" });
        }
        expect(mcpSettings?.allowedAddresses).to.deep.equal([address.replace("http://", "")]);
        expect(librechat(context).calls).to.include(name);
        expect(librechat(context).environment).to.have.property("DATA_MCP_TOKEN");
        const specs = modelSpecs?.list ?? [];
        expect(specs).to.have.lengthOf(context.llm.length > 0 ? 1 : 0);
        const names = { openai: "openAI", anthropic: "anthropic", google: "google", openrouter: "OpenRouter" };
        for (const { mcpServers: servers, preset } of specs) {
          expect(Object.keys(mcpServers ?? {})).to.include.members(servers ?? []);
          expect(context.llm.map((provider) => names[provider])).to.include(preset.endpoint);
          expect(preset.model).to.match(/./);
        }
      });

      it("keeps files where they outlive the container: in a volume, or in S3 (AWS-1)", () => {
        const { volumes = [], environment } = librechat(context);
        const strategy: string = configSchema.parse(read).fileStrategy;
        expect(strategy).to.equal(volumes.length > 0 ? "local" : "s3");
        for (const variable of ["AWS_BUCKET_NAME", "AWS_REGION", "S3_URL_EXPIRY_SECONDS"]) {
          expect(variable in environment, variable).to.equal(strategy === "s3");
        }
      });

      it("offers its agents nothing for which there is no server (APP-10)", () => {
        const { capabilities = [] } = configSchema.parse(read).endpoints?.agents ?? {};
        // it strikes memory out itself where the file has no `memory` (AppService)
        const absent = ["execute_code", "file_search", "web_search", "ocr", "memory"];
        // the list replaces LibreChat's own, which grows
        expect(capabilities).to.have.members(defaultAgentCapabilities.filter((name) => !absent.includes(name)));
      });

      it("refuses files in LibreChat's own words before the entrance ends them (APP-9)", () => {
        const merged = mergeFileConfig(configSchema.parse(read).fileConfig);
        const entrance = bodyMegabytes * 1024 * 1024;
        // with room for what a form has around a file
        const most = entrance - 1024 * 1024;
        expect(merged.serverFileSizeLimit).to.be.at.most(most);
        expect(merged.skills?.fileSizeLimit ?? Infinity).to.be.at.most(most);
        const own = Object.keys(fileConfig.endpoints);
        for (const endpoint of [...own, "openAI", "google", "bedrock", "OpenRouter"]) {
          const { fileSizeLimit, totalSizeLimit } = getEndpointFileConfig({ fileConfig: merged, endpoint });
          expect(fileSizeLimit ?? Infinity, endpoint).to.be.at.most(most);
          expect(totalSizeLimit ?? Infinity, endpoint).to.be.at.most(most);
        }
      });

      it("shows files of the disk only to whom they belong (APP-25)", () => {
        if (context.bucket === undefined) expect(configSchema.parse(read).secureImageLinks).to.equal(true);
      });
    });
  }

  it("says nothing of a data bridge that is off", () => {
    const read = load(renderLibrechat({ ...hostContext(prodSettings(keys)), has: (name) => name !== "data-bridge" }));
    expect(read).to.not.have.any.keys("mcpServers", "mcpSettings", "modelSpecs");
  });

  it("renews links before they end", () => {
    // LibreChat renews what has less than an hour left, half an hour after it last looked
    const seconds = Number(librechat(fargateContext(prodSettings())).environment["S3_URL_EXPIRY_SECONDS"]);
    expect(seconds).to.be.within(5400, 6 * 3600);
  });
});
