import { expect } from "chai";
import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bodyMegabytes, fileMegabytes, idleSeconds } from "../../../services/model/limits";
import type { Service } from "../../../services/model/types";
import { renderLibrechat } from "../../../services/librechat/config-file";
import { record } from "../../../record/record";
import { Edge } from "../../../components/edge/edge";
import { edgeArgs, list, one, type Inputs } from "../../support/recorded/edge";
import { prodCatalogue, prodSettings } from "../../support/recorded/profile";
import { sandboxCatalogue, sandboxContext, sandboxRelease } from "../../support/fixtures";
import { root } from "../../support/root";

const text = (path: string): string => readFileSync(join(root, path), "utf8");

/** Rows of the table of limits in a document: what is limited -> the figure. */
function tableOf(path: string): ReadonlyMap<string, string> {
  const [, table = ""] = /<!-- limits:.*-->\n\n((?:\|.*\n)+)/.exec(text(path)) ?? [];
  const rows = table.trim().split("\n").slice(2);
  return new Map(
    rows.map((row) => row.split("|").map((cell) => cell.trim())).map(([, what = "", how = ""]) => [what, how]),
  );
}

const numbers = (cell: string | undefined): number[] =>
  (cell ?? "")
    .replaceAll(/(\d),(\d{3})/g, "$1$2")
    .match(/\d+/g)
    ?.map(Number) ?? [];

/** The numbers that a pattern takes out of a text, which must be the same wherever they are. */
function only(pattern: RegExp, from: string): number[] {
  const found = new Set([...from.matchAll(new RegExp(pattern, "g"))].map((m) => m.slice(1).join(" ")));
  expect([...found], String(pattern)).to.have.length(1);
  return [...found].flatMap((f) => f.split(" ").map(Number));
}

