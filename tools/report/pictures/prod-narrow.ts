import { html, type Html } from "../html";
import { prodCard } from "./prod-card";
import { describeProd, type ProdModel, type ProdNode } from "./prod-model";
import { fit, label, picture, rect } from "./svg";

const width = 328;
const inset = 12;
const gap = 10;
const cell = { height: 62, width: width - 2 * inset };
const x = width / 2;

const arrow = (y: number): Html =>
  html`<path d="M${x} ${y}V${y + 20}" class="edge request" marker-end="url(#prod-narrow-arrow)" />`;

/** The installation from the visitors to the data, top to bottom, for a phone. */
export function prodNarrow(model: ProdModel): Html {
  const content: Html[] = [];
  const internet = { x: x - 80, y: 2, width: 160, height: 32 };
  content.push(
    html`<g class="node internet"
      >${rect(internet, "box", 16)} <text x="${x}" y="23" class="name middle">Internet · 443</text></g
    >`,
    arrow(34),
  );
  let y = 56;
  const stack = (nodes: readonly ProdNode[]) => {
    for (const node of nodes) {
      const stores = model.uses.filter(([from]) => from === node.name).map(([, store]) => store);
      const shown = stores.length === 0 ? node : { ...node, lines: [node.lines[1] ?? "", `→ ${stores.join(", ")}`] };
      content.push(prodCard(shown, { x: inset, y, ...cell }));
      y += cell.height + gap;
    }
  };
  const tier = (name: string, nodes: readonly ProdNode[]) => {
    content.push(label(inset + 2, y + 8, "small", name));
    y += 18;
    stack(nodes);
  };
  stack(model.edge);
  content.push(arrow(y - gap));
  y += 14;
  const top = y;
  content.push(label(inset + 1, y + 24, "heading", `VPC ${model.cidr}`));
  y += 40;
  tier("public subnets", [...model.balancers, ...model.outlets]);
  tier("private subnets: services", model.services);
  tier("private subnets: data", model.stores);
  content.push(label(inset + 2, y + 8, "small", `${model.jobs} one-off jobs before new tasks`));
  const frame = { x: 1, y: top, width: width - 2, height: y + 20 - top };
  y = frame.y + frame.height + 10;
  const middle = Math.ceil(model.beside.length / 2);
  const strip = { x: inset, y, width: cell.width, height: 48 };
  content.push(
    html`<g class="disk"
      >${rect(strip, "box")}
      ${[model.beside.slice(0, middle), model.beside.slice(middle)].map((words, i) => label(strip.x + 12, strip.y + 20 + 16 * i, "small", fit(words.join(" · "), strip.width - 20, 11)))}</g
    >`,
  );
  return picture(
    "prod-narrow",
    "narrow",
    { width, height: strip.y + strip.height + 2 },
    "Production: from the visitors to the data",
    describeProd(model),
    [rect(frame, "frame", 14), ...content],
  );
}
