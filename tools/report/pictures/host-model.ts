import type { Catalogue } from "../../../services/catalogue";
import type { Container, Network, Role, Service, Text } from "../../../services/model/types";
import type { HostPreview } from "../data";
import { joined, listed, words, type Words } from "../../../services/model/text";

/** A container of the host, as the pictures show it. */
export interface HostNode {
  readonly name: string;
  readonly title: Text;
  readonly role: Role;
  readonly networks: readonly Network[];
  readonly ports: readonly number[];
  readonly limitMb: number;
  /** Public host name that leads to it. */
  readonly host: string | undefined;
  /** Names of the stores it waits for, directly or through its jobs. */
  readonly stores: readonly string[];
  readonly volumes: readonly string[];
}

export interface HostModel {
  readonly proxies: readonly HostNode[];
  readonly applications: readonly HostNode[];
  readonly stores: readonly HostNode[];
  /** Ports that are open to the world. */
  readonly openPorts: readonly number[];
  /** One-off jobs that run before the applications start. */
  readonly jobs: number;
}

/** Everything that must be up before a container, jobs and their needs included. */
function needs(container: Container, catalogue: Catalogue): ReadonlySet<string> {
  const byName = new Map<string, Container>([...catalogue.services, ...catalogue.jobs].map((c) => [c.name, c]));
  const found = new Set<string>();
  const todo = [...(container.after ?? [])];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    todo.push(...(byName.get(name)?.after ?? []));
  }
  return found;
}

/** The catalogue as nodes, in columns by what they do. */
export function hostModel({ catalogue, endpoints, facts }: HostPreview): HostModel {
  const isStore = new Set(catalogue.services.filter((s) => s.role === "store").map((s) => s.name));
  const node = (service: Service): HostNode => {
    const url = endpoints.find((e) => e.service === service.name)?.url;
    return {
      name: service.name,
      title: service.title,
      role: service.role,
      networks: service.networks,
      ports: service.ports,
      limitMb: service.memoryMb[facts.plan],
      // the proxy answers for all of them
      host: url === undefined || service.role === "proxy" ? undefined : new URL(url).host,
      stores: [...needs(service, catalogue)].filter((name) => isStore.has(name)).sort(),
      volumes: (service.volumes ?? []).map((v) => v.name),
    };
  };
  const nodes = catalogue.services.map(node);
  return {
    proxies: nodes.filter((n) => n.role === "proxy"),
    applications: nodes.filter((n) => n.role === "web" || n.role === "worker"),
    stores: nodes.filter((n) => n.role === "store"),
    jobs: catalogue.jobs.length,
    openPorts: catalogue.services.flatMap((s) => Object.keys(s.published ?? {}).map(Number)).sort((a, b) => a - b),
  };
}

/** The picture in words. */
export function describeHost(model: HostModel): Words {
  const lines = [...model.proxies, ...model.applications].map((n) => {
    const at = n.host === undefined ? "" : words` ${{ en: "at", es: "en" }} ${n.host}`;
    const uses = n.stores.length === 0 ? "" : words`, ${{ en: "uses", es: "usa" }} ${listed(n.stores)}`;
    return words`${n.name} (${listed(n.networks)})${at}${uses}`;
  });
  const ports = listed(model.openPorts);
  const stores = listed(model.stores.map((n) => n.name));
  return words`${{
    en: `Ports ${ports.en} lead to the entrance.`,
    es: `Los puertos ${ports.es} llevan a la entrada.`,
  }} ${joined(lines, "; ")}. ${{ en: "Stores on the internal network", es: "Almacenes en la red interna" }}: ${stores}.`;
}
