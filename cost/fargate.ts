import type { Counts } from "./declared";
import { keptImages } from "../settings/kept-images";
import { edgeLines } from "./fargate/edge";
import { storeLines } from "./fargate/stores";
import { taskLines } from "./fargate/tasks";
import { keysLine, watchLines } from "./fargate/watch";
import { floorLine, usageLine } from "./money";
import { number } from "../services/model/text";
import type { PriceList } from "../settings/prices/prices";
import type { CostInput, CostLines, CostSettings } from "./types";

/** What images, attachments, old versions and logs take, GB: at the start, and after a busy year. */
const imageGb = 0.7;
const imagesKept = { quiet: 1, heavy: keptImages };
const filesGb = { quiet: 10, heavy: 200 };
/** An archive of a night, GB: a small desk's, and one with 40 GB of attachments; in the bucket it stays a week and a day longer than it is locked. */
const archiveGb = { quiet: 1, heavy: 40 };
const furtherNights = 8;
/** Secrets Manager and KMS are asked at each start of a task. */
const calls = 1;

/** Lines of the topology `fargate`. The quantities come from the catalogue and from the graph. */
export function fargateLines(
  settings: CostSettings,
  prices: PriceList,
  { services, stores }: CostInput["catalogue"],
  counts: Counts,
): CostLines {
  const parts = [
    taskLines(services, prices),
    storeLines(settings, prices, stores),
    edgeLines(settings, services, prices),
    watchLines(settings, services, counts, prices),
  ];
  const images = counts.repositories;
  const nights = settings.backupRetentionDays + furtherNights;
  return {
    floor: [
      ...parts.flatMap((p) => p.floor),
      floorLine(
        prices,
        "secrets",
        "secretsmanager.secret",
        counts.secrets,
        { en: "Secrets (Secrets Manager)", es: "Secretos (Secrets Manager)" },
        {
          en: "a bundle for each service, the logins of the databases' users, and the masters that the databases keep",
          es: "uno por servicio, los accesos de los usuarios de las bases de datos, y los maestros que ellas guardan",
        },
      ),
      keysLine(prices, counts),
    ],
    usage: [
      ...parts.flatMap((p) => p.usage),
      usageLine(prices, "secret-calls", "secretsmanager.calls", calls, {
        en: "Secrets, calls",
        es: "Secretos, llamadas",
      }),
      usageLine(
        prices,
        "images",
        "ecr.storage",
        images * imageGb * imagesKept.heavy,
        { en: "Images in the registry (ECR)", es: "Imágenes en el registro (ECR)" },
        {
          minQuantity: images * imageGb * imagesKept.quiet,
          note: {
            en: `${images} images of ${imageGb} GB, up to ${imagesKept.heavy} versions of each`,
            es: `${images} imágenes de ${number(imageGb).es} GB, hasta ${imagesKept.heavy} versiones de cada una`,
          },
        },
      ),
      ...(settings.backups === "s3"
        ? [
            usageLine(
              prices,
              "dumps",
              "s3.storage",
              nights * archiveGb.heavy,
              { en: "Nightly dumps (S3)", es: "Volcados nocturnos (S3)" },
              {
                minQuantity: nights * archiveGb.quiet,
                note: {
                  en: `${nights} archives, each with every attachment; the task itself takes some minutes a night`,
                  es: `${nights} archivos, cada uno con todos los adjuntos; la tarea dura unos minutos cada noche`,
                },
              },
            ),
          ]
        : []),
      usageLine(
        prices,
        "files",
        "s3.storage",
        filesGb.heavy,
        {
          en: "Attachments, releases and access logs (S3)",
          es: "Adjuntos, versiones y registros de acceso (S3)",
        },
        {
          minQuantity: filesGb.quiet,
        },
      ),
    ],
  };
}
