import type { Graph, Group, Room } from "./graph";
import { html, type Html } from "../html";
import { fit, label, picture, rect, type Box } from "./svg";

const width = 328;
const arcs = 52;
const row = { height: 30, gap: 6 };
const room = { head: 38, pad: 12, gap: 14 };

const ordered = (r: Room): readonly Group[] =>
  [...r.groups].sort((a, b) => a.layer - b.layer || (a.id < b.id ? -1 : 1));

/** The same graph for a phone: boxes under one another, lines as arcs at their right. */
export function graphNarrow(graph: Graph): Html {
  const content: Html[] = [];
  const boxes = new Map<string, Box>();
  let y = 1;
  for (const r of graph.rooms) {
    const groups = ordered(r);
    const height = room.head + groups.length * (row.height + row.gap) - row.gap + room.pad;
    content.push(
      rect({ x: 1, y, width: width - 2, height }, "room", 12),
      label(room.pad + 1, y + 24, "heading", fit(r.title, width - 2 * room.pad, 14)),
    );
    groups.forEach((g, i) => {
      const box = {
        x: room.pad,
        y: y + room.head + i * (row.height + row.gap),
        width: width - 2 * room.pad - arcs,
        height: row.height,
      };
      boxes.set(g.id, box);
      const kept = g.members.filter((m) => m.protect).length;
      const count = g.members.length > 1 ? ` ×${g.members.length}` : "";
      content.push(
        html`<g class="group">
          <title>${g.members.map((m) => m.name).join(", ")}</title>
          ${rect(box, "box", 7)}
          ${label(box.x + 12, box.y + 20, "name", `${fit(g.label, box.width - (kept > 0 ? 90 : 50), 12, "bold")}${count}`)}
          ${kept > 0 && html`<text x="${box.x + box.width - 10}" y="${box.y + 20}" class="small end">${kept} kept</text>`}
        </g>`,
      );
    });
    y += height + room.gap;
  }
  const lines = graph.inside.flatMap((e) => {
    const [from, to] = [boxes.get(e.from), boxes.get(e.to)];
    if (from === undefined || to === undefined) return [];
    const x = from.x + from.width;
    const [start, end] = [from.y + from.height / 2, to.y + to.height / 2];
    const reach = x + Math.min(arcs - 8, 10 + Math.abs(end - start) / 7);
    return [
      html`<path
        d="M${x} ${start}C${reach} ${start} ${reach} ${end} ${x + 2} ${end}"
        class="edge"
        marker-end="url(#graph-narrow-arrow)"
      />`,
    ];
  });
  return picture(
    "graph-narrow",
    "narrow",
    { width, height: y - room.gap + 1 },
    "What the program declares",
    graph.rooms
      .map((r) => `${r.title}: ${r.groups.map((g) => `${g.members.length} ${g.label}`).join(", ")}`)
      .join(". "),
    [...content, ...lines],
  );
}
