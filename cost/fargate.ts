/* eslint-disable no-restricted-imports -- until the tables that it counts have moved below it */
import { secretsOf } from "../services/catalogue";
import { databaseRoles, loginSecrets } from "../services/model/database-users";
import type { Container } from "../services/model/types";
import { imagesOf } from "../templates/images";
import { edgeLines } from "./fargate-edge";
import { storeLines } from "./fargate-stores";
import { taskLines } from "./fargate-tasks";
import { watchLines } from "./fargate-watch";
import { floorLine, usageLine } from "./money";
import type { PriceList } from "../settings/prices";
import type { CostInput, CostLines, CostSettings } from "./types";

/** What images, attachments, old versions and logs take, GB: at the start, and after a busy year. */
const imageGb = 0.7;
const keptImages = { quiet: 1, heavy: 5 };
const filesGb = { quiet: 10, heavy: 200 };
/** Secrets Manager and KMS are asked at each start of a task. */
const calls = 1;

/** Kept in secrets of their own: the stores' masters, and the logins of the databases' users. */
const apart = new Set([
  "postgres-password",
  "mongodb-root-password",
  ...databaseRoles.flatMap((role) => Object.values(loginSecrets(role))),
]);

/**
 * Secrets Manager's secrets: a bundle for each service, one for the jobs that set the stores up, one for whoever measures the
 * queues, one for each user of the databases, and the stores' masters.
 */
export function secretCount({ services, jobs, stores }: CostInput["catalogue"]): number {
  const reads = (c: Container) => secretsOf(c).some((id) => !apart.has(id));
  const owned = services.filter((s) => reads(s) || (s.jobs ?? []).some(reads)).length;
  const ofServices = new Set(services.flatMap((s) => (s.jobs ?? []).map((j) => j.name)));
  const setup = jobs.some((job) => !ofServices.has(job.name) && reads(job)) ? 1 : 0;
  const queues = services.some((s) => ["bullBacklog", "sidekiqLatency"].includes(s.fargate?.scaling ?? "")) ? 1 : 0;
  const masters = stores.filter((store) => store !== "redis").length;
  return owned + setup + queues + (stores.includes("postgres") ? databaseRoles.length : 0) + masters;
}

/** Lines of the topology `fargate`. The quantities come from the catalogue and from the components' own tables. */
export function fargateLines(settings: CostSettings, prices: PriceList, catalogue: CostInput["catalogue"]): CostLines {
  const { services } = catalogue;
  const parts = [
    taskLines(services, prices),
    storeLines(settings, prices, catalogue.stores),
    edgeLines(settings, services, prices),
    watchLines(settings, catalogue, prices),
  ];
  const images = imagesOf(catalogue).length;
  return {
    floor: [
      ...parts.flatMap((p) => p.floor),
      floorLine(
        prices,
        "secrets",
        "secretsmanager.secret",
        secretCount(catalogue),
        "Secrets (Secrets Manager)",
        "a bundle for each service, the logins of the databases' users, and the masters that the databases keep",
      ),
      floorLine(prices, "keys", "kms.key", 1, "Key of the alarms' topic (KMS)"),
    ],
    usage: [
      ...parts.flatMap((p) => p.usage),
      usageLine(prices, "secret-calls", "secretsmanager.calls", calls, "Secrets, calls"),
      usageLine(prices, "images", "ecr.storage", images * imageGb * keptImages.heavy, "Images in the registry (ECR)", {
        minQuantity: images * imageGb * keptImages.quiet,
        note: `${images} images of ${imageGb} GB, up to ${keptImages.heavy} versions of each`,
      }),
      usageLine(prices, "files", "s3.storage", filesGb.heavy, "Attachments, releases and access logs (S3)", {
        minQuantity: filesGb.quiet,
      }),
    ],
  };
}
