import { html, type Html } from "../html";
import type { ProdNode } from "./prod-model";
import { fit, label, rect, type Box } from "./svg";

const chip = { width: 13, gap: 3 };

/** A letter per zone: filled where something always runs, outlined where it may. */
function chips({ zones }: ProdNode, box: Box): Html[] {
  const all = [...zones.sure, ...zones.maybe];
  return all.map((zone, i) => {
    const sure = zones.sure.includes(zone);
    const x = box.x + box.width - 10 - (all.length - i) * (chip.width + chip.gap) + chip.gap;
    const y = box.y + 10;
    return html`<g class="zone${sure ? " sure" : ""}"
      >${rect({ x, y, width: chip.width, height: chip.width }, "chip", 3)}<text
        x="${x + chip.width / 2}"
        y="${y + chip.width / 2 + 0.5}"
        class="letter"
        >${zone}</text
      ></g
    >`;
  });
}

/** A part of the installation: title, zones, and two lines more. */
export function prodCard(node: ProdNode, box: Box): Html {
  const letters = node.zones.sure.length + node.zones.maybe.length;
  const inner = box.width - 24;
  const title = fit(node.title, inner + 4 - letters * (chip.width + chip.gap), 13, "bold");
  return html`<g class="node ${node.role}" data-node="${node.name}">
    <title>${node.title}: ${node.about}</title>
    ${rect(box, "box")}
    <rect x="${box.x}" y="${box.y + 10}" width="4" height="${box.height - 20}" rx="2" class="mark" />
    ${label(box.x + 14, box.y + 22, "name", title)} ${chips(node, box)}
    ${node.lines.map((line, i) => label(box.x + 14, box.y + 38 + 15 * i, "small", fit(line, inner, 11)))}
  </g>`;
}
