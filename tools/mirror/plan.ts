import { imageRef, repositoryName } from "../../components/delivery/image-ref";
import type { BuiltImage } from "../../templates/built-images";

/** What happens to one image. */
export type Step =
  /** Its tag is there; tags never move. */
  | { readonly kind: "present"; readonly image: string; readonly target: string }
  | { readonly kind: "copy"; readonly image: string; readonly target: string }
  | { readonly kind: "build"; readonly image: string; readonly folder: string; readonly target: string }
  /** The stack has no repository for it yet. */
  | { readonly kind: "missing-repository"; readonly image: string; readonly target: string };

/** What is there. */
export interface Stock {
  readonly stack: string;
  /** Of the registry, e.g. `123456789012.dkr.ecr.us-east-1.amazonaws.com`. */
  readonly host: string;
  /** Name of each repository that exists -> tags in it. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/** What is to be done so that every image is in the stack's registry, in the order of the images. */
export function planMirror(images: readonly string[], built: readonly BuiltImage[], stock: Stock): readonly Step[] {
  return [...new Set(images)].map((image): Step => {
    const { repository, tag } = imageRef(image);
    const name = repositoryName(stock.stack, repository);
    const target = `${stock.host}/${name}:${tag}`;
    const tags = stock.tags[name];
    if (tags === undefined) return { kind: "missing-repository", image, target };
    if (tags.includes(tag)) return { kind: "present", image, target };
    const own = built.find((b) => b.image === image);
    return own === undefined ? { kind: "copy", image, target } : { kind: "build", image, folder: own.folder, target };
  });
}
