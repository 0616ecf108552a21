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

/** A smooth line from left to right. */
export function across(from: readonly [number, number], to: readonly [number, number]): string {
  const middle = Math.round((from[0] + to[0]) / 2);
  return `M${from[0]} ${from[1]}C${middle} ${from[1]} ${middle} ${to[1]} ${to[0]} ${to[1]}`;
}

/** A smooth line from top to bottom. */
export function down(from: readonly [number, number], to: readonly [number, number]): string {
  const middle = Math.round((from[1] + to[1]) / 2);
  return `M${from[0]} ${from[1]}C${from[0]} ${middle} ${to[0]} ${middle} ${to[0]} ${to[1]}`;
}

/** A picture with its name and description for those who do not see it. */
export function picture(
  id: string,
  className: string,
  size: { readonly width: number; readonly height: number },
  title: string,
  description: string,
  content: readonly Html[],
): Html {
  return html`<svg
    class="picture ${className}"
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
