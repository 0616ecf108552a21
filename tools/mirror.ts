import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RunError } from "@pulumi/pulumi";
import { repositoriesOf, repositoryName } from "../components/delivery/image-ref";
import { composeStack } from "../stacks/compose";
import type { ParsedAws } from "../settings/aws/settings";
import { describeProblems } from "../settings/problems";
import { rawSettings } from "../settings/settings";
import { parseStack, readSettings } from "../stacks/read";
import { builtImages } from "../templates/built-images";
import { imagesOf } from "../templates/images";
import { templatePath } from "../templates/text";
import { accountThatAnswers, awsCli, useAccount } from "./mirror/account";
import { planMirror, type Step } from "./mirror/plan";
import { CliError, persistently, ProgramError, run, hintFor } from "./mirror/programs";
import { readStackConfig, useConfig } from "./stack/offline-config";
import { record } from "../record/record";

const usage = `usage: tools/mirror.ts [--stack prod] [--plan] [--allow-missing-repository]

Copies the pinned images of a stack into its own registry (ECR), every processor's version of them, and builds what
the project builds itself. Skips what is there. Needs docker with buildx, and the AWS CLI with credentials.
  --plan                        only say what would be done
  --allow-missing-repository    go on when the stack has no repository for an image yet; \`pulumi up\` makes it`;

const root = join(__dirname, "..");
/** Both processors: ARM on Fargate, and whatever the person at the keyboard has. */
const platforms = "linux/amd64,linux/arm64";
const attempts = 4;

interface Registry {
  readonly region: string;
  readonly host: string;
}

interface Source {
  /** The stack's own name, which is part of the repositories'. */
  readonly name: string;
  readonly images: readonly string[];
  readonly aws: ParsedAws;
}

async function imagesOfStack(stack: string): Promise<Source> {
  const config = readStackConfig(root, stack);
  const parsed = parseStack(rawSettings(config.values, config.secretKeys), stack);
  if ("problems" in parsed) throw new CliError(describeProblems(parsed.problems, stack));
  const aws = parsed.parsed.aws.value;
  useConfig(config);
  const { result } = await record(() => composeStack(readSettings()), { project: config.project, stack: config.stack });
  if (result.settings.topology !== "fargate") {
    throw new CliError(`The stack ${stack} runs on one host, which pulls the images from where they are.`);
  }
  useAccount(aws, config);
  return { name: config.stack, images: imagesOf(result.catalogue), aws };
}

/**
 * Where the stack's repositories are. Not from the stack's outputs: to read them, pulumi decrypts the state, and who only
 * copies images needs no right to that.
 */
async function registryOf(aws: ParsedAws, stack: string): Promise<Registry> {
  const { region } = aws;
  const account = await accountThatAnswers(aws, stack);
  console.log(`account ${account}, region ${region}`);
  return { region, host: `${account}.dkr.ecr.${region}.amazonaws.com` };
}

/** Tags in each repository that is there, by its name. */
async function tagsIn(names: readonly string[], region: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const tags: Record<string, readonly string[]> = {};
  for (const name of names) {
    const filter = ["--filter", "tagStatus=TAGGED", "--query", "imageIds[].imageTag", "--output", "json"];
    try {
      const found = await awsCli(["ecr", "list-images", "--region", region, "--repository-name", name, ...filter]);
      tags[name] = (JSON.parse(found) as readonly string[] | null) ?? [];
    } catch (error) {
      if (!(error instanceof ProgramError) || !error.output.includes("RepositoryNotFoundException")) throw error;
    }
  }
  return tags;
}

async function login({ host, region }: Registry): Promise<void> {
  const password = await awsCli(["ecr", "get-login-password", "--region", region]);
  await run("docker", ["login", "--username", "AWS", "--password-stdin", host], password.trim());
}

function perform(step: Extract<Step, { kind: "copy" | "build" }>): Promise<unknown> {
  return step.kind === "copy"
    ? // the whole index, unchanged
      run("docker", ["buildx", "imagetools", "create", "--prefer-index=false", "--tag", step.target, step.image])
    : run(
        "docker",
        ["buildx", "build", "--platform", platforms, "--tag", step.target, "--push"].concat([
          "--provenance=false",
          "--progress=plain",
          templatePath(step.folder),
        ]),
      );
}

const labels: Readonly<Record<Step["kind"], string>> = {
  present: "present",
  copy: "to copy",
  build: "to build",
  "missing-repository": "no repository",
};

/** For the workflow that calls this one: whether `pulumi up` has to make repositories first. */
function tellWorkflow(missing: number) {
  const file = process.env["GITHUB_OUTPUT"];
  if (file !== undefined) appendFileSync(file, `missing_repositories=${missing}\n`);
}

async function mirror(stack: string, planOnly: boolean, allowMissingRepository: boolean): Promise<void> {
  const { name, images, aws } = await imagesOfStack(stack);
  const registry = await registryOf(aws, stack);
  const names = [...repositoriesOf(images).keys()].map((repository) => repositoryName(name, repository));
  const tags = await tagsIn(names, aws.region);
  const steps = planMirror(images, builtImages(), { stack: name, host: registry.host, tags });
  for (const step of steps) console.log(`${labels[step.kind].padEnd(13)} ${step.image}`);
  const missing = steps.filter((s) => s.kind === "missing-repository");
  tellWorkflow(missing.length);
  if (planOnly) return;
  if (missing.length > 0 && !allowMissingRepository) {
    throw new CliError(`The stack ${stack} has no repository for ${missing.map((s) => s.image).join(", ")}.`, [
      `make repositories STACK=${stack}     makes them, and nothing else`,
    ]);
  }
  const work = steps.filter((s) => s.kind === "copy" || s.kind === "build");
  if (work.length > 0) await login(registry);
  for (const [i, step] of work.entries()) {
    const start = Date.now();
    console.log(`[${i + 1}/${work.length}] ${step.kind} ${step.image} -> ${step.target}`);
    await persistently(
      () => perform(step),
      attempts,
      5,
      (error) => {
        console.log(`      once more: ${error.message}`);
      },
    );
    console.log(`      done in ${Math.round((Date.now() - start) / 1000)} s`);
  }
  console.log(`${work.length} new, ${steps.length - work.length - missing.length} there before`);
}

function complain(error: unknown): void {
  if (error instanceof CliError) {
    console.error([error.message, ...error.hint.map((line) => `    ${line}`)].join("\n"));
  } else if (error instanceof ProgramError) {
    console.error([error.message, ...hintFor(error.output).map((line) => `    ${line}`)].join("\n"));
  } else if (error instanceof RunError) {
    console.error(error.message);
  } else {
    throw error;
  }
}

async function main(): Promise<number> {
  let options;
  try {
    options = parseArgs({
      options: {
        stack: { type: "string", default: "prod" },
        plan: { type: "boolean", default: false },
        "allow-missing-repository": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  try {
    await mirror(options.stack, options.plan, options["allow-missing-repository"]);
    return 0;
  } catch (error) {
    complain(error);
    return 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
