import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Delivery } from "../components/delivery/delivery";
import { buildCatalogue, type Catalogue } from "../services/catalogue";
import type { ServiceFactory } from "../services/model/context";
import { imagesOf } from "../templates/images";
import { fargateContext } from "./contexts";
import type { Settings } from "../settings/settings";

type Part = "whole" | "repositories";

/** The catalogue as if nothing was off. No address decides which images there are. */
function everything(settings: Settings, factories: readonly ServiceFactory[], domain: string): Catalogue {
  const images = Object.entries(settings.services).map(([name, { image }]) => [name, { image }] as const);
  const context = fargateContext(settings, { apex: domain, scheme: "https", port: 443 });
  return buildCatalogue(factories, context, Object.fromEntries(images));
}

/** How new versions come in; as `repositories` without the roles of GitHub. */
export function deliveryOf(
  settings: Settings,
  factories: readonly ServiceFactory[],
  catalogue: Catalogue,
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
      otherImages: imagesOf(everything(settings, factories, domain)),
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
  // no address decides which images there are
  const context = fargateContext(settings, { apex: settings.domain, scheme: "https", port: 443 });
  const catalogue = buildCatalogue(factories, context, settings.services);
  return { ecrRepositories: deliveryOf(settings, factories, catalogue, provider, "repositories").repositories };
}
