import type { CostEstimate, FloorLine, UsageLine } from "../../../cost/types";
import { bars } from "../bars";
import { html, usd, type Html } from "../html";
import { grouped, type Group } from "./cost-groups";

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)}%`;
const quantity = (n: number): string => n.toLocaleString("en-US", { maximumFractionDigits: 1 });
const plural = (n: number, unit: string): string =>
  n === 1 || unit.includes("GB") || unit === "million" ? unit : `${unit}s`;
const unitPrice = (amount: number): string => `$${amount < 0.1 ? String(amount) : amount.toFixed(2)}`;

/** A part that is wide enough says what it costs. */
const amount = (part: number, most: number, text: string): Html | false => part / most > 0.1 && html`<b>${text}</b>`;

/** The same colour in the bar, its legend and the rows. */
const tone = (index: number): string => `tone-${index % 4}`;

/** One bar: what is always paid in solid parts, what usage may add hatched after it. */
function strip(cost: CostEstimate, floor: readonly Group<FloorLine>[], most: number): Html {
  const part = (className: string, width: number, title: string, text: string) =>
    html`<span class="part ${className}" style="width:${percent(width, most)}" title="${title}"
      >${amount(width, most, text)}</span
    >`;
  return html`<div class="strip" aria-hidden="true">
      ${floor.map((g, i) => part(`floor ${tone(i)}`, g.sum, `${g.name} ${usd(g.sum)}`, usd(g.sum)))}
      ${cost.usageMaxUsd > 0 && part("usage", cost.usageMaxUsd, `usage up to ${usd(cost.usageMaxUsd)}`, `to ${usd(cost.usageMaxUsd)}`)}
    </div>
    <p class="legend" aria-hidden="true">
      ${floor.map((g, i) => html`<span><i class="key floor ${tone(i)}"></i>${g.name} ${usd(g.sum)}</span>`)}
      <span><i class="key usage"></i>usage range</span>
    </p>`;
}

/** Above the rows of a group: what they are for, and their sum. */
const groupRow = (name: string, sum: string): Html =>
  html`<tr class="group">
    <th scope="rowgroup" colspan="3">${name}</th>
    <td class="amount">${sum}</td>
  </tr>`;

/** Said with a sum whose prices are partly another region's. */
const otherRegion = (said: string | undefined): Html | false => said !== undefined && html`<small>${said}</small>`;

function floorRow(line: FloorLine, index: number, most: number): Html {
  return html`<tr>
    <th scope="row">${line.item} ${line.note !== undefined && html`<small>${line.note}</small>`}</th>
    <td class="sum">
      ${quantity(line.quantity)} ${plural(line.quantity, line.unit)} × ${unitPrice(line.unitPriceUsd)}<small
        >${line.source}, ${line.date}</small
      >
    </td>
    <td class="chart">
      <span class="bar floor ${tone(index)}" style="width:${percent(line.monthlyUsd, most)}"></span>
    </td>
    <td class="amount">${usd(line.monthlyUsd)}</td>
  </tr>`;
}

function usageRow(line: UsageLine, most: number): Html {
  const notes = [line.note, line.free === undefined ? undefined : `free: ${line.free}`].filter((n) => n !== undefined);
  return html`<tr>
    <th scope="row">${line.item} ${notes.length > 0 && html`<small>${notes.join("; ")}</small>`}</th>
    <td class="sum">
      ${line.minQuantity > 0 ? `${quantity(line.minQuantity)} to` : "up to"} ${quantity(line.maxQuantity)}
      ${plural(line.maxQuantity, line.unit)} × ${unitPrice(line.unitPriceUsd)}<small
        >${line.source}, ${line.date}</small
      >
    </td>
    <td class="chart"><span class="bar usage" style="width:${percent(line.maxUsd, most)}"></span></td>
    <td class="amount">${line.maxUsd > 0 ? `${usd(line.minUsd)} – ${usd(line.maxUsd)}` : usd(0)}</td>
  </tr>`;
}

function savings(cost: CostEstimate): Html | false {
  if (cost.savings.length === 0) return false;
  return html`<h3>What would cost less</h3>
    <ul class="savings">
      ${cost.savings.map(
        (l) =>
          html`<li>
            <b class="saves">−${usd(l.savesUsd)}</b>
            <span
              ><strong>${l.title}</strong>${l.of === "usage" && " (of the usage range)"}: ${l.price}.
              <code>${l.command}</code></span
            >
          </li>`,
      )}
    </ul>`;
}

function shares(cost: CostEstimate): Html | false {
  const largest = Math.max(...cost.shares.map((s) => s.share), 0);
  if (largest === 0) return false;
  return html`<details class="fold">
    <summary>The instance's price by service</summary>
    <p>By memory limit. A further service takes its part of these, or a larger instance.</p>
    ${bars({
      head: ["Service", "Limit", "Part", "Month"],
      rows: cost.shares.map(
        (s) =>
          html`<tr>
            <th scope="row">${s.service}</th>
            <td class="sum">${s.memoryMb} MiB, ${Math.round(100 * s.share)} %</td>
            <td class="chart"><span class="bar floor" style="width:${percent(s.share, largest)}"></span></td>
            <td class="amount">${usd(s.monthlyUsd)}</td>
          </tr>`,
      ),
    })}
  </details>`;
}

const head = ["Item", "Quantity × price", "Part", "Month"] as const;

/** Costs as a chart and a table: the floor and the usage range apart. */
export function costSection(cost: CostEstimate): Html {
  const floor = grouped(cost.floor, (l) => l.monthlyUsd);
  const usage = grouped(cost.usage, (l) => l.maxUsd);
  const total = cost.floorUsd + cost.usageMaxUsd;
  const largest = Math.max(...cost.floor.map((l) => l.monthlyUsd), ...cost.usage.map((l) => l.maxUsd));
  return html`<section id="cost" aria-labelledby="cost-heading">
    <h2 id="cost-heading">Cost per month</h2>
    <p class="lead">
      <b>${usd(cost.floorUsd)}</b> always, whatever
      happens;${cost.usageMinUsd > 0 && html` about <b>${usd(cost.usageMinUsd)}</b> more with a small desk,`} up to
      <b>${usd(cost.usageMaxUsd)}</b> more in a month of heavy use.
    </p>
    ${strip(cost, floor, total)}
    ${bars({
      caption: "Always paid",
      head,
      rows: floor.flatMap((g, i) => [groupRow(g.name, usd(g.sum)), ...g.lines.map((l) => floorRow(l, i, largest))]),
      sum: { title: ["Floor", otherRegion(cost.floorOtherRegion)], amount: usd(cost.floorUsd) },
    })}
    ${bars({
      caption: "Usage range",
      head,
      rows: usage.flatMap((g) => [groupRow(g.name, `to ${usd(g.sum)}`), ...g.lines.map((l) => usageRow(l, largest))]),
      sum: {
        title: ["Range", otherRegion(cost.usageOtherRegion)],
        amount: `${usd(cost.usageMinUsd)} – ${usd(cost.usageMaxUsd)}`,
      },
    })}
    ${savings(cost)} ${shares(cost)}
    <p class="fine after">
      Prices of ${cost.region} on demand, ${cost.hoursPerMonth} hours a month, as of ${cost.pricesAsOf}; put your own
      into
      <code>prices.overrides.json</code>. Free: ${cost.free.join("; ")}. ${cost.notes.join(" ")}
    </p>
  </section>`;
}
