import type { Edge, Graph, Group, Room } from "./graph";
import { orderedLayers } from "./graph-order";
import { html, type Html } from "./html";
import { across, fit, label, picture, rect, type Box } from "./svg";

const width = 880;
const gutter = 48;
const room = { head: 40, pad: 16, gap: 18 };
const cell = { height: 46, gap: 10 };
/** Rooms with so many layers have narrow boxes, with room for two lines. */
const crowded = { layers: 6, height: 60, gap: 16 };
const unit = 8;

interface PlacedRoom {
  readonly room: Room;
  readonly box: Box;
  readonly groups: ReadonlyMap<string, Box>;
}

/** Groups in columns by layer; each column is centred, so that lines stay short. */
function place(r: Room, edges: readonly Edge[], y: number): PlacedRoom {
  const usable = width - gutter - 2 * room.pad;
  // without lines there is no order to show: side by side
  const columns = r.layers === 1 ? r.groups.map((g) => [g]) : orderedLayers(r, edges);
  const tight = columns.length >= crowded.layers && r.layers > 1;
  const between = r.layers === 1 ? 14 : tight ? crowded.gap : 28;
  const height = tight ? crowded.height : cell.height;
  const rows = Math.max(1, ...columns.map((c) => c.length));
  const inner = rows * (height + cell.gap) - cell.gap;
  const most = r.layers === 1 ? 320 : 190;
  const cellWidth = Math.min(most, Math.floor((usable - between * (columns.length - 1)) / columns.length));
  const groups = new Map<string, Box>();
  columns.forEach((inColumn, i) => {
    const used = inColumn.length * (height + cell.gap) - cell.gap;
    inColumn.forEach((g, at) => {
      groups.set(g.id, {
        x: gutter + room.pad + i * (cellWidth + between),
        y: y + room.head + Math.round((inner - used) / 2) + at * (height + cell.gap),
        width: cellWidth,
        height,
      });
    });
  });
  return {
    room: r,
    box: { x: gutter, y, width: width - gutter - 1, height: room.head + inner + room.pad },
    groups,
  };
}

/** One small square per resource; what Pulumi protects is filled. */
function units(group: Group, box: Box): readonly Html[] {
  const most = Math.floor((box.width - 24) / (unit + 3));
  const shown = group.members.length > most ? most - 2 : group.members.length;
  const squares = group.members.slice(0, shown).map((member, i) => {
    const spot = { x: box.x + 12 + i * (unit + 3), y: box.y + box.height - 18, width: unit, height: unit };
    return html`<g class="unit${member.protect ? " kept" : ""}"
      ><title>${member.name}${member.protect ? " (protected)" : ""}</title>${rect(spot, "square", 2)}</g
    >`;
  });
  if (shown === group.members.length) return squares;
  return [
    ...squares,
    label(box.x + 12 + shown * (unit + 3), box.y + box.height - 10, "small", `+${group.members.length - shown}`),
  ];
}

/** The label on one line, or on two where the box has room for them. */
function names(text: string, count: string, box: Box): readonly string[] {
  const cut = (part: string, more = "") => `${fit(part, box.width - 20 - more.length * 8, 12, "bold")}${more}`;
  const [first = text, ...rest] = text.split(" ");
  const whole = cut(text, count);
  if (whole === `${text}${count}` || box.height <= cell.height || rest.length === 0) return [whole];
  return [cut(first), cut(rest.join(" "), count)];
}

function card(group: Group, box: Box): Html {
  const count = group.members.length > 1 ? ` ×${group.members.length}` : "";
  return html`<g class="group" data-node="${group.id}">
    <title>${group.label}: ${group.members.map((m) => m.name).join(", ")}</title>
    ${rect(box, "box", 7)}
    ${names(group.label, count, box).map((line, i) => label(box.x + 12, box.y + 19 + 14 * i, "name", line))}
    ${units(group, box)}
  </g>`;
}

/** What the program declares: components as rooms, one box per type, lines from what is made first to what needs it. */
export function graphWide(graph: Graph): Html {
  const placed: PlacedRoom[] = [];
  let y = 2;
  for (const r of graph.rooms) {
    const next = place(r, graph.inside, y);
    placed.push(next);
    y = next.box.y + next.box.height + room.gap;
  }
  const boxes = new Map(placed.flatMap((p) => [...p.groups]));
  const rooms = new Map(placed.map((p) => [p.room.id, p.box]));
  const inside = graph.inside.flatMap((e) => {
    const [from, to] = [boxes.get(e.from), boxes.get(e.to)];
    if (from === undefined || to === undefined) return [];
    const d = across([from.x + from.width, from.y + from.height / 2], [to.x, to.y + to.height / 2]);
    return [html`<path d="${d}" class="edge" data-ends="${e.from} ${e.to}" marker-end="url(#graph-wide-arrow)" />`];
  });
  const between = graph.between.flatMap((e, i) => {
    const [from, to] = [rooms.get(e.from), rooms.get(e.to)];
    if (from === undefined || to === undefined) return [];
    const start = from.y + Math.min(28 + 12 * i, from.height - 12);
    const end = to.y + Math.min(28 + 12 * i, to.height - 12);
    const x = gutter - 16 - 13 * (i % 3);
    const [a, b] = start < end ? [8, -8] : [-8, 8];
    const d = `M${gutter} ${start}H${x + 8}Q${x} ${start} ${x} ${start + a}V${end + b}Q${x} ${end} ${x + 8} ${end}H${gutter - 1}`;
    return [
      html`<path d="${d}" class="edge between" marker-end="url(#graph-wide-arrow)"
        ><title>${e.count} dependencies</title></path
      >`,
    ];
  });
  const titles = graph.rooms.map(
    (r) => `${r.title}: ${r.groups.map((g) => `${g.members.length} ${g.label}`).join(", ")}`,
  );
  return picture(
    "graph-wide",
    "wide",
    { width, height: y - room.gap + 2 },
    "What the program declares",
    titles.join(". "),
    [
      ...placed.map((p) => rect(p.box, "room", 12)),
      ...between,
      ...inside,
      ...placed.map(
        (p) =>
          html`<text x="${p.box.x + room.pad}" y="${p.box.y + 25}" class="heading"
            >${p.room.title}<tspan class="small" dx="10">${p.room.kind}</tspan></text
          >`,
      ),
      ...placed.flatMap((p) =>
        p.room.groups.map((g) => card(g, p.groups.get(g.id) ?? { x: 0, y: 0, width: 0, height: 0 })),
      ),
    ],
  );
}
