import type { Catalogue } from "../services/catalogue";
import { collectorImage } from "./collector";
import { filesImage, firstOf } from "./ecs";

/** Every image that tasks of the catalogue are made of, sorted, each once. */
export function imagesOf({ services, jobs }: Pick<Catalogue, "services" | "jobs">): readonly string[] {
  const collector = services.some((s) => s.fargate?.tracing !== undefined) ? [collectorImage] : [];
  const containers = [...services, ...services.flatMap((s) => s.sidecars ?? []), ...jobs, ...jobs.flatMap(firstOf)];
  return [...new Set([...containers.map((c) => c.image), filesImage, ...collector])].sort();
}
