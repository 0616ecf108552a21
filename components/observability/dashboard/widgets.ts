import type * as pulumi from "@pulumi/pulumi";
import type { Words } from "../../../services/model/text";
import type { Metric } from "../alarm";

/** Places on a dashboard are columns of 24. */
export interface Widget {
  readonly type: "text" | "metric" | "alarm";
  readonly width: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A line of a graph. */
export interface GraphLine {
  readonly metric: Metric;
  readonly label: Words;
  readonly region?: string;
  readonly rightAxis?: true;
}

export interface GraphOptions {
  readonly width: number;
  readonly region: string;
  /** @default 300 s */
  readonly period?: number;
  readonly stacked?: true;
  /** A horizontal line: from there on an alarm goes off. */
  readonly limit?: number;
  /** Of the left axis. */
  readonly unit?: Words;
}

const series = ({ metric, label, region, rightAxis }: GraphLine): readonly unknown[] => [
  metric.namespace,
  metric.name,
  ...Object.entries(metric.dimensions).flat(),
  {
    label,
    stat: metric.stat,
    ...(region === undefined ? {} : { region }),
    ...(rightAxis === true ? { yAxis: "right" } : {}),
  },
];

/** A graph over time. */
export const graph = (title: Words, lines: readonly GraphLine[], options: GraphOptions): Widget => ({
  type: "metric",
  width: options.width,
  properties: {
    title,
    view: "timeSeries",
    stacked: options.stacked === true,
    region: options.region,
    period: options.period ?? 300,
    metrics: lines.map(series),
    yAxis: { left: { min: 0, ...(options.unit === undefined ? {} : { label: options.unit, showUnits: false }) } },
    ...(options.limit === undefined
      ? {}
      : {
          annotations: {
            horizontal: [{ label: { en: "alarm", es: "alarma" }, value: options.limit, color: "#d13212" }],
          },
        }),
  },
});

export const text = (width: number, markdown: pulumi.Input<Words>): Widget => ({
  type: "text",
  width,
  properties: { markdown, background: "transparent" },
});

/** State of alarms; CloudWatch shows 100 at most. */
export const alarmStates = (width: number, title: Words, arns: readonly pulumi.Input<string>[]): Widget => ({
  type: "alarm",
  width,
  properties: { title, alarms: arns.slice(0, 100), sortBy: "stateUpdatedTimestamp" },
});

/** Widgets side by side. */
export interface Row {
  readonly height: number;
  readonly widgets: readonly Widget[];
}

/** Rows below each other, as the body of a dashboard. */
export function layOut(rows: readonly Row[]): { readonly widgets: readonly unknown[] } {
  let y = 0;
  const widgets = rows.flatMap(({ height, widgets: inRow }) => {
    let x = 0;
    const row = inRow.map((widget) => {
      const at = { ...widget, x, y, height };
      x += widget.width;
      return at;
    });
    y += height;
    return row;
  });
  return { widgets };
}
