import { html, type Content, type Html } from "./html";

export interface Bars {
  readonly caption?: string;
  /** Of the item, its quantity, the bar and the amount. */
  readonly head: readonly [string, string, string, string];
  readonly rows: readonly Html[];
  readonly sum?: { readonly title: Content; readonly amount: string };
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
          <th scope="row" colspan="3">${sum.title}</th>
          <td class="amount">${sum.amount}</td>
        </tr>
      </tfoot>`
    }
  </table>`;
