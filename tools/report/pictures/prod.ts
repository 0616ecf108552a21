import type { FargateFacts } from "../data";
import { html, type Html } from "../html";
import { joined, type Words } from "../../../services/model/text";
import { prodCard } from "./prod-card";
import { describeProd, type ProdModel } from "./prod-model";
import {
  column,
  heightOf,
  internetNode,
  label,
  picture,
  rect,
  request,
  requestDown,
  trunkGap,
  use,
  type Box,
} from "./svg";

const width = 930;
const top = 92;
const columns = {
  internet: { x: 2, width: 68 },
  edge: { x: 100, width: 132 },
  balancers: { x: 266, width: 170 },
  services: { x: 488, width: 206 },
  stores: { x: 758, width: 152 },
} as const;
/** Where the lines run between the columns. */
const trunks = { edge: 84, services: 462, stores: 712 } as const;

/** The installation from the visitors to the data, left to right. */
export function prodPicture(model: ProdModel, facts: FargateFacts): Html {
  const network = [...model.balancers, ...model.outlets];
  const leadsTo = (name: string) => model.requests.flatMap(([from, to]) => (from === name ? [to] : []));
  // beside the load balancer stands what leads to it; what serves a bucket is above that, at the foot of the picture
  const entrances = model.edge.filter((e) => leadsTo(e.name).some((to) => model.balancers.some((b) => b.name === to)));
  const others = model.edge
    .filter((e) => !entrances.includes(e))
    .flatMap((e) => [e, ...model.served.filter((b) => leadsTo(e.name).includes(b.name))]);
  const middle = Math.max(entrances.length, model.balancers.length, 1);
  const rows = Math.max(
    middle + 2 * Math.max(others.length, model.outlets.length),
    model.services.length,
    model.stores.length,
  );
  const height = heightOf(rows);
  const boxes = new Map([
    ...column(entrances, columns.edge, top, height),
    ...column(others, columns.edge, top, height, "last"),
    ...column(model.balancers, columns.balancers, top, height),
    ...column(model.outlets, columns.balancers, top, height, "first"),
    ...column(model.services, columns.services, top, height),
    ...column(model.stores, columns.stores, top, height),
  ]);
  const boxOf = (name: string): Box => boxes.get(name) ?? { x: 0, y: 0, width: 0, height: 0 };
  const internet = { x: columns.internet.x, y: top + height / 2 - 31, width: columns.internet.width, height: 62 };
  const between = (from: string, to: string): readonly [Box, Box] => [boxOf(from), boxOf(to)];
  const edges = [
    ...model.edge.map((e) => request("prod", [internet, boxOf(e.name)], trunks.edge, `internet ${e.name}`)),
    ...model.requests.map(([from, to]) =>
      model.served.some((b) => b.name === to)
        ? requestDown("prod", between(from, to), `${from} ${to}`)
        : request("prod", between(from, to), trunks.services, `${from} ${to}`),
    ),
    ...model.uses.map(([from, to]) => {
      const trunk = trunks.stores + trunkGap * model.stores.findIndex((s) => s.name === to);
      return use("prod", between(from, to), trunk, `${from} ${to}`);
    }),
  ];
  const frame = { x: 246, y: 12, width: width - 247, height: top + height + 42 };
  const room = (x: number, w: number, name: Words): readonly Html[] => [
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
    { en: "Production: from the visitors to the data", es: "Producción: de los visitantes a los datos" },
    describeProd(model),
    [
      rect(frame, "frame", 14),
      label(frame.x + 16, frame.y + 24, "heading", `VPC ${model.cidr}`),
      html`<text x="${frame.x + frame.width - 16}" y="${frame.y + 24}" class="small end"
        >${facts.region}, ${{ en: "zones", es: "zonas" }} ${model.zones.join(", ")}</text
      >`,
      ...room(columns.balancers.x - 10, columns.balancers.width + 20, {
        en: "public subnets",
        es: "subredes públicas",
      }),
      ...room(columns.services.x - 10, columns.stores.x + columns.stores.width - columns.services.x + 18, {
        en: "private subnets",
        es: "subredes privadas",
      }),
      ...edges,
      internetNode(
        internet,
        { en: "Visitors, and services that send webhooks", es: "Visitantes, y servicios que envían webhooks" },
        "443",
      ),
      ...[...model.edge, ...model.served, ...network, ...model.services, ...model.stores].map((n) =>
        prodCard(n, boxOf(n.name)),
      ),
      label(columns.services.x, top + height + 36, "small", {
        en: `${model.jobs} one-off jobs before new tasks`,
        es: `${model.jobs} trabajos antes de tareas nuevas`,
      }),
      html`<g class="disk"
        >${rect(strip, "box")} ${label(strip.x + 14, strip.y + 22, "small", joined(model.beside, " · "))}</g
      >`,
    ],
  );
}
