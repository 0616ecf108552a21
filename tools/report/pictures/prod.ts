import type { FargateFacts } from "../data";
import { html, type Html } from "../html";
import { prodCard } from "./prod-card";
import { describeProd, type ProdModel } from "./prod-model";
import { arrow, column, heightOf, internetNode, label, picture, rect, type Box } from "./svg";

const width = 880;
const top = 92;
const columns = {
  internet: { x: 4, width: 64 },
  edge: { x: 90, width: 136 },
  balancers: { x: 260, width: 170 },
  services: { x: 460, width: 206 },
  stores: { x: 698, width: 164 },
} as const;

/** The installation from the visitors to the data, left to right. */
export function prodPicture(model: ProdModel, facts: FargateFacts): Html {
  const network = [...model.balancers, ...model.outlets];
  const rows = Math.max(model.edge.length, network.length, model.services.length, model.stores.length, 1);
  const height = heightOf(rows);
  const boxes = new Map([
    ...column(model.edge, columns.edge, top, height),
    ...column(network, columns.balancers, top, height),
    ...column(model.services, columns.services, top, height),
    ...column(model.stores, columns.stores, top, height),
  ]);
  const boxOf = (name: string): Box => boxes.get(name) ?? { x: 0, y: 0, width: 0, height: 0 };
  const internet = { x: columns.internet.x, y: top + height / 2 - 31, width: columns.internet.width, height: 62 };
  const edge = (from: Box, to: Box, className: string, ends: string) => arrow("prod", from, to, className, ends);
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
    "prod",
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
      internetNode(internet, "Visitors, and services that send webhooks", "443"),
      ...[...model.edge, ...network, ...model.services, ...model.stores].map((n) => prodCard(n, boxOf(n.name))),
      label(columns.services.x, top + height + 36, "small", `${model.jobs} one-off jobs before new tasks`),
      html`<g class="disk"
        >${rect(strip, "box")} ${label(strip.x + 14, strip.y + 22, "small", model.beside.join(" · "))}</g
      >`,
    ],
  );
}
