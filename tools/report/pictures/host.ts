import type { HostFacts } from "../data";
import { cylinder, hostCard } from "./host-card";
import { html, type Html } from "../html";
import { words, type Words } from "../../../services/model/text";
import { describeHost, type HostModel } from "./host-model";
import { column, heightOf, internetNode, label, picture, rect, request, trunkGap, use, type Box } from "./svg";

const width = 880;
const top = 78;
const columns = {
  internet: { x: 4, width: 74 },
  proxies: { x: 124, width: 132 },
  applications: { x: 350, width: 218 },
  stores: { x: 672, width: 184 },
} as const;
/** Where the lines run from the internet, and the two networks, drawn between the columns. */
const entrance = 104;
const networks = { frontend: { x: 303, width: 22 }, backend: { x: 620, width: 50 } } as const;

function network(name: keyof typeof networks, text: Words, height: number): Html {
  const { x, width: wide } = networks[name];
  const box = { x: x - wide / 2, y: top - 6, width: wide, height: height + 12 };
  return html`<g class="network ${name}">
    ${rect(box, "band", 11)}<text x="${x}" y="${top - 15}" class="small middle">${text}</text>
  </g>`;
}

/** A ring on the network's band for a node that no line of the picture leads to it. */
function member(box: Box, name: keyof typeof networks): Html {
  const { x, width: wide } = networks[name];
  const y = box.y + box.height / 2;
  const [band, end] = x < box.x ? [x + wide / 2, box.x] : [x - wide / 2, box.x + box.width];
  return html`<path d="M${band} ${y}H${end}" class="wire" /><circle cx="${band}" cy="${y}" r="3.5" class="ring" />`;
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
  const internet = { x: columns.internet.x, y: top + height / 2 - 31, width: columns.internet.width, height: 62 };
  const frame = { x: 104, y: 12, width: width - 105, height: top + height + 74 };
  const routed = model.applications.filter((n) => n.host !== undefined);
  const trunkOf = (store: string) =>
    networks.backend.x + trunkGap * (model.stores.findIndex((s) => s.name === store) - (model.stores.length - 1) / 2);
  const edges = [
    ...model.proxies.map((p) => request("host", [internet, boxOf(p.name)], entrance, `internet ${p.name}`)),
    ...model.proxies.flatMap((p) =>
      routed.map((n) => request("host", [boxOf(p.name), boxOf(n.name)], networks.frontend.x, `${p.name} ${n.name}`)),
    ),
    ...model.applications.flatMap((n) =>
      n.stores.map((s) => use("host", [boxOf(n.name), boxOf(s)], trunkOf(s), `${n.name} ${s}`)),
    ),
  ];
  const members = [
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
    { en: "The host: from the internet to the data", es: "El servidor: de Internet a los datos" },
    describeHost(model),
    [
      rect(frame, "frame", 14),
      label(frame.x + 16, frame.y + 24, "heading", `EC2 ${facts.instanceType}`),
      html`<text x="${frame.x + frame.width - 16}" y="${frame.y + 24}" class="small end">${facts.address}</text>`,
      network("frontend", "frontend", height),
      network("backend", { en: "backend, internal", es: "backend, interna" }, height),
      ...edges,
      ...members,
      internetNode(
        internet,
        words`${{ en: "The internet, ports", es: "Internet, puertos" }} ${model.openPorts.join(", ")}`,
        model.openPorts.join(" · "),
      ),
      ...all.map((n) => hostCard(n, boxOf(n.name))),
      html`<g class="disk">
        <title>${volumes.join(", ")}</title>
        ${rect(disk, "box")} ${cylinder(disk.x + 14, disk.y + 11)}
        ${label(disk.x + 34, disk.y + 22, "small", {
          en: `Data volume ${facts.dataVolumeGb} GB, encrypted, nightly snapshots: ${volumes.length} volumes`,
          es: `Disco de datos ${facts.dataVolumeGb} GB, cifrado, instantánea cada noche: ${volumes.length} volúmenes`,
        })}
      </g>`,
      label(columns.proxies.x, disk.y + 22, "small", {
        en: `${model.jobs} one-off jobs at start`,
        es: `${model.jobs} trabajos al arrancar`,
      }),
    ],
  );
}
