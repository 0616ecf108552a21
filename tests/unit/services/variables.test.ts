import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EModelEndpoint, getEnabledEndpoints } from "librechat-data-provider";
import { applicationOf, applications, readerOf } from "../../support/variables";
import { started, type Started } from "../../support/variables/catalogues";
import { config } from "../../support/variables/n8n";
import { root } from "../../support/root";

const containers = started();
const readBy = (by: string) =>
  containers.flatMap((c) =>
    Object.keys(c.environment).flatMap((variable) => {
      const application = applicationOf(c.name);
      return application !== undefined && readerOf(application, variable)?.by === by ? [variable] : [];
    }),
  );

describe("environment variables", () => {
  it("are set where somebody is known to read them", () => {
    const unknown = containers.flatMap(({ where, name, environment }) => {
      const application = applicationOf(name);
      // who reads those of a further service, is for whoever adds it to find out
      if (application === undefined) return [];
      return Object.keys(environment)
        .filter((variable) => readerOf(application, variable) === undefined)
        .map((variable) => `${where}: ${name} ${variable}`);
    });
    expect(unknown).to.deep.equal([]);
  });

  it("are in the table only where something sets them", () => {
    const idle = applications.flatMap(({ name, containers: of, reads }) => {
      const set = new Set(containers.filter((c) => of.test(c.name)).flatMap((c) => Object.keys(c.environment)));
      return Object.keys(reads)
        .filter((variable) => !set.has(variable))
        .map((variable) => `${name} ${variable}`);
    });
    expect(idle).to.deep.equal([]);
  });

  it("have beside them what they are read with", () => {
    const half = containers.flatMap(({ where, name, environment }) => {
      const application = applicationOf(name);
      if (application === undefined) return [];
      return Object.keys(environment).flatMap((variable) =>
        Object.entries(readerOf(application, variable)?.needs ?? {})
          .filter(([other, value]) => !value.test(environment[other] ?? ""))
          .map(([other, value]) => `${where}: ${name} ${variable} needs ${other} ${String(value)}`),
      );
    });
    expect(half).to.deep.equal([]);
  });

  it("are named by the file of this repository that reads them", () => {
    for (const { name, reads } of applications) {
      for (const variable of Object.keys(reads)) {
        const by = readerOf({ name, containers: /^/, reads }, variable)?.by ?? "";
        if (!/^(templates|services)\//.test(by)) continue;
        const text = readFileSync(join(root, by), "utf8");
        // credentials.js puts the provider's prefix before it
        const named = new RegExp(`\\b${variable}\\b|"${variable.replace("_API_KEY", "")}"`);
        expect(text, `${by} reads ${variable}`).to.match(named);
      }
    }
  });

  it("are used by the command that reads them", () => {
    for (const { name, command, environment } of containers) {
      const application = applicationOf(name);
      for (const variable of Object.keys(environment)) {
        if (application === undefined || readerOf(application, variable)?.by !== "its command") continue;
        expect(command.join(" "), `${name} ${variable}`).to.match(new RegExp(`[$:]\\{?${variable}\\b`));
      }
    }
  });
});

/** n8n's own settings, made of a container's variables by n8n's own code. */
function n8nSettings(environment: Readonly<Record<string, string>>) {
  const script = `
    require("reflect-metadata");
    const { Container } = require("@n8n/di");
    const config = require("@n8n/config");
    for (const part of Object.values(config)) if (typeof part === "function" && Container.has(part)) Container.get(part);
    const { nodes, generic, endpoints, userManagement } = Container.get(config.GlobalConfig);
    console.log(JSON.stringify({ exclude: nodes.exclude, timezone: generic.timezone, payload: endpoints.payloadSizeMax, smtp: userManagement.emails.smtp }));
  `;
  // Node's own, which name files of the container
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("NODE_")));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", join(root, "tests/support/variables/asked.cjs"), "-e", script],
    { encoding: "utf8", cwd: root, env: { ...own, HOME: "/nonexistent" } },
  );
  expect(status, stderr).to.equal(0);
  const [settings = "", asked = ""] = stdout.split("\n").filter((line) => line.startsWith("{"));
  return {
    ...(JSON.parse(settings) as {
      exclude: string[];
      timezone: string;
      payload: number;
      smtp: { host: string; port: number; secure: boolean; startTLS: boolean; sender: string };
    }),
    asked: new Set((JSON.parse(asked) as { asked: string[] }).asked),
    complaints: stderr,
  };
}

describe("n8n's own settings (@n8n/config)", () => {
  const of = (c: Started) => n8nSettings(c.environment);
  const everything = containers.filter((c) => c.name === "n8n" && c.where.endsWith("everything on"));

  it("read every variable that the table says they read, and take each value", () => {
    const read = new Set<string>();
    for (const container of everything) {
      const { asked, complaints } = of(container);
      expect(complaints, container.where).to.equal("");
      for (const variable of asked) read.add(variable);
    }
    expect(readBy(config).filter((variable) => !read.has(variable))).to.deep.equal([]);
  });

  it("know nothing of a variable that n8n has not", () => {
    expect(n8nSettings({ N8N_NO_SUCH_THING: "1" }).asked.has("N8N_NO_SUCH_THING")).to.equal(false);
  });

  // a variable that is a list replaces n8n's own, whatever is in it
  it("keep off what n8n itself keeps off (APP-3)", () => {
    const { exclude } = n8nSettings({});
    expect(exclude).to.include("n8n-nodes-base.executeCommand");
    for (const container of everything.filter((c) => "NODES_EXCLUDE" in c.environment)) {
      expect(of(container).exclude, container.where).to.include.members(exclude);
    }
  });

  it("know the time zone, the limits and the mail server", () => {
    const container = everything.find((c) => c.where === "host, everything on");
    const { timezone, payload, smtp } = of(container ?? expect.fail());
    expect({ timezone, payload }).to.deep.equal({ timezone: "UTC", payload: 1 });
    expect(smtp).to.deep.include({ host: "smtp.example.com", port: 465, secure: true, startTLS: false });
    expect(smtp.sender).to.equal("Acme Support <support@acme.example>");
  });
});

describe("LibreChat's own settings (librechat-data-provider)", () => {
  it("offer the endpoints that are named, and those alone", () => {
    const before = process.env["ENDPOINTS"];
    try {
      delete process.env["ENDPOINTS"];
      // the list that is replaced: what has no key here would be shown broken
      expect(getEnabledEndpoints()).to.include.members(["agents", "assistants", "azureOpenAI"]);
      for (const { where, environment } of containers.filter((c) => c.name === "librechat")) {
        process.env["ENDPOINTS"] = environment["ENDPOINTS"];
        const named = (environment["ENDPOINTS"] ?? "").split(",");
        expect(getEnabledEndpoints(), where).to.deep.equal(named);
        expect(Object.values(EModelEndpoint), where).to.include.members(named);
      }
    } finally {
      if (before === undefined) delete process.env["ENDPOINTS"];
      else process.env["ENDPOINTS"] = before;
    }
  });
});
