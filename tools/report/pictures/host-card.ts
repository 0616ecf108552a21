import { html, type Html } from "../html";
import { listed, words } from "../../../services/model/text";
import type { HostNode } from "./host-model";
import { fit, label, rect, type Box } from "./svg";

/** A small disk: this container keeps data on the volume. */
export const cylinder = (x: number, y: number): Html =>
  html`<path d="M${x} ${y + 2.5}a5 2.5 0 0 1 10 0v7a5 2.5 0 0 1 -10 0zm0 0a5 2.5 0 0 0 10 0" class="cylinder" />`;

/** A container: title, where it is reached, its ports and memory. */
export function hostCard(node: HostNode, box: Box): Html {
  const last = [...node.ports.map((p) => `:${p}`), ...(node.ports.length > 0 ? ["·"] : []), `${node.limitMb} MiB`].join(
    " ",
  );
  const inner = box.width - 24;
  const keeps = node.volumes.length > 0;
  return html`<g class="node ${node.role}" data-node="${node.name}">
    <title>
      ${node.title} (${node.name}), ${listed(node.networks)}, ${{ en: "limit", es: "límite" }} ${node.limitMb}
      MiB${keeps && words`, ${{ en: "keeps", es: "guarda" }} ${listed(node.volumes)}`}
    </title>
    ${rect(box, "box")}
    <rect x="${box.x}" y="${box.y + 10}" width="4" height="${box.height - 20}" rx="2" class="mark" />
    ${label(box.x + 14, box.y + 22, "name", fit(node.title, inner + 4, 13, "bold"))}
    ${label(box.x + 14, box.y + 38, "small", fit(node.host ?? node.name, inner, 11))}
    ${label(box.x + 14, box.y + 53, "small", fit(last, keeps ? inner - 16 : inner, 11))}
    ${keeps && cylinder(box.x + box.width - 22, box.y + 42)}
  </g>`;
}
