import type { HostFacts } from "../data";
import { cylinder, hostCard } from "./host-card";
import { html, type Html } from "../html";
import { describeHost, type HostModel, type HostNode } from "./host-model";
import { label, picture, rect } from "./svg";

const width = 328;
const inset = 12;
const perRow = 2;
const gap = 10;
const cellHeight = 66;
const cellWidth = (width - 2 * inset - gap) / perRow;

interface Part {
  readonly height: number;
  readonly content: readonly Html[];
}

const lastLine = (node: HostNode): string =>
  node.stores.length > 0 ? `→ ${node.stores.join(", ")}` : `${node.limitMb} MiB`;

function grid(nodes: readonly HostNode[], y: number): Part {
  const content = nodes.map((node, i) => {
    const full = nodes.length % perRow === 1 && i === nodes.length - 1;
    const box = {
      x: inset + (i % perRow) * (cellWidth + gap),
      y: y + Math.floor(i / perRow) * (cellHeight + gap),
      width: full ? width - 2 * inset : cellWidth,
      height: cellHeight,
    };
    return hostCard(node, box, lastLine(node));
  });
  return { height: Math.ceil(nodes.length / perRow) * (cellHeight + gap) - gap, content };
}

function band(name: "frontend" | "backend", text: string, y: number): Part {
  const x = width / 2;
  return {
    height: 58,
    content: [
      html`<path d="M${x} ${y}V${y + 16}" class="edge request" />`,
      html`<g class="network ${name}"
        >${rect({ x: inset, y: y + 16, width: width - 2 * inset, height: 22 }, "band", 11)}
        <text x="${x}" y="${y + 27}" class="along">${text}</text></g
      >`,
      html`<path d="M${x} ${y + 38}V${y + 56}" class="edge request" marker-end="url(#host-narrow-arrow)" />`,
    ],
  };
}

/** The host from the internet to the disks, top to bottom, for a phone. */
export function hostNarrow(model: HostModel, facts: HostFacts): Html {
  const content: Html[] = [];
  const x = width / 2;
  const internet = { x: x - 80, y: 2, width: 160, height: 32 };
  content.push(
    html`<g class="node internet"
      >${rect(internet, "box", 16)}
      <text x="${x}" y="23" class="name middle">Internet · ${model.openPorts.join(", ")}</text></g
    >`,
    html`<path d="M${x} 34V82" class="edge request" marker-end="url(#host-narrow-arrow)" />`,
  );
  let y = 84;
  const add = (part: Part) => {
    content.push(...part.content);
    y += part.height;
  };
  add(grid(model.proxies, y));
  add(band("frontend", "frontend", y));
  add(grid(model.applications, y));
  add(band("backend", "backend, internal", y));
  add(grid(model.stores, y));
  const disk = { x: inset, y: y + 24, width: width - 2 * inset, height: 34 };
  content.push(
    html`<path d="M${x} ${y}V${y + 22}" class="edge keep" marker-end="url(#host-narrow-arrow)" />`,
    html`<g class="disk"
      >${rect(disk, "box")}${cylinder(disk.x + 13, disk.y + 11)}
      ${label(disk.x + 32, disk.y + 22, "small", `Data volume ${facts.dataVolumeGb} GB, encrypted, snapshots`)}</g
    >`,
  );
  const frame = { x: 1, y: 50, width: width - 2, height: disk.y + disk.height + inset - 50 };
  return picture(
    "host-narrow",
    "narrow",
    { width, height: frame.y + frame.height + 1 },
    "The host: from the internet to the data",
    describeHost(model),
    [rect(frame, "frame", 14), label(frame.x + 13, frame.y + 21, "heading", `EC2 ${facts.instanceType}`), ...content],
  );
}
