import type { FargateFacts } from "../data";
import { html, type Html } from "../html";
import { prodCard } from "./prod-card";
import { describeProd, type ProdModel, type ProdNode } from "./prod-model";
import { across, label, picture, rect, type Box } from "./svg";

const width = 880;
const top = 92;
const cell = { height: 62, gap: 14 };
const columns = {
  internet: { x: 4, width: 64 },
  edge: { x: 90, width: 136 },
  balancers: { x: 260, width: 170 },
  services: { x: 460, width: 206 },
  stores: { x: 698, width: 164 },
} as const;

type Placed = ReadonlyMap<string, Box>;

/** Boxes under one another, the column centred in `height`. */
function column(
  nodes: readonly ProdNode[],
  at: { readonly x: number; readonly width: number },
  height: number,
): Placed {
  const used = nodes.length * (cell.height + cell.gap) - cell.gap;
  const start = top + Math.max(0, Math.round((height - used) / 2));
  return new Map(
    nodes.map((n, i) => [
      n.name,
      { x: at.x, y: start + i * (cell.height + cell.gap), width: at.width, height: cell.height },
    ]),
  );
}

/** The installation from the visitors to the data, left to right. */
export function prodWide(model: ProdModel, facts: FargateFacts): Html {
  const network = [...model.balancers, ...model.outlets];
  const rows = Math.max(model.edge.length, network.length, model.services.length, model.stores.length, 1);
  const height = rows * (cell.height + cell.gap) - cell.gap;
  const boxes = new Map([
    ...column(model.edge, columns.edge, height),
    ...column(network, columns.balancers, height),
    ...column(model.services, columns.services, height),
    ...column(model.stores, columns.stores, height),
  ]);
  const boxOf = (name: string): Box => boxes.get(name) ?? { x: 0, y: 0, width: 0, height: 0 };
  const internet = { x: columns.internet.x, y: top + height / 2 - 31, width: columns.internet.width, height: 62 };
  const edge = (from: Box, to: Box, kind: string, ends: string): Html =>
    html`<path
      d="${across([from.x + from.width, from.y + from.height / 2], [to.x, to.y + to.height / 2])}"
      class="edge ${kind}"
      data-ends="${ends}"
      marker-end="url(#prod-wide-arrow)"
    />`;
  const edges = [
    ...model.edge.map((e) => edge(internet, boxOf(e.name), "request", `internet ${e.name}`)),
    ...model.requests.map(([from, to]) => edge(boxOf(from), boxOf(to), "request", `${from} ${to}`)),
    ...model.uses.map(([from, to]) => edge(boxOf(from), boxOf(to), "data", `${from} ${to}`)),
  ];
  const frame = { x: 240, y: 12, width: width - 241, height: top + height + 42 };
  const room = (x: number, w: number, name: string): readonly Html[] => [
    rect({ x, y: top - 34, width: w, height: height + 48 }, "tier", 10),
    label(x + 12, top - 15, "small", name),
  ];
  const strip = {
    x: columns.edge.x,
    y: frame.y + frame.height + 14,
    width: width - columns.edge.x - 1,
    height: 34,
  };
  return picture(
    "prod-wide",
    "wide",
    { width, height: strip.y + strip.height + 4 },
    "Production: from the visitors to the data",
    describeProd(model),
    [
      rect(frame, "frame", 14),
      label(frame.x + 16, frame.y + 24, "heading", `VPC ${model.cidr}`),
      html`<text x="${frame.x + frame.width - 16}" y="${frame.y + 24}" class="small end"
        >${facts.region}, zones ${model.zones.join(", ")}</text
      >`,
      ...room(columns.balancers.x - 10, columns.balancers.width + 20, "public subnets"),
      ...room(
        columns.services.x - 10,
        columns.stores.x + columns.stores.width - columns.services.x + 18,
        "private subnets",
      ),
      ...edges,
      html`<g class="node internet">
        <title>Visitors, and services that send webhooks</title>
        ${rect(internet, "box", 31)}
        <text x="${internet.x + internet.width / 2}" y="${internet.y + 29}" class="name middle">Internet</text>
        <text x="${internet.x + internet.width / 2}" y="${internet.y + 45}" class="small middle">443</text>
      </g>`,
      ...[...model.edge, ...network, ...model.services, ...model.stores].map((n) => prodCard(n, boxOf(n.name))),
      label(columns.services.x, top + height + 36, "small", `${model.jobs} one-off jobs before new tasks`),
      html`<g class="disk"
        >${rect(strip, "box")} ${label(strip.x + 14, strip.y + 22, "small", model.beside.join(" · "))}</g
      >`,
    ],
  );
}