/** What applications say themselves, in the same order in both topologies. */
function applications(services: readonly Service[]) {
  const n8n = services.find((s) => s.name === "n8n")?.environment ?? {};
  const yaml = load(renderLibrechat(sandboxContext())) as { fileConfig: { serverFileSizeLimit: number } };
  const bridge = text("services/data-bridge/files/bridge/__main__.py").replaceAll("_", "");
  return {
    "Files in LibreChat": [yaml.fileConfig.serverFileSizeLimit],
    // Chatwoot's own default: config/installation_config.yml
    "Files in Chatwoot": [40, bodyMegabytes],
    "What n8n's webhooks take": [Number(n8n["N8N_PAYLOAD_SIZE_MAX"]), Number(n8n["N8N_FORMDATA_FILE_SIZE_MAX"])],
    "What the data bridge takes": only(/maxrequestbodysize": (\d+)/, bridge).map((bytes) => bytes / 1024),
  };
}

describe("the limits in the documents", () => {
  it("are of the same things in both", () => {
    expect([...tableOf("README.md").keys()]).to.deep.equal([...tableOf("docs/production.md").keys()]);
    expect(tableOf("README.md").size).to.be.greaterThan(8);
  });

  it("are the ones of the host", () => {
    const files = sandboxRelease().files;
    const conf = Object.entries(files)
      .filter(([path]) => path.startsWith("nginx/"))
      .map(([, file]) => file.text)
      .join("\n");
    const rate = (zone: string, unit: string) => only(new RegExp(`zone=${zone}:1m rate=(\\d+)r/${unit};`), conf);
    const main = files["nginx/nginx.conf"]?.text ?? "";
    const own = conf.replace(main, "");
    const burst = (zone: string) => only(new RegExp(`limit_req zone=${zone} burst=(\\d+) nodelay`), conf);
    expect(burst("general")).to.deep.equal(burst("api"));
    const servers = Object.keys(files).filter((path) => /^nginx\/conf\.d\/[a-z]/.test(path));
    const streaming = servers.filter((path) => files[path]?.text.includes("proxy_read_timeout"));
    const silences = streaming.map((path) => only(/proxy_read_timeout (\d+)s/, files[path]?.text ?? "")[0] ?? 0);
    expect(rate("webhooks", "s")).to.deep.equal(rate("api", "s"));
    expect([...new Set(conf.match(/limit_conn requests \d+;/g))].sort()).to.deep.equal([
      "limit_conn requests 250;",
      "limit_conn requests 64;",
    ]);
    const inWords = applications(sandboxCatalogue().services);
    const webhooks = inWords["What n8n's webhooks take"];
    expect(webhooks[0], "n8n's own is nginx's").to.deep.equal(only(/client_max_body_size (\d+)m;/, own)[0]);
    const expected: Readonly<Record<string, readonly number[]>> = {
      "One request, files and text together": only(/client_max_body_size (\d+)m;/, main),
      ...inWords,
      "What n8n's webhooks take": [...only(/client_max_body_size (\d+)m;/, own), webhooks[1] ?? 0],
      "What the data bridge takes": only(/client_max_body_size (\d+)k;/, own),
      "Requests of one address": [
        ...[...rate("general", "s"), ...burst("general"), ...rate("api", "s"), ...burst("webhooks")],
      ],
      "At once for one address": [64, 250, ...only(/limit_conn sockets_at_once (\d+);/, conf)],
      "Attempts to log in of one address": [...rate("logins", "m"), ...burst("logins")],
      "An answer that says nothing": [Math.min(...silences)],
      "A WebSocket that says nothing": [Math.min(...silences)],
      "A file without a hash in its name": only(/Cache-Control "public, max-age=(\d+)"/, conf).map((s) => s / 60),
    };
    const table = tableOf("README.md");
    for (const [what, figures] of Object.entries(expected))
      expect(numbers(table.get(what)), what).to.deep.equal(figures);
    expect(numbers(table.get("Address of a page"))[0]).to.equal(only(/large_client_header_buffers 4 (\d+)k;/, main)[0]);
  });

  it("are the ones of production", async () => {
    const { resources } = await record(() => new Edge("edge", edgeArgs()), { reveal: true });
    const rules = list(one(resources, "edge-waf-acl").inputs["rules"]);
    const limit = (name: string) =>
      (rules.find((r) => r["name"] === name)?.["statement"] as { rateBasedStatement: Inputs }).rateBasedStatement[
        "limit"
      ];
    const origin = JSON.stringify(one(resources, "edge-cdn").inputs["origins"]);
    const { maxTtl } = one(resources, "edge-briefly").inputs;
    const size = String(list(one(resources, "edge-waf-acl").inputs["customResponseBodies"]).map((b) => b["content"]));
    const expected: Readonly<Record<string, readonly unknown[]>> = {
      "One request, files and text together": [only(/larger than (\d+) MB/, size)[0]],
      ...applications(prodCatalogue(prodSettings()).services),
      "Requests of one address": [limit("rate")],
      "Attempts to log in of one address": [limit("login-rate")],
      "An answer that says nothing": only(/"originReadTimeout":(\d+)/, origin),
      "A WebSocket that says nothing": [one(resources, "edge-alb-balancer").inputs["idleTimeout"]],
      "A file without a hash in its name": [Number(maxTtl) / 60],
    };
    const table = tableOf("docs/production.md");
    for (const [what, figures] of Object.entries(expected))
      expect(numbers(table.get(what)), what).to.deep.equal(figures);
    for (const seconds of Object.values(idleSeconds)) expect(text("docs/production.md")).to.contain(String(seconds));
  });

  it("agree with each other: the application's below the entrance's, the entrance's the same everywhere", () => {
    expect(fileMegabytes).to.be.lessThan(bodyMegabytes);
    for (const path of ["README.md", "docs/production.md"]) {
      const table = tableOf(path);
      expect(numbers(table.get("One request, files and text together")), path).to.deep.equal([bodyMegabytes]);
      for (const what of ["Files in LibreChat", "What n8n's webhooks take"]) {
        expect(Math.max(...numbers(table.get(what))), what).to.be.lessThan(bodyMegabytes);
      }
    }
  });
});
