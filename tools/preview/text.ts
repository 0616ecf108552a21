import type { Finding } from "../../policies/engine/types";
import type { RecordedResource } from "../../record/record";
import type { HostPreview, PreviewData } from "../report/data";
import { groupFindings, resourceName } from "../report/sections/finding-groups";
import { sorted } from "../report/sections/findings-section";
import { isComponent, shortType } from "../report/resource-type";
import type { TaskSizes } from "../../cost/tasks";
import type { FloorLine, UsageLine } from "../../cost/types";
import { joined, said, type Words } from "../../services/model/text";
import { counted, table, usd, type Paint } from "./table";

const shownNames = 6;
const short = (names: readonly string[]): string =>
  names.length <= shownNames + 1
    ? names.join(", ")
    : `${names.slice(0, shownNames).join(", ")} and ${names.length - shownNames} more`;

/** `Subnet ×4: network-private-a, …`, one line per type, below the component that holds them. */
function tree(resources: readonly RecordedResource[], paint: Paint): string[] {
  const lines: string[] = [];
  const show = (parent: RecordedResource, indent: string) => {
    const children = resources.filter((r) => r.parent === parent.urn);
    const components = children.filter((r) => isComponent(r, resources));
    const types = new Map<string, RecordedResource[]>();
    for (const child of children.filter((r) => !components.includes(r))) {
      types.set(child.type, [...(types.get(child.type) ?? []), child]);
    }
    const entries: (() => void)[] = [];
    const branch = (last: boolean) => `${indent}${last ? "└─ " : "├─ "}`;
    const sortedTypes = [...types].sort(([a], [b]) => (shortType(a) < shortType(b) ? -1 : 1));
    const total = sortedTypes.length + components.length;
    sortedTypes.forEach(([type, members], i) => {
      entries.push(() => {
        const count = members.length > 1 ? ` ×${members.length}` : "";
        const strip = (name: string) =>
          name.startsWith(`${parent.name}-`) ? name.slice(parent.name.length + 1) : name;
        const protectedOnes = members.filter((m) => m.protect).length;
        const kept =
          protectedOnes === 0
            ? ""
            : paint.yellow(members.length === 1 ? " protected" : ` (${protectedOnes} protected)`);
        const names = short(members.map((m) => strip(m.name)));
        lines.push(`${branch(i === total - 1)}${shortType(type)}${count}${kept} ${paint.dim(names)}`);
      });
    });
    components.forEach((component, i) => {
      const last = sortedTypes.length + i === total - 1;
      entries.push(() => {
        lines.push(`${branch(last)}${paint.bold(shortType(component.type))} ${paint.dim(component.name)}`);
        show(component, `${indent}${last ? "   " : "│  "}`);
      });
    });
    for (const entry of entries) entry();
  };
  for (const root of resources.filter((r) => r.parent === undefined)) {
    lines.push(paint.bold(root.name));
    show(root, "");
  }
  return lines;
}

function cost({ cost: estimate }: PreviewData, paint: Paint): string[] {
  const quantity = (n: number) => n.toLocaleString("en-US", { maximumFractionDigits: 1 });
  const from = (l: FloorLine | UsageLine) =>
    paint.dim(l.otherRegion === undefined ? l.date : `${l.date} ${l.otherRegion}`);
  const sum = (title: string, otherRegion: Words | undefined) =>
    `${paint.bold(title)}${otherRegion === undefined ? "" : ` (${said(otherRegion)})`}`;
  const rows = [
    ...estimate.floor.map((l) => [
      said(l.item),
      `${quantity(l.quantity)} ${l.unit}`,
      "×",
      `$${l.unitPriceUsd}`,
      usd(l.monthlyUsd),
      from(l),
    ]),
    [sum("always paid", estimate.floorOtherRegion), "", "", "", paint.bold(usd(estimate.floorUsd)), ""],
    ...estimate.usage.map((l) => [
      said(l.item),
      `${l.minQuantity > 0 ? `${quantity(l.minQuantity)} to` : "up to"} ${quantity(l.maxQuantity)} ${l.unit}`,
      "×",
      `$${l.unitPriceUsd}`,
      `${usd(l.minUsd)} – ${usd(l.maxUsd)}`,
      from(l),
    ]),
    [
      sum("usage range", estimate.usageOtherRegion),
      "",
      "",
      "",
      paint.bold(`${usd(estimate.usageMinUsd)} – ${usd(estimate.usageMaxUsd)}`),
      "",
    ],
  ];
  const savings = estimate.savings.map((l) => [
    `−${usd(l.savesUsd)}`,
    l.of === "usage" ? `${said(l.title)} (of the usage range)` : said(l.title),
    paint.dim(said(l.price)),
  ]);
  const notes = [`Free: ${joined(estimate.free, "; ").en}.`, ...estimate.notes.map((note) => said(note))].map(
    paint.dim,
  );
  return [
    ...table(rows, [1, 3, 4]),
    ...notes,
    ...(savings.length > 0 ? ["", "Would cost less:", ...table(savings, [0])] : []),
  ];
}

function memory({ memory: budget }: HostPreview, paint: Paint): string[] {
  const largest = Math.max(...budget.services.map((s) => s.limitMb));
  const rows = [
    ...budget.services.map((s) => [
      s.title.en,
      s.name,
      `${s.limitMb} MiB`,
      paint.dim("■".repeat(Math.max(1, Math.round((20 * s.limitMb) / largest)))),
    ]),
    ["System", paint.dim("estimate"), `${budget.systemMb} MiB`, ""],
    [
      paint.bold("all limits and the system"),
      "",
      paint.bold(`${budget.limitsMb + budget.systemMb} MiB`),
      `of ${budget.ramMb} MiB RAM and ${budget.swapMb} MiB swap`,
    ],
  ];
  const colour = { fits: paint.green, swap: paint.yellow, demo: paint.red }[budget.verdict];
  return [...table(rows, [2]), colour(budget.sentence.en), ...budget.evidence.map((e) => `- ${e.en}`)];
}

