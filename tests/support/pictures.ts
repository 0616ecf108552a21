import { expect } from "chai";

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One of the pictures of a page. */
export function pictureOf(page: string, id: string): string {
  const start = page.indexOf(`aria-labelledby="${id}-title`);
  expect(start, id).to.be.greaterThan(0);
  return page.slice(start, page.indexOf("</svg>", start));
}

const rectangles = (picture: string, className: string): Rectangle[] =>
  [
    ...picture.matchAll(
      /<rect\s+x="([\d.]+)"\s+y="([\d.]+)"\s+width="([\d.]+)"\s+height="([\d.]+)"\s+rx="\d+"\s+class="(\w+)"/g,
    ),
  ]
    .filter((m) => m[5] === className)
    .map((m) => ({ x: Number(m[1]), y: Number(m[2]), width: Number(m[3]), height: Number(m[4]) }));

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The boxes of a picture, and its size. */
export function boxesOf(page: string, id: string): { boxes: Rectangle[]; width: number; height: number } {
  const label = page.indexOf(`aria-labelledby="${id}-title`);
  const head = page.slice(page.lastIndexOf("<svg", label), label);
  const [, width = "0", height = "0"] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(head) ?? [];
  return { boxes: rectangles(pictureOf(page, id), "box"), width: Number(width), height: Number(height) };
}

/** Every box inside the picture, none over another. */
export function expectApart(boxes: readonly Rectangle[], width: number, height: number): void {
  boxes.forEach((a, i) => {
    expect(a.x + a.width, JSON.stringify(a)).to.be.at.most(width);
    expect(a.y + a.height, JSON.stringify(a)).to.be.at.most(height);
    for (const b of boxes.slice(i + 1)) expect(overlap(a, b), JSON.stringify([a, b])).to.equal(false);
  });
}
