import type { Problem } from "../checks/catalogue-error";
import { generationProblem } from "./store-version";
import type { Container, Service } from "../types";

type Images = Readonly<Record<string, { readonly image?: string | undefined }>>;

const withoutDigest = (image: string): string => image.split("@")[0] ?? image;

/** The image of a service whose version is another's; `undefined` when neither of them is given another. */
function following({ name, image, versionOf }: Service, services: readonly Service[], given: Images) {
  const leader = services.find((s) => s.name === versionOf?.service);
  const wanted = given[name]?.image;
  if (leader === undefined || versionOf === undefined) return { wanted };
  const lead = given[leader.name]?.image;
  const same = versionOf.image(lead ?? leader.image);
  if (wanted === undefined) {
    if (lead === undefined) return {};
    const message = `is required with an image of your own for ${leader.name}: ${image.replace(/:.*/, "")} of the version that is in it`;
    return same === undefined ? { problem: message } : { wanted: same };
  }
  // one of one's own is taken at its word
  const own = wanted.replace(/:.*/, "") !== image.replace(/:.*/, "");
  return own || same === undefined || withoutDigest(wanted) === same
    ? { wanted }
    : { problem: `must be ${same}, the version of ${leader.name}` };
}

/**
 * What the settings make of an image of the catalogue. Containers of one image (chatwoot-web, its worker, its jobs) move
 * together, and so do those whose versions must be the same.
 */
export function imageMoves(
  services: readonly Service[],
  given: Images,
  problems: Problem[],
): <T extends Container>(container: T) => T {
  const moves = new Map<string, string>();
  for (const service of services) {
    const { name, image, role } = service;
    const { wanted, problem } = following(service, services, given);
    if (problem !== undefined) problems.push({ key: `services.${name}.image`, message: problem });
    if (wanted === undefined) continue;
    const unreadable = role === "store" ? generationProblem(image, wanted) : undefined;
    if (unreadable !== undefined) problems.push({ key: `services.${name}.image`, message: unreadable });
    const other = moves.get(image);
    if (other !== undefined && other !== wanted) {
      problems.push({
        key: `services.${name}.image`,
        message: `must be ${other}, as in the services that share its image`,
      });
    }
    moves.set(image, wanted);
  }
  return (container) => ({ ...container, image: moves.get(container.image) ?? container.image });
}
