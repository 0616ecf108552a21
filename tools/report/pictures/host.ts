import type { HostFacts } from "../data";
import { cylinder, hostCard } from "./host-card";
import { html, type Html } from "../html";
import { describeHost, type HostModel } from "./host-model";
import { arrow, column, heightOf, internetNode, label, picture, rect, type Box } from "./svg";

const width = 880;
const top = 78;
const columns = {
  internet: { x: 4, width: 74 },
  proxies: { x: 124, width: 132 },
  applications: { x: 350, width: 218 },
  stores: { x: 672, width: 184 },
} as const;
/** Centres of the two networks, drawn between the columns. */
const networks = { frontend: 303, backend: 620 } as const;

const left = (box: Box): [number, number] => [box.x, box.y + box.height / 2];
const right = (box: Box): [number, number] => [box.x + box.width, box.y + box.height / 2];

function network(name: keyof typeof networks, text: string, height: number): Html {
  const box = { x: networks[name] - 11, y: top - 6, width: 22, height: height + 12 };
  return html`<g class="network ${name}">
    ${rect(box, "band", 11)}<text x="${networks[name]}" y="${top - 15}" class="small middle">${text}</text>
  </g>`;
}

/** A dot on the network's band for a node that no line of the picture leads to it. */
function member(box: Box, name: keyof typeof networks): Html {
  const [x, y] = networks[name] < box.x ? left(box) : right(box);
  return html`<path d="M${networks[name]} ${y}H${x}" class="wire" /><circle
      cx="${networks[name]}"
      cy="${y}"
      r="3.5"
      class="dot"
    />`;
}

/** The host from the internet to the disks, left to right. */
export function hostPicture(model: HostModel, facts: HostFacts): Html {
  const rows = Math.max(model.proxies.length, model.applications.length, model.stores.length, 1);
  const height = heightOf(rows);
  const boxes = new Map([
    ...column(model.proxies, columns.proxies, top, height),
    ...column(model.applications, columns.applications, top, height),
    ...column(model.stores, columns.stores, top, height),
  ]);
  const all = [...model.proxies, ...model.applications, ...model.stores];
  const boxOf = (name: string): Box => boxes.get(name) ?? { x: 0, y: 0, width: 0, height: 0 };
  const edge = (from: Box, to: Box, className: string, ends: string) => arrow("host", from, to, className, ends);
  const internet = { x: columns.internet.x, y: top + height / 2 - 31, width: columns.internet.width, height: 62 };
  const frame = { x: 104, y: 12, width: width - 105, height: top + height + 74 };
  const routed = model.applications.filter((n) => n.host !== undefined);
  const edges = [
    ...model.proxies.map((p) => edge(internet, boxOf(p.name), "request", `internet ${p.name}`)),
    ...model.proxies.flatMap((p) =>
      routed.map((n) => edge(boxOf(p.name), boxOf(n.name), "request", `${p.name} ${n.name}`)),
    ),
    ...model.applications.flatMap((n) => n.stores.map((s) => edge(boxOf(n.name), boxOf(s), "data", `${n.name} ${s}`))),
  ];
  const dots = [
    ...model.applications
      .filter((n) => n.host === undefined && n.networks.includes("frontend"))
      .map((n) => member(boxOf(n.name), "frontend")),
    ...model.applications
      .filter((n) => n.stores.length === 0 && n.networks.includes("backend"))
      .map((n) => member(boxOf(n.name), "backend")),
  ];
  const disk = {
    x: columns.applications.x,
    y: top + height + 26,
    width: columns.stores.x + columns.stores.width - columns.applications.x,
    height: 34,
  };
  const volumes = [...new Set(all.flatMap((n) => n.volumes))];
  return picture(
    "host",
    { width, height: frame.y + frame.height + 4 },
    "The host: from the internet to the data",
    describeHost(model),
    [
      rect(frame, "frame", 14),
      label(frame.x + 16, frame.y + 24, "heading", `EC2 ${facts.instanceType}`),
      html`<text x="${frame.x + frame.width - 16}" y="${frame.y + 24}" class="small end">${facts.address}</text>`,
      network("frontend", "frontend", height),
      network("backend", "backend, internal", height),
      ...edges,
      ...dots,
      internetNode(internet, `The internet, ports ${model.openPorts.join(", ")}`, model.openPorts.join(" · ")),
      ...all.map((n) => hostCard(n, boxOf(n.name))),
      html`<g class="disk">
        <title>${volumes.join(", ")}</title>
        ${rect(disk, "box")} ${cylinder(disk.x + 14, disk.y + 11)}
        ${label(disk.x + 34, disk.y + 22, "small", `Data volume ${facts.dataVolumeGb} GB, encrypted, nightly snapshots: ${volumes.length} volumes`)}
      </g>`,
      label(columns.proxies.x, disk.y + 22, "small", `${model.jobs} one-off jobs at start`),
    ],
  );
}
