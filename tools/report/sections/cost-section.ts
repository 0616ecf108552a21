import type { CostEstimate, FloorLine, UsageLine } from "../../../cost/types";
import type { Text } from "../../../services/model/types";
import { bars, heads, total } from "../bars";
import { english, html, legend, percent, type Content, type Html } from "../html";
import { section } from "../section";
import { day, joined, money, number, several, words, type Words } from "../../../services/model/text";
import { grouped, type Group } from "./cost-groups";
import { quantityOf } from "./units";

const upTo = (amount: number): Words => words`${{ en: "to", es: "hasta" }} ${money(amount)}`;
const range = (min: number, max: number): Words => words`${money(min)} – ${money(max)}`;

/** The same colour in the bar, its legend and the rows. */
const tone = (index: number): string => `floor tone-${index % 4}`;

/** One bar: what is always paid in solid parts, what usage may add hatched after it. */
function strip(cost: CostEstimate, floor: readonly Group<FloorLine>[]): Html {
  const most = cost.floorUsd + cost.usageMaxUsd;
  // a part that is wide enough says what it costs
  const part = (className: string, width: number, title: Words, text: Words) =>
    html`<span class="part ${className}" style="width:${percent(width, most)}" title="${title}"
      >${width / most > 0.1 && html`<b>${text}</b>`}</span
    >`;
  const usage = words`${{ en: "usage range", es: "según el uso" }}, ${upTo(cost.usageMaxUsd)}`;
  return html`<div class="strip" aria-hidden="true">
      ${floor.map((g, i) => part(tone(i), g.sum, words`${g.name} ${money(g.sum)}`, money(g.sum)))}
      ${cost.usageMaxUsd > 0 && part("usage", cost.usageMaxUsd, usage, upTo(cost.usageMaxUsd))}
    </div>
    ${legend([
      ...floor.map((g, i) => [`key ${tone(i)}`, words`${g.name} ${money(g.sum)}`] as const),
      ["key usage", usage],
    ])}`;
}

/** Above the rows of a group: what they are for, and their sum. */
const groupRow = (name: Words, sum: Words): Html =>
  html`<tr class="group">
    <th scope="rowgroup" colspan="3">${name}</th>
    <td class="amount">${sum}</td>
  </tr>`;

interface Row {
  readonly line: FloorLine | UsageLine;
  readonly notes: readonly (Words | undefined)[];
  readonly quantity: Words;
  /** Class of the bar, and what it is as long as. */
  readonly bar: readonly [className: string, usd: number];
  readonly amount: Words;
}

function lineRow({ line, notes, quantity, bar: [className, usd], amount }: Row, most: number): Html {
  const small = notes.filter((note) => note !== undefined);
  return html`<tr>
    <th scope="row">${line.item} ${small.length > 0 && html`<small>${joined(small, "; ")}</small>`}</th>
    <td class="sum">
      ${quantity} × ${money(line.unitPriceUsd, 9)}<small>${english(line.source)}, ${day(line.date)}</small>
    </td>
    <td class="chart"><span class="bar ${className}" style="width:${percent(usd, most)}"></span></td>
    <td class="amount">${amount}</td>
  </tr>`;
}

const floorRow = (line: FloorLine, index: number): Row => ({
  line,
  notes: [line.note],
  quantity: quantityOf(line.quantity, line.unit),
  bar: [tone(index), line.monthlyUsd],
  amount: money(line.monthlyUsd),
});

const usageRow = (line: UsageLine): Row => ({
  line,
  notes: [line.note, line.free === undefined ? undefined : words`${{ en: "free", es: "gratis" }}: ${line.free}`],
  quantity:
    line.minQuantity > 0
      ? words`${number(line.minQuantity)} ${{ en: "to", es: "a" }} ${quantityOf(line.maxQuantity, line.unit)}`
      : words`${{ en: "up to", es: "hasta" }} ${quantityOf(line.maxQuantity, line.unit)}`,
  bar: ["usage", line.maxUsd],
  amount: line.maxUsd > 0 ? range(line.minUsd, line.maxUsd) : money(0),
});

