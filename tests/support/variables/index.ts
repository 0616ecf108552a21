import { chatwoot } from "./chatwoot";
import { librechat } from "./librechat";
import { n8n, n8nRunners } from "./n8n";
import { others } from "./stores";
import type { Application, Reader } from "./types";

export type { Application, Reader } from "./types";

/** Who reads each variable that the catalogue sets. */
export const applications: readonly Application[] = [chatwoot, n8n, n8nRunners, librechat, ...others];

export const applicationOf = (container: string): Application | undefined =>
  applications.find(({ containers }) => containers.test(container));

export const readerOf = (application: Application, variable: string): Reader | undefined => {
  const entry = Object.hasOwn(application.reads, variable) ? application.reads[variable] : undefined;
  if (entry === undefined && application.added?.[0].test(variable) === true) return { by: application.added[1] };
  return typeof entry === "string" ? { by: entry } : entry;
};
