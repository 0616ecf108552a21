import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Delivery } from "../components/delivery/delivery";
import { buildCatalogue, type Catalogue } from "../services/catalogue";
import type { Context, ServiceFactory } from "../services/model/context";
import { jobsOf, runs } from "../services/model/checks/presence";
import { imagesOf } from "../templates/images";
import { fargateContext } from "./contexts";
import type { Settings } from "../settings/settings";

type Part = "whole" | "repositories";

/** What there would be if nothing was off. */
function everything({ whole }: Catalogue, context: Context): Pick<Catalogue, "services" | "jobs"> {
  const applications = whole.filter((s) => s.role !== "store" && (runs(s, context) || s.beside !== undefined));
  const used = new Set(
    applications.flatMap((s) => [s, ...jobsOf(s, context)]).flatMap((c): string[] => [...(c.uses ?? [])]),
  );
  const setUp = whole.filter((s) => s.role === "store" && used.has(s.name));
  return { services: applications, jobs: [...setUp, ...applications].flatMap((s) => jobsOf(s, context)) };
}

/** How new versions come in; as `repositories` without the roles of GitHub. */
export function deliveryOf(
  settings: Settings,
  catalogue: Catalogue,
  context: Context,
  provider: aws.Provider,
  part: Part = "whole",
): Delivery {
  const { stack, domain, githubOidc, stateBucket, stateKmsKeyArn, deletionProtection } = settings;
  if (domain === undefined) throw new Error("the settings require it on fargate");
  return new Delivery(
    `ai-ecosystem-${stack}-delivery`,
    {
      stack,
      images: imagesOf(catalogue),
      otherImages: imagesOf(everything(catalogue, context)),
      domain,
      githubRepository: part === "whole" ? settings.githubRepository : undefined,
      githubOidc,
      stateBucket,
      stateKmsKeyArn,
      deletionProtection,
    },
    { providers: [provider] },
  );
}

/**
 * The repositories of a production stack and nothing else: images must be in them before the first service can start. The
 * whole program would not do with `--target`: it computes with what has not been made. Only for such an update
 * (`tools/pulumi.ts STACK repositories`); without targets, Pulumi would take what is not registered here for deleted.
 */
export function composeRepositories(
  settings: Settings,
  factories: readonly ServiceFactory[],
  provider: aws.Provider,
): { readonly ecrRepositories: Delivery["repositories"] } {
  if (settings.topology !== "fargate" || settings.domain === undefined) {
    throw new pulumi.RunError("The stack runs on one host, which pulls the images from where they are.");
  }
  const context = fargateContext(settings);
  const catalogue = buildCatalogue(factories, context, settings.services);
  return { ecrRepositories: deliveryOf(settings, catalogue, context, provider, "repositories").repositories };
}