function savings(cost: CostEstimate): Html | false {
  if (cost.savings.length === 0) return false;
  return html`<h3>${{ en: "What would cost less", es: "Qué costaría menos" }}</h3>
    <ul class="savings">
      ${cost.savings.map(
        (l) =>
          html`<li>
            <b class="saves">−${money(l.savesUsd)}</b>
            <span
              ><strong>${l.title}</strong
              >${l.of === "usage" && { en: " (of the usage range)", es: " (de lo que depende del uso)" }}: ${l.price}.
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
    <summary>${{ en: "The instance's price by service", es: "El precio de la instancia, por servicio" }}</summary>
    <p>
      ${{
        en: "By memory limit. A further service takes its part of these, or a larger instance.",
        es: "Según el límite de memoria. Un servicio más toma su parte de estos, o una instancia mayor.",
      }}
    </p>
    ${bars({
      head: [heads.service, heads.limit, heads.part, heads.month],
      rows: cost.shares.map(
        (s) =>
          html`<tr>
            <th scope="row">${s.service}</th>
            <td class="sum">${number(s.memoryMb)} MiB, ${Math.round(100 * s.share)} %</td>
            <td class="chart"><span class="bar floor" style="width:${percent(s.share, largest)}"></span></td>
            <td class="amount">${money(s.monthlyUsd)}</td>
          </tr>`,
      ),
    })}
  </details>`;
}

interface Folded {
  readonly title: Words;
  /** Of the last row; `otherRegion` is said with it when prices are partly another region's. */
  readonly sum: { readonly title: Words; readonly amount: Words; readonly otherRegion: Content };
  readonly rows: readonly Html[];
}

/** Rows that most readers need the sum of; paper has them. */
const folded = ({ title, sum, rows }: Folded): Html =>
  html`<details class="fold">
    <summary>${title} <span class="sum-of">${sum.amount}</span></summary>
    ${bars({
      head: [
        { en: "Item", es: "Concepto" },
        { en: "Quantity × price", es: "Cantidad × precio" },
        heads.part,
        heads.month,
      ],
      rows,
      sum: total([sum.title, sum.otherRegion !== undefined && html`<small>${sum.otherRegion}</small>`], sum.amount),
    })}
  </details>`;

/** Costs as a chart and a table: the floor and the usage range apart. */
export function costSection(cost: CostEstimate): Html {
  const floor = grouped(cost.floor, (l) => l.monthlyUsd);
  const usage = grouped(cost.usage, (l) => l.maxUsd);
  const largest = Math.max(...cost.floor.map((l) => l.monthlyUsd), ...cost.usage.map((l) => l.maxUsd));
  const small = html`<b>${money(cost.usageMinUsd)}</b>`;
  const heavy = html`<b>${money(cost.usageMaxUsd)}</b>`;
  const some = cost.usageMinUsd > 0;
  const lines: Text = { en: "line|lines", es: "línea|líneas" };
  return section(
    "cost",
    html`<p class="lead">
        <b>${money(cost.floorUsd)}</b>
        ${{
          en: html`always, whatever happens;${some && html` about ${small} more with a small desk,`} up to ${heavy} more
          in a month of heavy use.`,
          es: html`siempre, pase lo que pase;${some && html` unos ${small} más con un equipo pequeño,`} hasta ${heavy}
          más en un mes de mucho uso.`,
        }}
      </p>
      ${strip(cost, floor)}
      ${folded({
        title: words`${{ en: "Always paid", es: "Se paga siempre" }}, ${several(cost.floor.length, lines)}`,
        rows: floor.flatMap((g, i) => [
          groupRow(g.name, money(g.sum)),
          ...g.lines.map((l) => lineRow(floorRow(l, i), largest)),
        ]),
        sum: {
          title: { en: "Floor", es: "Suma fija" },
          amount: money(cost.floorUsd),
          otherRegion: cost.floorOtherRegion,
        },
      })}
      ${folded({
        title: words`${{ en: "Usage range", es: "Según el uso" }}, ${several(cost.usage.length, lines)}`,
        rows: usage.flatMap((g) => [
          groupRow(g.name, upTo(g.sum)),
          ...g.lines.map((l) => lineRow(usageRow(l), largest)),
        ]),
        sum: {
          title: { en: "Range", es: "Margen" },
          amount: range(cost.usageMinUsd, cost.usageMaxUsd),
          otherRegion: cost.usageOtherRegion,
        },
      })}
      ${savings(cost)} ${shares(cost)}
      <p class="fine after">
        ${{
          en: html`Prices of ${cost.region} on demand, ${cost.hoursPerMonth} hours a month, as of
            ${day(cost.pricesAsOf)}; put your own into <code>prices.overrides.json</code>. Free: `,
          es: html`Precios de ${cost.region} bajo demanda, ${cost.hoursPerMonth} horas al mes, del
            ${day(cost.pricesAsOf)}; los propios van en <code>prices.overrides.json</code>. Gratis: `,
        }}${joined(cost.free, "; ")}.
        ${joined(cost.notes, " ")}
      </p>`,
  );
}
