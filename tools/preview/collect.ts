import { RunError } from "@pulumi/pulumi";
import { evaluate } from "../../policies/engine/evaluate";
import { buildCatalogue, catalogue as everyService } from "../../services/catalogue";
import type { ServiceFactory } from "../../services/model/context";
import { composeStack, type ComposedStack } from "../../stacks/compose";
import { contextOf } from "../../stacks/contexts";
import type { Settings } from "../../settings/settings";
import { unusedSettings } from "../../settings/unused";
import { readSettings } from "../../stacks/read";
import { hostName, originOf, type Hosts } from "../../templates/hosts";
import { estimateCost } from "../../cost/estimate";
import { memoryBudget } from "../../cost/memory";
import { notSetUp } from "./not-set-up";
import { noticesOf } from "./notices";
import { unseen } from "../stack/environments";
import { useConfig, type OfflineConfig } from "../stack/offline-config";
import { record, valueOf, type RecordedResource } from "../../record/record";
import type { Endpoint, PreviewData } from "../report/data";
import { taskSizes } from "../../cost/tasks";
import { renderedFiles, taskDefinitionFiles } from "./files";

/** Public addresses, the dashboard first, then as the catalogue orders them. */
function endpointsOf(stack: ComposedStack, hosts: Hosts): Endpoint[] {
  const dashboard = {
    title: { en: "Dashboard", es: "Panel" },
    description: { en: "Links and live health", es: "Enlaces y estado en vivo" },
    url: `${originOf(hosts, "")}/`,
  };
  // on the host the proxy answers for it, in production CloudFront
  const own = stack.settings.topology === "fargate" ? [{ ...dashboard, service: "dashboard" }] : [];
  const services = stack.catalogue.services
    .flatMap((service): Endpoint[] => {
      const { name, title, description, route, role } = service;
      const about = { title, description, service: name };
      if (role === "proxy") return [{ ...about, ...dashboard }];
      if (route === undefined) return [];
      const { legacyPath } = route;
      const url = `${originOf(hosts, route.host)}${route.home ?? "/"}`;
      return [{ ...about, url, ...(legacyPath === undefined ? {} : { legacyPath }) }];
    })
    .sort((a, b) => Number(b.title === dashboard.title) - Number(a.title === dashboard.title));
  return [...own, ...services];
}

/** Images that the services have without settings of theirs, by service. */
function shippedImages(settings: Settings, factories: readonly ServiceFactory[]): Readonly<Record<string, string>> {
  const context = contextOf(settings);
  const { services } = buildCatalogue(factories, context, {});
  return Object.fromEntries(services.map(({ name, image }) => [name, image]));
}

/**
 * Runs the program of a stack in this process and works out everything that a preview shows.
 * @throws RunError that says what is wrong with the configuration.
 */
export async function collect(
  config: OfflineConfig,
  onResource: (resource: RecordedResource) => void,
  factories: readonly ServiceFactory[] = everyService,
): Promise<PreviewData> {
  useConfig(config);
  const { resources, result: stack } = await record(() => composeStack(readSettings(), factories), {
    project: config.project,
    stack: config.stack,
    onResource,
  });
  const { settings, catalogue } = stack;
  const [hosts, files] = await Promise.all([valueOf(stack.hosts), valueOf(stack.files)]);
  const { project, placeholders } = config;
  const cost = estimateCost({ settings, catalogue, resources });
  const common = {
    catalogue,
    endpoints: endpointsOf(stack, hosts),
    resources,
    cost,
    notices: noticesOf({
      settings,
      catalogue,
      shipped: shippedImages(settings, factories),
      resources,
      floorUsd: cost.floorUsd,
    }),
    findings: evaluate(resources),
    notSetUp: notSetUp({ settings, catalogue }),
  };
  const unused = unusedSettings(settings, Object.keys(config.values));
  const facts = {
    stack: config.stack,
    project,
    region: settings.region,
    language: settings.language,
    placeholders,
    unused,
    notes: [...unseen(config), ...settings.notes],
    ...(config.example === undefined ? {} : { example: config.example }),
  };
  if (settings.topology === "fargate") {
    const { costProfile, azCount: zones, natGateways } = settings;
    return {
      ...common,
      topology: "fargate",
      facts: { ...facts, topology: "fargate", costProfile, zones, natGateways, address: hostName(hosts, "") },
      tasks: taskSizes(catalogue),
      files: [...renderedFiles(files, stack.envNames), ...taskDefinitionFiles(resources)],
    };
  }
  const publicIp = await valueOf(stack.outputs["publicIp"]);
  if (typeof publicIp !== "string") throw new RunError("the stack has no output publicIp");
  const { instanceType, dataVolumeGb, swapSizeGb, memoryPlan: plan, domain } = settings;
  const address = domain === undefined ? publicIp : `${publicIp} (${hostName(hosts, "")})`;
  return {
    ...common,
    topology: "host",
    facts: { ...facts, topology: "host", instanceType, dataVolumeGb, swapSizeGb, plan, address },
    memory: memoryBudget({ settings, catalogue }),
    files: renderedFiles(files, stack.envNames, stack.userData),
  };
}
