import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { catalogue as defaultCatalogue, type Catalogue } from "../services/catalogue";
import type { ServiceFactory } from "../services/model/context";
import type { Hosts } from "../templates/hosts";
import { composeRepositories as repositoriesAlone } from "./delivery";
import { explained } from "./explained";
import { fargate } from "./fargate";
import { host } from "./host";
import type { Settings } from "../settings/settings";

/** A stack's resources are registered; this is what others need to know of it. */
export interface ComposedStack {
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly hosts: pulumi.Output<Hosts>;
  /** Text files that land on the host, path in the release -> text; no secrets. */
  readonly files: pulumi.Output<Readonly<Record<string, string>>>;
  readonly userData: string;
  /** Ids of the secrets in `.env`. */
  readonly envNames: readonly string[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Registers the resources of a stack.
 * @throws pulumi.RunError that says what is wrong with the settings.
 */
export function composeStack(
  settings: Settings,
  factories: readonly ServiceFactory[] = defaultCatalogue,
): ComposedStack {
  checkName(settings);
  const provider = providerOf(settings);
  return explained(() =>
    settings.topology === "host" ? host(settings, factories, provider) : fargate(settings, factories, provider),
  );
}

/** As `composeStack`, but the image repositories alone: see `composeRepositories` of stacks/delivery.ts. */
export function composeRepositories(settings: Settings, factories: readonly ServiceFactory[] = defaultCatalogue) {
  checkName(settings);
  return explained(() => repositoriesAlone(settings, factories, providerOf(settings)));
}

/** What a stack may be called whose name becomes part of names in AWS, of buckets among them. */
const plainName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** The host's longest role is `ai-ecosystem-<stack>-host-snapshot-role` with eight characters by Pulumi, and IAM takes 64. */
const longestOnHost = 64 - "ai-ecosystem-".length - "-host-snapshot-role".length - 8;

function checkName({ topology, stack, alertEmail }: Settings): void {
  const refuse = (what: string) => {
    throw new pulumi.RunError(`The name of the stack, ${stack}, becomes part of names in AWS: ${what}`);
  };
  if (topology === "fargate" && !plainName.test(stack)) {
    refuse("only lower-case letters, digits and hyphens, e.g. production.");
  }
  if (topology !== "host") return;
  if (stack.length > longestOnHost) {
    refuse(`it has ${stack.length} characters, and ${longestOnHost} are the most, e.g. sandbox.`);
  }
  if (alertEmail !== undefined && stack.includes("."))
    refuse("the topic of its alerts may have no dot, e.g. sandbox-2.");
}

/**
 * One provider, handed down: its tags reach every resource. `pulumi:disable-default-providers` makes a resource without
 * it fail instead of using the ambient one. It sees no key `aws:…` of the stack's configuration by itself.
 */
function providerOf({ stack, region, provider }: Settings): aws.Provider {
  const own = { "ai-ecosystem:stack": stack, "ai-ecosystem:project": pulumi.getProject(), ManagedBy: "pulumi" };
  const { defaultTags, ...others } = provider;
  const tags =
    defaultTags === undefined
      ? { tags: own }
      : pulumi.output(defaultTags).apply((given) => ({ tags: { ...given?.tags, ...own } }));
  return new aws.Provider("aws", { ...others, region, defaultTags: tags });
}
