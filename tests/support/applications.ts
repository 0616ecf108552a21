import { chatwootSidekiq, chatwootWeb } from "../../services/chatwoot/chatwoot";
import { dataBridge } from "../../services/data-bridge/data-bridge";
import { librechat } from "../../services/librechat/librechat";
import type { ServiceFactory } from "../../services/model/context";
import { mongodb } from "../../services/mongodb";
import { n8n } from "../../services/n8n/n8n";
import { n8nWebhook, n8nWorker } from "../../services/n8n/processes";
import { n8nRunners } from "../../services/n8n/runners";
import { nginx } from "../../services/nginx";
import { postgres } from "../../services/postgres";
import { redis } from "../../services/redis";

/** Four applications and what they need, one by one: for tests of what depends on which, which a further one would change. */
export const fourApplications: readonly ServiceFactory[] = [
  ...[postgres, mongodb, redis],
  ...[chatwootWeb, chatwootSidekiq, n8n, n8nWorker, n8nWebhook, n8nRunners, librechat, dataBridge],
  nginx,
];
