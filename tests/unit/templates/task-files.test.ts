import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { composeStack } from "../../../stacks/compose";
import { readSettings } from "../../../stacks/read";
import { useConfig } from "../../../tools/stack/offline-config";
import { record } from "../../../record/record";
import { exampleConfig } from "../../support/examples";

interface Definition {
  readonly name: string;
  readonly command?: readonly string[];
}

describe("files of production's tasks", () => {
  it("come from the archive in the bucket, which is what the first container of a task unpacks", async function () {
    const config = exampleConfig("prod");
    useConfig(config);
    const { resources } = await record(() => composeStack(readSettings()), { project: config.project, stack: "prod" });
    const archive = resources.find((r) => r.name === "ai-ecosystem-prod-releases-archive");
    const script = archive?.inputs["content"];
    const folder = mkdtempSync(join(tmpdir(), "task-files-"));
    try {
      const { status, stderr } = spawnSync("sh", ["-s", folder], { input: String(script), encoding: "utf8" });
      expect(status, stderr).to.equal(0);
      const tasks = resources
        .filter((r) => r.type === "aws:ecs/taskDefinition:TaskDefinition")
        .map((r) => String(r.inputs["containerDefinitions"]));
      const named = tasks.flatMap((text) => [...text.matchAll(/\/release\/([\w./-]+)/g)].map((m) => m[1] ?? ""));
      const wanted = [...new Set(named)].filter((path) => !path.startsWith("files.sh"));
      expect(wanted).to.include.members(["certs/aws.pem", "n8n/import.sh", "postgres/setup.sql"]);
      for (const path of wanted) expect(existsSync(join(folder, path)), path).to.equal(true);
      for (const command of tasks.flatMap((text) =>
        (JSON.parse(text) as Definition[]).filter((d) => d.name === "files"),
      )) {
        const [text = ""] = command.command ?? [];
        if (text.includes("aws s3 cp")) expect(text).to.contain(`/${String(archive?.inputs["key"])} /release/files.sh`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
