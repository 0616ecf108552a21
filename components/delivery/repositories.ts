import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { keptImages } from "../../settings/kept-images";
import { repositoriesOf, repositoryName } from "./image-ref";

/**
 * Sorted and complete, as AWS gives it back. The parts of a multi-architecture image have no tag of their own, but ECR
 * keeps what an index refers to.
 */
const lifecycle = JSON.stringify({
  rules: [
    {
      action: { type: "expire" },
      description: "Leftovers of pushes that did not end",
      rulePriority: 1,
      selection: { countNumber: 1, countType: "sinceImagePushed", countUnit: "days", tagStatus: "untagged" },
    },
    {
      action: { type: "expire" },
      description: `All but the last ${keptImages}`,
      rulePriority: 2,
      selection: {
        countNumber: keptImages,
        countType: "imageCountMoreThan",
        tagPatternList: ["*"],
        tagStatus: "tagged",
      },
    },
  ],
});

export interface RepositoriesArgs {
  readonly stack: string;
  /** Pinned images, as the catalogue names them. */
  readonly images: readonly string[];
  /** Of services that are off: AWS does not delete a repository that holds images, so theirs stay. @default none */
  readonly others?: readonly string[] | undefined;
  /** Delete a repository with the images in it. */
  readonly forceDelete: boolean;
}

/** One private repository for each upstream one; the result maps an image of the catalogue to the copy of it. */
export function imageRepositories(
  name: string,
  args: RepositoriesArgs,
  parent: pulumi.Resource,
): { readonly urls: Record<string, pulumi.Output<string>>; readonly copies: Record<string, pulumi.Output<string>> } {
  const inside = { parent };
  const urls: Record<string, pulumi.Output<string>> = {};
  const copies: Record<string, pulumi.Output<string>> = {};
  const used = new Set(args.images);
  for (const [repository, refs] of repositoriesOf([...new Set([...args.images, ...(args.others ?? [])])])) {
    const logicalName = `${name}-image-${repository.replace(/[^a-z0-9]+/g, "-")}`;
    const copy = new aws.ecr.Repository(
      logicalName,
      {
        name: repositoryName(args.stack, repository),
        // a tag that could be moved would start something else than what was reviewed
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        // the key that AWS manages
        encryptionConfigurations: [{ encryptionType: "KMS" }],
        forceDelete: args.forceDelete,
      },
      inside,
    );
    new aws.ecr.LifecyclePolicy(`${logicalName}-lifecycle`, { repository: copy.name, policy: lifecycle }, inside);
    for (const ref of refs.filter(({ image }) => used.has(image))) {
      urls[ref.upstream] = copy.repositoryUrl;
      copies[ref.image] = copy.repositoryUrl.apply((url) => `${url}:${ref.tag}`);
    }
  }
  return { urls, copies };
}
