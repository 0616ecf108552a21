import type { Text } from "../../../services/model/types";
import { html, type Content, type Html } from "../html";
import { both, said, type Words } from "../../../services/model/text";

/** A rectangle of a picture, in its own units (about a pixel). */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A text cut to what fits into `width`; fonts differ, so the estimate is a careful one. */
export function fit(words: Words, width: number, size: number, weight: "regular" | "bold" = "regular"): Text {
  const most = Math.max(Math.floor(width / (size * (weight === "bold" ? 0.6 : 0.56))), 1);
  return both((language) => {
    const text = said(words, language);
    return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  });
}

export const rect = (box: Box, className: string, radius = 8): Html =>
  html`<rect
    x="${box.x}"
    y="${box.y}"
    width="${box.width}"
    height="${box.height}"
    rx="${radius}"
    class="${className}"
  />`;

/** One line of text. */
export const label = (x: number, y: number, className: string, text: Words): Html =>
  html`<text x="${x}" y="${y}" class="${className}">${text}</text>`;

/** Height of a box, and what is left free below it. */
const cell = { height: 62, gap: 14 };

/** Height of `rows` boxes under one another. */
export const heightOf = (rows: number): number => rows * (cell.height + cell.gap) - cell.gap;

/** A box for each node, under one another at one end or in the middle between `top` and `top + height`; by name. */
export function column(
  nodes: readonly { readonly name: string }[],
  at: { readonly x: number; readonly width: number },
  top: number,
  height: number,
  place: "first" | "middle" | "last" = "middle",
): readonly (readonly [name: string, box: Box])[] {
  const free = Math.max(0, height - heightOf(nodes.length));
  const start = top + { first: 0, middle: Math.round(free / 2), last: free }[place];
  return nodes.map(({ name }, i) => [
    name,
    { x: at.x, y: start + i * (cell.height + cell.gap), width: at.width, height: cell.height },
  ]);
}

/** Where a line leaves a box and comes to one: apart, so that no two run on one another between boxes of one row. */
const port = { out: 38, in: 24, middle: cell.height / 2 } as const;

const line = (id: string, d: string, className: string, ends: string): Html =>
  html`<path d="${d}" class="edge ${className}" data-ends="${ends}" marker-end="url(#${id}-arrow)" />`;

/** A request, in the picture `id`: from the right side of a box by the trunk at `x` to the left side of another. */
export function request(id: string, [from, to]: readonly [Box, Box], x: number, ends: string): Html {
  const [y1, y2] = [from.y + port.middle, to.y + port.middle];
  return line(id, `M${from.x + from.width} ${y1}${y1 === y2 ? "" : `H${x}V${y2}`}H${to.x}`, "request", ends);
}

/** A request from a box to the one below it. */
export const requestDown = (id: string, [from, to]: readonly [Box, Box], ends: string): Html =>
  line(id, `M${from.x + from.width / 2} ${from.y + from.height}V${to.y}`, "request", ends);

/** A use of a store, by the store's own trunk at `x`, on which a dot tells it from those that only cross. */
export function use(id: string, [from, to]: readonly [Box, Box], x: number, ends: string): Html {
  const y = from.y + port.out;
  return html`${line(id, `M${from.x + from.width} ${y}H${x}V${to.y + port.in}H${to.x}`, "data", ends)}<circle
      cx="${x}"
      cy="${y}"
      r="3.5"
      class="dot data"
      data-ends="${ends}"
    />`;
}

/** Room between the trunks of the stores. */
export const trunkGap = 14;

/** Where the requests come from, and the ports that they come to. */
export function internetNode(box: Box, about: Words, ports: string): Html {
  const x = box.x + box.width / 2;
  return html`<g class="node internet">
    <title>${about}</title>
    ${rect(box, "box", 31)}<text x="${x}" y="${box.y + 29}" class="name middle">Internet</text>
    <text x="${x}" y="${box.y + 45}" class="small middle">${ports}</text>
  </g>`;
}

/** A picture with its name and description for those who do not see it. */
export function picture(
  id: string,
  size: { readonly width: number; readonly height: number },
  title: Words,
  description: Words,
  content: Content,
): Html {
  return html`<svg
    class="picture"
    viewBox="0 0 ${size.width} ${size.height}"
    style="--width:${size.width}px"
    role="img"
    aria-labelledby="${id}-title ${id}-desc"
  >
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${description}</desc>
    <defs>
      <marker id="${id}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 0.5 8 4 0 7.5z" class="arrow" />
      </marker>
    </defs>
    ${content}
  </svg>`;
}