function taskTable(tasks: TaskSizes, paint: Paint): string[] {
  const span = (a: number, b: number) => (a === b ? String(a) : `${a}–${b}`);
  const rows = tasks.services.map((s) => [
    s.title.en,
    s.name,
    `${s.cpu} vCPU`,
    `${s.memoryGb} GB`,
    `${span(s.minTasks, s.maxTasks)} ${s.maxTasks === 1 ? "task" : "tasks"}`,
    paint.dim(
      [
        ...(s.spot ? ["Spot"] : []),
        ...(s.scalesOn.length > 0 ? [`scales on ${joined(s.scalesOn, ", ").en}`] : []),
      ].join(", "),
    ),
  ]);
  return [...table(rows, [2, 3, 4]), tasks.sentence.en];
}

function findings(found: readonly Finding[], paint: Paint, all: boolean): string[] {
  const { errors, warnings, waived } = sorted(found);
  const indent = " ".repeat(9);
  const rest = (others: readonly Finding[]) =>
    others.length === 0 ? [] : [`${indent}${paint.dim(`and ${short(others.map((f) => resourceName(f.urn)))}`)}`];
  const open = groupFindings([...errors, ...warnings]).flatMap(({ first: f, others }) => [
    `${f.severity === "error" ? paint.red("error  ") : paint.yellow("warning")}  ${f.rule}  ${resourceName(f.urn)} ${f.message}`,
    ...rest(others),
    `${indent}${paint.dim(f.remedy)}`,
  ]);
  const accepted = groupFindings(waived).flatMap(({ first: f, others }) => [
    `accepted ${f.rule}  ${resourceName(f.urn)} ${f.message}`,
    ...rest(others),
    `${indent}${paint.dim(`${f.waiver?.reason ?? ""} (until ${f.waiver?.expires ?? ""})`)}`,
  ]);
  return [
    ...open,
    ...(all ? accepted : []),
    [
      counted(errors.length, "error"),
      counted(warnings.length, "warning"),
      `${waived.length} accepted${all || waived.length === 0 ? "" : ": see --all"}`,
    ].join(", "),
  ];
}

/** The warning that nobody can overlook. */
function loudWarning(data: PreviewData, paint: Paint): string[] {
  if (data.topology === "fargate") return [];
  const { facts, memory: budget } = data;
  if (facts.plan !== "compact" && budget.verdict === "fits") return [];
  const bar = "!".repeat(78);
  const colour = budget.verdict === "demo" ? paint.red : paint.yellow;
  return [
    bar,
    `${facts.instanceType} WITH THE ${facts.plan.toUpperCase()} MEMORY PLAN. ${budget.sentence.en}`,
    ...budget.evidence.map((e) => e.en),
    bar,
  ].map(colour);
}

/**
 * The whole preview for a terminal.
 * @param all also the findings that are accepted, with the reasons
 */
export function previewText(data: PreviewData, paint: Paint, all = false): string {
  const { facts } = data;
  const heading = (text: string) => ["", paint.bold(text)];
  const placeholders =
    facts.placeholders.length === 0
      ? []
      : ["", `Encrypted settings, placeholders here: ${facts.placeholders.join(", ")}`];
  const unused =
    facts.unused.length === 0 ? [] : ["", `Of no effect with topology ${data.topology}: ${facts.unused.join(", ")}`];
  const warning = loudWarning(data, paint);
  const example =
    facts.example === undefined
      ? []
      : [`This is the example ${facts.example}: ${facts.stack} has no settings of its own yet.`, ""];
  return [
    ...example,
    ...warning,
    ...(warning.length > 0 ? [""] : []),
    paint.bold(`Resources (${data.resources.length})`),
    ...tree(data.resources, paint),
    ...placeholders,
    ...unused,
    ...facts.notes.flatMap((note) => ["", note]),
    ...heading("Endpoints"),
    ...table(
      data.endpoints.map((e) => [
        e.title.en,
        e.url,
        e.legacyPath === undefined ? "" : paint.dim(`also ${e.legacyPath}`),
      ]),
    ),
    ...heading(`Cost per month (${data.cost.region}, ${data.cost.pricesAsOf})`),
    ...cost(data, paint),
    ...(data.topology === "host"
      ? [...heading(`Memory (${data.facts.plan} plan, ${data.facts.instanceType})`), ...memory(data, paint)]
      : [...heading(`Tasks (${data.facts.costProfile} profile)`), ...taskTable(data.tasks, paint)]),
    ...heading("Policies"),
    ...findings(data.findings, paint, all),
    ...(data.notices.length === 0 ? [] : [...heading("To know"), ...data.notices.map((n) => `- ${n}`)]),
    "",
  ].join("\n");
}

/** What was written: single files by name, folders with the number of files in them. */
export function fileLines(out: string, paths: readonly string[], paint: Paint): string[] {
  const folders = new Map<string, number>();
  const top: string[] = [];
  for (const path of paths) {
    const slash = path.indexOf("/");
    if (slash < 0) top.push(path);
    else folders.set(path.slice(0, slash), (folders.get(path.slice(0, slash)) ?? 0) + 1);
  }
  const inFolders = [...folders].map(([name, count]) => `${name}/ ${paint.dim(`(${count})`)}`);
  return [paint.bold(`Written to ${out}/`), `  ${top.join("  ")}`, `  ${inFolders.join("  ")}`];
}
