import type { Edge, Graph, Group, Room } from "./graph";
import { orderedLayers } from "./graph-order";
import { html, type Html } from "../html";
import { across, fit, label, picture, rect, type Box } from "./svg";

const width = 880;
const gutter = 48;
const room = { head: 40, pad: 16, gap: 18 };
const cell = { height: 46, gap: 10 };
/** Where some name does not fit, the boxes of the room have two lines for it. */
const crowded = { height: 60, gap: 16 };
const unit = 8;

interface PlacedRoom {
  readonly room: Room;
  readonly box: Box;
  readonly groups: ReadonlyMap<string, Box>;
}

const countOf = (group: Group): string => (group.members.length > 1 ? ` ×${group.members.length}` : "");

/** A part of a label cut to the width of its box, with the number of members after it. */
const cut = (part: string, boxWidth: number, more = ""): string =>
  `${fit(part, boxWidth - 20 - more.length * 8, 12, "bold")}${more}`;

const fits = (group: Group, boxWidth: number): boolean =>
  cut(group.label, boxWidth, countOf(group)) === `${group.label}${countOf(group)}`;

/** Groups in columns by layer; each column is centred, so that lines stay short. */
function place(r: Room, edges: readonly Edge[], y: number): PlacedRoom {
  const usable = width - gutter - 2 * room.pad;
  // without lines there is no order to show: side by side
  const columns = r.layers === 1 ? r.groups.map((g) => [g]) : orderedLayers(r, edges);
  const most = r.layers === 1 ? 320 : 190;
  const widthFor = (gap: number) => Math.min(most, Math.floor((usable - gap * (columns.length - 1)) / columns.length));
  const regular = r.layers === 1 ? 14 : 28;
  const tight = r.groups.some((g) => !fits(g, widthFor(regular)));
  const between = tight ? crowded.gap : regular;
  const height = tight ? crowded.height : cell.height;
  const rows = Math.max(1, ...columns.map((c) => c.length));
  const inner = rows * (height + cell.gap) - cell.gap;
  const cellWidth = widthFor(between);
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
function names(group: Group, box: Box): readonly string[] {
  const count = countOf(group);
  const [first = "", ...rest] = group.label.split(" ");
  if (fits(group, box.width) || box.height <= cell.height || rest.length === 0)
    return [cut(group.label, box.width, count)];
  return [cut(first, box.width), cut(rest.join(" "), box.width, count)];
}

function card(group: Group, box: Box): Html {
  return html`<g class="group" data-node="${group.id}">
    <title>${group.label}: ${group.members.map((m) => m.name).join(", ")}</title>
    ${rect(box, "box", 7)} ${names(group, box).map((line, i) => label(box.x + 12, box.y + 19 + 14 * i, "name", line))}
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
