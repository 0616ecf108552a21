import { html, type Html } from "../html";

/** A rectangle of a picture, in its own units (about a pixel). */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A text cut to what fits into `width`; fonts differ, so the estimate is a careful one. */
export function fit(text: string, width: number, size: number, weight: "regular" | "bold" = "regular"): string {
  const most = Math.max(Math.floor(width / (size * (weight === "bold" ? 0.6 : 0.56))), 1);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
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
export const label = (x: number, y: number, className: string, text: string): Html =>
  html`<text x="${x}" y="${y}" class="${className}">${text}</text>`;

/** Height of a box, and what is left free below it. */
const cell = { height: 62, gap: 14 };

/** Height of `rows` boxes under one another. */
export const heightOf = (rows: number): number => rows * (cell.height + cell.gap) - cell.gap;

/** A box for each node, under one another and centred between `top` and `top + height`; by name. */
export function column(
  nodes: readonly { readonly name: string }[],
  at: { readonly x: number; readonly width: number },
  top: number,
  height: number,
): readonly (readonly [name: string, box: Box])[] {
  const start = top + Math.max(0, Math.round((height - heightOf(nodes.length)) / 2));
  return nodes.map(({ name }, i) => [
    name,
    { x: at.x, y: start + i * (cell.height + cell.gap), width: at.width, height: cell.height },
  ]);
}

/** A smooth arrow from the right side of a box to the left side of another, in the picture `id`. */
export function arrow(id: string, from: Box, to: Box, className: string, ends: string): Html {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  const middle = Math.round((x1 + x2) / 2);
  return html`<path
    d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"
    class="edge ${className}"
    data-ends="${ends}"
    marker-end="url(#${id}-arrow)"
  />`;
}

/** Where the requests come from, and the ports that they come to. */
export function internetNode(box: Box, about: string, ports: string): Html {
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
  title: string,
  description: string,
  content: readonly Html[],
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
