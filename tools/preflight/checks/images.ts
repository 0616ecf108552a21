import { repositoriesOf, repositoryName } from "../../../components/delivery/image-ref";
import { imagesOf } from "../../../templates/images";
import { AwsRefusal, type Ask } from "../aws";
import type { Answer, Check, Question } from "../types";

/** Tags of a repository; `undefined` when there is no such repository. */
async function tagsOf(ask: Ask, repositoryName: string): Promise<ReadonlySet<string> | undefined> {
  try {
    const { imageIds = [] } = (await ask("ecr", "list-images", {
      repositoryName,
      filter: { tagStatus: "TAGGED" },
    })) as {
      imageIds?: readonly { readonly imageTag?: string }[];
    };
    return new Set(imageIds.flatMap((i) => i.imageTag ?? []));
  } catch (error) {
    if (error instanceof AwsRefusal && error.code === "RepositoryNotFoundException") return undefined;
    throw error;
  }
}

async function images({ plan, ask }: Question): Promise<Answer> {
  const { stack } = plan.settings;
  const repositories = [...repositoriesOf(imagesOf(plan.catalogue))];
  const found = await Promise.all(
    repositories.map(async ([repository, refs]) => {
      const tags = await tagsOf(ask, repositoryName(stack, repository));
      return { tags, absent: refs.filter((r) => tags?.has(r.tag) !== true).map((r) => r.image) };
    }),
  );
  const missing = found.filter((f) => f.tags === undefined).length;
  const absent = found.flatMap((f) => f.absent);
  if (absent.length === 0) return { state: "good", says: `all ${repositories.length} repositories have them` };
  return {
    state: "missing",
    says:
      missing === repositories.length
        ? "the registry has no repositories yet"
        : `not in the registry: ${absent.join(", ")}`,
    hint: [
      ...(missing > 0 ? [`make repositories STACK=${stack}     the registry alone`] : []),
      `make images STACK=${stack}           the pinned images into it`,
    ],
  };
}

export const imageChecks: readonly Check[] = [
  {
    name: "images",
    title: "Images",
    asks: "whether the stack's own registry has every image, in the version of the catalogue",
    topologies: ["fargate"],
    severity: "blocking",
    ask: images,
  },
];
