import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BenchError, run, type Command } from "./measure";
import {
  configuration,
  seeds,
  stateFile,
  statesOf,
  type Exported,
  type RecordedView,
  type Schemas,
} from "./terraform-view";

/** The deployed stack, as pulumi tells it. */
export interface Deployed {
  readonly resources: readonly Exported[];
  /** No-change preview, which also fails when there is a change. */
  readonly preview: Command;
}

/** The same resources, deployed as far as Terraform knows. */
export interface Twin {
  readonly resources: number;
  /** With the provider's version. */
  readonly version: string;
  /** `terraform plan` of no change, which fails when there is one. */
  plan(...options: readonly string[]): Command;
}

const providerType = "pulumi:providers:aws";

/** Settings of the stack's own provider, for Terraform's. */
function providerSettings(resources: readonly Exported[]): Record<string, unknown> {
  const providers = resources.filter((r) => r.type === providerType);
  const [provider] = providers;
  if (provider === undefined || providers.length > 1) {
    throw new BenchError(`the stack has ${providers.length} AWS providers; the comparison knows what to do with one`);
  }
  const { region, defaultTags } = provider.inputs ?? {};
  return {
    region,
    ...(typeof defaultTags === "string" ? { default_tags: [JSON.parse(defaultTags)] } : {}),
    // what listens on a loopback address has no bucket names in DNS, and no accounts
    s3_use_path_style: true,
    skip_credentials_validation: true,
  };
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

/**
 * Makes Terraform's configuration and state of a deployed stack. Nothing in AWS is changed: the provider reads each
 * resource by its id. The folder then holds secrets in plain, as Terraform's state always does.
 * @param terraform name of the program, `terraform` or `tofu`
 * @param folder empty, for this user alone
 * @throws BenchError when the AWS plugin does not record, or Terraform sees a change
 */
export async function terraformTwin(terraform: string, folder: string, deployed: Deployed): Promise<Twin> {
  const record = join(folder, "record.jsonl");
  await run({ ...deployed.preview, env: { ...deployed.preview.env, LAB_TFJSON: record } });
  if (!existsSync(record)) {
    throw new BenchError("the AWS plugin does not record what it hands to its Terraform provider (LAB_TFJSON)");
  }
  const lines = readFileSync(record, "utf8").trimEnd().split("\n");
  const recorded = lines.map((line) => JSON.parse(line) as RecordedView);
  // of what is replaced there are two checks
  const views = [...new Map(recorded.map((view) => [view.urn, view])).values()];
  const provider = providerSettings(deployed.resources);
  const state = join(folder, "terraform.tfstate");
  const write = (config: object) => {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(config, null, 2));
  };
  const command = (...args: readonly string[]): Command => ({ words: [terraform, ...args], cwd: folder });

  write(configuration([], {}, provider));
  await run(command("init", "-input=false", "-no-color"));
  const schemas = JSON.parse((await run(command("providers", "schema", "-json"))).stdout) as {
    provider_schemas: Record<string, { resource_schemas: Schemas }>;
  };
  const known = Object.values(schemas.provider_schemas)[0]?.resource_schemas ?? {};
  writeFileSync(state, JSON.stringify(stateFile(views, known, seeds(views, known, deployed.resources))));
  // without a configuration yet: what is sensitive in it comes from what this reads
  await run(command("apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color"));
  write(configuration(views, known, provider, statesOf(readJson(state))));

  const { terraform_version: version, provider_selections: selections } = JSON.parse(
    (await run(command("version", "-json"))).stdout,
  ) as { terraform_version: string; provider_selections: Record<string, string> };
  return {
    resources: views.length,
    version: `${terraform} ${version}, AWS provider ${Object.values(selections).join()}`,
    plan: (...options) => command("plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode", ...options),
  };
}
