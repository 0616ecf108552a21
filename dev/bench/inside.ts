import { performance } from "node:perf_hooks";
import { buildCatalogue, catalogue as factories } from "../../services/catalogue";
import type { Container } from "../../services/model/types";
import { composeStack } from "../../stacks/compose";
import { fargateContext, hostContext } from "../../stacks/contexts";
import type { Settings } from "../../settings/settings";
import { readSettings } from "../../stacks/read";
import { renderCompose } from "../../templates/compose";
import { renderTask, secretVariables } from "../../templates/ecs";
import { sslipName, type Hosts } from "../../templates/hosts";
import { renderNginx } from "../../templates/nginx";
import { readStackOrExample, useConfig } from "../../tools/stack/offline-config";
import { record } from "../../record/record";
import { inTurn } from "./measure";
import type { Line } from "./lines";

const address = "192.0.2.1";

const settingsOf = (stack: string): Settings => {
  useConfig(readStackOrExample(process.cwd(), stack));
  return readSettings();
};

/** The catalogue, built and rendered for the host: Compose file and nginx. */
function renderHost(settings: Settings): void {
  const hosts: Hosts = { apex: sslipName(address), scheme: "https", port: 443 };
  const { services, ...rest } = buildCatalogue(factories, hostContext(settings), settings.services);
  renderCompose({ services, ...rest }, { plan: settings.memoryPlan, hosts, filesHash: (path) => path });
  renderNginx({ services, hosts, address, hsts: true });
}

/** The same for Fargate: every task definition. */
function renderTasks(settings: Settings): void {
  const { services, jobs } = buildCatalogue(factories, fargateContext(settings), settings.services);
  for (const container of [...services, ...jobs] as readonly Container[]) {
    const secrets = Object.fromEntries(secretVariables(container).map(([name]) => [name, `arn:${name}`]));
    renderTask(container, {
      region: settings.region,
      image: (image) => image,
      address: (address) => JSON.stringify(address),
      secrets,
      logGroup: "log",
      release: { uri: "s3://bucket/key", sha256: "" },
    });
  }
}

const rendersARound = 20;

function renderings(): () => number {
  const [host, fargate] = [settingsOf("sandbox"), settingsOf("prod")];
  return () => {
    const start = performance.now();
    for (let i = 0; i < rendersARound; i++) {
      renderHost(host);
      renderTasks(fargate);
    }
    return (performance.now() - start) / 1000;
  };
}

/** What needs no other process: rendering, and the whole program of production with mocked resources. */
export async function insideLines(rounds: number, progress: (round: number) => void): Promise<Line[]> {
  let resources = 0;
  const recording = async () => {
    const start = performance.now();
    useConfig(readStackOrExample(process.cwd(), "prod"));
    resources = (await record(() => composeStack(readSettings()), { stack: "prod" })).resources.length;
    return (performance.now() - start) / 1000;
  };
  const [rendered = [], recorded = []] = await inTurn([renderings(), recording], rounds, progress);
  return [
    { what: "catalogue as Compose, nginx and task definitions", seconds: rendered, operations: rendersARound },
    { what: `program of production, ${resources} resources mocked`, seconds: recorded },
  ];
}
