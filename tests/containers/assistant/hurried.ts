import type { Workflow } from "../../../services/n8n/workflows";

/** With a schedule of some seconds in place of those by these names, such as "Every minute". */
export const hurried =
  (seconds: Readonly<Record<string, number>>) =>
  (flow: Workflow): Workflow => ({
    ...flow,
    nodes: flow.nodes.map((node) => {
      const secondsInterval = seconds[node.name];
      return secondsInterval === undefined
        ? node
        : { ...node, parameters: { rule: { interval: [{ field: "seconds", secondsInterval }] } } };
    }),
  });
