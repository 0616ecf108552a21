import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../tools/preview/collect";
import { outFiles } from "../../tools/preview/files";
import { screenOf } from "../../tools/preview/screen";
import { paintFor } from "../../tools/preview/table";
import { exampleFile } from "../../tools/stack/file";
import { readConfig } from "../../tools/stack/offline-config";

const root = join(__dirname, "..", "..");
/** Of the terminal: characters, lines, and pixels of one. */
const [columns, rows, wide, high] = [92, 26, 8.4, 18];
/** Seconds: typing, waiting, scrolling, and the end that stays. */
const [typing, waiting, scrolling, staying] = [1.5, 1, 6, 8];

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const classes: Readonly<Record<string, string>> = { "1": "b", "2": "d", "31": "r", "32": "g", "33": "y" };

/** A line of a terminal as text of a picture, its escape codes as classes. */
function spans(line: string): string {
  // eslint-disable-next-line no-control-regex -- the codes of `paintFor`
  const parts = line.split(/\u001B\[(\d+)m/);
  return parts
    .flatMap((text, i) => {
      if (i % 2 === 1 || text === "") return [];
      const name = classes[parts[i - 1] ?? ""];
      return [
        name === undefined ? `<tspan>${escaped(text)}</tspan>` : `<tspan class="${name}">${escaped(text)}</tspan>`,
      ];
    })
    .join("");
}

/**
 * A terminal in which a command is typed and answered, as a moving picture: the answer runs through, and its end stays. Whoever
 * wants no motion sees the end at once.
 */
export function recording(command: string, lines: readonly string[]): string {
  const all = [`$ ${command}`, ...lines];
  const moved = Math.max(0, all.length - rows);
  const total = typing + waiting + scrolling + staying;
  const at = (seconds: number) => `${((100 * seconds) / total).toFixed(1)}%`;
  const [width, height] = [Math.ceil(columns * wide) + 32, rows * high + 52];
  const row = (line: string, i: number) => `<text x="16" y="${(i + 1) * high}">${spans(line)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal: ${escaped(command)}, and its answer">
<style>
svg { font: 14px ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
text { fill: #d7dde3; white-space: pre; }
.b { font-weight: 700; fill: #fff; } .d { fill: #8b97a3; } .r { fill: #ff8f87; } .g { fill: #7fd49a; } .y { fill: #f0c674; }
.all { animation: run ${total}s infinite; }
.answer { animation: show ${total}s infinite; }
@keyframes run { 0%, ${at(typing + waiting)} { transform: none; animation-timing-function: steps(${Math.max(1, moved)}); } ${at(typing + waiting + scrolling)}, 100% { transform: translateY(-${moved * high}px); } }
@keyframes show { 0%, ${at(typing + waiting)} { opacity: 0; } ${at(typing + waiting + 0.1)}, 100% { opacity: 1; } }
@media (prefers-reduced-motion: reduce) { .all { animation: none; transform: translateY(-${moved * high}px); } .answer { animation: none; } }
</style>
<rect width="${width}" height="${height}" rx="10" fill="#15191e"/>
<circle cx="22" cy="18" r="6" fill="#ff5f57"/><circle cx="42" cy="18" r="6" fill="#febc2e"/><circle cx="62" cy="18" r="6" fill="#28c840"/>
<svg y="36" width="${width}" height="${rows * high + 6}"><g class="all">${row(all[0] ?? "", 0)}<g class="answer">
${lines.map((line, i) => row(line, i + 1)).join("\n")}
</g></g></svg>
</svg>
`;
}

/** `make preview` of the example of the sandbox, as it is today. */
export async function previewRecording(): Promise<string> {
  const path = exampleFile("sandbox");
  const config = { ...readConfig(root, { stack: "sandbox", path }), example: path };
  const data = await collect(config, () => undefined);
  const paths = outFiles(data).map((f) => f.path);
  const paint = paintFor(true);
  const lines = screenOf({ data, stack: "sandbox", out: "out/sandbox", paths, paint, all: false, columns });
  return recording("make preview", lines);
}

if (require.main === module) {
  void previewRecording().then((picture) => {
    writeFileSync(join(root, "docs/preview.svg"), picture);
  });
}
