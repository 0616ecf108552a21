import type { Catalogue } from "../../services/catalogue";
import type { Settings } from "../../settings/settings";

/** Something that works once it is set, and what it means for the people who use the stack that it is not. */
export interface NotSetUp {
  readonly what: string;
  readonly means: string;
}

interface Looked {
  readonly settings: Pick<
    Settings,
    "alertEmail" | "bedrock" | "domain" | "monthlyBudgetUsd" | "secrets" | "smtp" | "topology"
  >;
  readonly catalogue: Pick<Catalogue, "services">;
}

/** What a stack does without, most missed first. */
export function notSetUp({ settings, catalogue }: Looked): readonly NotSetUp[] {
  const { alertEmail, bedrock, domain, monthlyBudgetUsd, secrets, smtp, topology } = settings;
  const has = (use: (service: Catalogue["services"][number]) => boolean) => catalogue.services.some(use);
  const found: (NotSetUp | false)[] = [
    smtp === undefined &&
      has((s) => s.users !== undefined) && { what: "mail", means: "no replies or invitations by mail" },
    Object.keys(secrets.apiKeys).length === 0 &&
      !bedrock && { what: "a model's key", means: "people answer everything" },
    domain === undefined && topology === "host" && { what: "a domain", means: "addresses of sslip.io, for a trial" },
    alertEmail === undefined && secrets.slackWebhookUrl === undefined && { what: "alarms", means: "they reach nobody" },
    monthlyBudgetUsd === undefined && { what: "a budget", means: "nobody is told what it costs" },
  ];
  return found.filter((one) => one !== false);
}
