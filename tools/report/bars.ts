import { html, type Content, type Html } from "./html";

export interface Bars {
  readonly caption?: Content;
  /** Of the item, its quantity, the bar and the amount. */
  readonly head: readonly [Content, Content, Content, Content];
  readonly rows: readonly Html[];
  /** Cells of the last row. */
  readonly sum?: Html;
}

/** A table whose rows are bars as well. */
export const bars = ({ caption, head, rows, sum }: Bars): Html =>
  html`<table class="bars">
    ${
      caption !== undefined &&
      html`<caption>
        ${caption}
      </caption>`
    }
    <thead>
      <tr>
        ${head.map((title) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
    ${
      sum !== undefined &&
      html`<tfoot>
        <tr>
          ${sum}
        </tr>
      </tfoot>`
    }
  </table>`;

/** Heads of more than one table. */
export const heads = {
  service: { en: "Service", es: "Servicio" },
  limit: { en: "Limit", es: "Límite" },
  part: { en: "Part", es: "Parte" },
  month: { en: "Month", es: "Al mes" },
} as const;

/** One amount under all rows. */
export const total = (title: Content, amount: Content): Html =>
  html`<th scope="row" colspan="3">${title}</th>
    <td class="amount">${amount}</td>`;
