import { RunError } from "@pulumi/pulumi";
import { evaluate } from "../../policies/rules";
import { composeStack, type ComposedStack } from "../../stacks/compose";
import { readSettings } from "../../stacks/settings";
import { hostName, originOf, type Hosts } from "../../templates/hosts";
import { estimateCost } from "../cost/estimate";
import { memoryBudget } from "../memory";
import { useConfig, type OfflineConfig } from "../offline-config";
import { record, valueOf, type RecordedResource } from "../record";
import type { Endpoint, Facts, PreviewData } from "../report/data";
import { renderedFiles } from "./files";

/** Public addresses, the dashboard first, then as the catalogue orders them. */
function endpointsOf(stack: ComposedStack, hosts: Hosts): Endpoint[] {
  return stack.catalogue.services
    .flatMap((service): Endpoint[] => {
      const { name, title, description, route, role } = service;
      const about = { title: title.en, description: description.en, service: name };
      if (role === "proxy")
        return [{ ...about, title: "Dashboard", description: "Links and live health", url: `${originOf(hosts, "")}/` }];
      if (route === undefined) return [];
      const { legacyPath } = route;
      const url = `${originOf(hosts, route.host)}${route.home ?? "/"}`;
      return [{ ...about, url, ...(legacyPath === undefined ? {} : { legacyPath }) }];
    })
    .sort((a, b) => Number(b.title === "Dashboard") - Number(a.title === "Dashboard"));
}

/**
 * Runs the program of a stack in this process and works out everything that a preview shows.
 * @throws RunError that says what is wrong with the configuration.
 */
export async function collect(
  config: OfflineConfig,
  onResource: (resource: RecordedResource) => void,
): Promise<PreviewData> {
  useConfig(config);
  const region = config.values["aws:region"] ?? "us-east-1";
  const { resources, result: stack } = await record(() => composeStack(readSettings()), {
    project: config.project,
    stack: config.stack,
    region,
    onResource,
  });
  const { settings, catalogue, userData, envNames } = stack;
  const [hosts, files, publicIp] = await Promise.all([
    valueOf(stack.hosts),
    valueOf(stack.files),
    valueOf(stack.outputs["publicIp"]),
  ]);
  if (typeof publicIp !== "string") throw new RunError("the stack has no output publicIp");
  const facts: Facts = {
    stack: config.stack,
    project: config.project,
    region,
    topology: settings.topology,
    instanceType: settings.instanceType,
    dataVolumeGb: settings.dataVolumeGb,
    swapSizeGb: settings.swapSizeGb,
    plan: settings.memoryPlan,
    address: settings.domain === undefined ? publicIp : `${publicIp} (${hostName(hosts, "")})`,
    placeholders: config.placeholders,
  };
  return {
    facts,
    catalogue,
    endpoints: endpointsOf(stack, hosts),
    resources,
    cost: estimateCost({ settings, catalogue, region }),
    memory: memoryBudget({ settings, catalogue }),
    findings: evaluate(resources),
    files: renderedFiles(files, userData, envNames),
  };
}
