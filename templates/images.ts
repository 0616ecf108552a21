import type { Catalogue } from "../services/catalogue";
import { collectorImage, filesImage } from "./ecs";

/** Every image that tasks of the catalogue are made of, sorted, each once. */
export function imagesOf({ services, jobs }: Pick<Catalogue, "services" | "jobs">): readonly string[] {
  const collector = services.some((s) => s.fargate?.tracing !== undefined) ? [collectorImage] : [];
  return [...new Set([...[...services, ...jobs].map((c) => c.image), filesImage, ...collector])].sort();
}
