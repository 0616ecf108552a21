import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError, inTurn, run, type Command } from "./measure";
import type { Line, Missing } from "./lines";
import { terraformTwin, type Deployed, type Twin } from "./terraform";
import type { Exported } from "./terraform-view";

export interface EngineContext {
  readonly rounds: number;
  readonly progress: (what: string, round: number) => void;
  /** Whether a program is on the PATH. */
  readonly has: (program: string) => boolean;
  readonly env: NodeJS.ProcessEnv;
}

export interface Measured {
  readonly lines: readonly Line[];
  readonly missing: readonly Missing[];
  /** Programs beside our own. */
  readonly versions: readonly string[];
}

const isLoopback = (url: string | undefined): boolean =>
  URL.canParse(url ?? "") && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url ?? "").hostname);

const pulumi = (...args: readonly string[]): Command => ({
  words: ["pulumi", ...args, "--non-interactive"],
  env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
});

const previewOf = (stack: string, ...options: readonly string[]): Command =>
  pulumi("preview", "--stack", stack, "--color", "never", "--expect-no-changes", ...options);

/** The stack as it is deployed. @throws BenchError when it is not */
async function deployedStack(stack: string): Promise<Deployed> {
  let text: string;
  try {
    text = (await run(pulumi("stack", "export", "--stack", stack))).stdout;
  } catch {
    throw new BenchError(`pulumi's backend has no stack ${stack} (pulumi stack init ${stack}, make up STACK=${stack})`);
  }
  const { deployment } = JSON.parse(text) as { deployment: { resources?: Exported[] } };
  const resources = deployment.resources ?? [];
  if (resources.length < 2) throw new BenchError(`the stack ${stack} is not deployed (make up STACK=${stack})`);
  return { resources, preview: previewOf(stack) };
}

const noChange = (stack: string): string => `pulumi preview of ${stack}, no change`;

async function sandboxLines(context: EngineContext): Promise<Line[]> {
  const { resources, preview } = await deployedStack("sandbox");
  const [seconds = []] = await inTurn([preview], context.rounds, (round) => {
    context.progress("pulumi preview of sandbox", round);
  });
  return [{ what: `${noChange("sandbox")}, ${resources.length} resources`, seconds }];
}

/** @throws BenchError that says what stands in the way of a comparison */
async function twinOf(prod: Deployed, { has, env }: EngineContext, folder: string): Promise<Twin> {
  const terraform = ["terraform", "tofu"].find(has);
  if (terraform === undefined) {
    throw new BenchError(
      "neither terraform nor tofu is on the PATH (https://developer.hashicorp.com/terraform/install, or built from\n" +
        "its source: go install github.com/opentofu/opentofu/cmd/tofu@latest)",
    );
  }
  if (!isLoopback(env["AWS_ENDPOINT_URL"])) {
    throw new BenchError(
      "AWS_ENDPOINT_URL names no emulated AWS on this machine; of a real one Terraform's state would hold the secrets",
    );
  }
  return terraformTwin(terraform, folder, prod);
}

async function prodLines(context: EngineContext, twin: Twin | undefined, prod: Deployed): Promise<Line[]> {
  const ours = { what: `${noChange("prod")}, ${prod.resources.length} resources` };
  if (twin === undefined) {
    const [seconds = []] = await inTurn([prod.preview], context.rounds, (round) => {
      context.progress("pulumi preview of prod", round);
    });
    return [{ ...ours, seconds }];
  }
  const subjects = [prod.preview, twin.plan(), previewOf("prod", "--refresh"), twin.plan("-refresh=false")];
  const [seconds = [], planned = [], refreshed = [], unread = []] = await inTurn(subjects, context.rounds, (round) => {
    context.progress("pulumi preview of prod and terraform plan", round);
  });
  const plan = `terraform plan, ${twin.resources} of them`;
  const unreadPlan = "terraform plan -refresh=false";
  return [
    { ...ours, seconds, against: { what: plan, seconds: planned }, budget: { ratio: 1.2 } },
    { ...ours, seconds, against: { what: unreadPlan, seconds: unread } },
    {
      what: "pulumi preview --refresh of prod, no change",
      seconds: refreshed,
      against: { what: plan, seconds: planned },
    },
  ];
}

/** Previews by the real engine of what is deployed, and Terraform's plan of the same. Nothing is changed. */
export async function engineLines(context: EngineContext): Promise<Measured> {
  const lines: Line[] = [];
  const missing: Missing[] = [];
  const versions: string[] = [];
  async function attempt<T>(what: string, part: () => Promise<T>): Promise<T | undefined> {
    try {
      return await part();
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      const changed = error.message.includes("no changes were expected");
      const because = changed ? "what is deployed differs from the program: make up first" : error.message;
      missing.push({ what, because });
      return undefined;
    }
  }
  if (!context.has("pulumi")) {
    return { lines, missing: [{ what: "pulumi preview", because: "pulumi is not on the PATH" }], versions };
  }
  versions.push(`pulumi ${(await run({ words: ["pulumi", "version"] })).stdout.trim()}`);
  lines.push(...((await attempt(noChange("sandbox"), () => sandboxLines(context))) ?? []));
  const folder = mkdtempSync(join(tmpdir(), "ai-ecosystem-bench-"));
  try {
    await attempt(noChange("prod"), async () => {
      const prod = await deployedStack("prod");
      context.progress("Terraform's view of prod", 0);
      const twin = await attempt("terraform plan of prod", () => twinOf(prod, context, folder));
      if (twin !== undefined) versions.push(twin.version);
      lines.push(...(await prodLines(context, twin, prod)));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { lines, missing, versions };
}
