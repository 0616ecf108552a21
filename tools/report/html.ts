/** Text that is HTML already; everything else is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

export type Content = Html | string | number | false | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as it may stand between tags and inside quoted attributes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c] ?? c);

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "string") return escape(content);
  if (typeof content === "number") return String(content);
  return content.map(render).join("");
}

/** Template literal for HTML and SVG: every value is escaped unless it is {@link Html}. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Html =>
  new Html(parts.map((part, i) => part + render(values[i])).join(""));

/** A file of our own that is put in as it stands. */
export const raw = (text: string): Html => new Html(text);

/** `1 error`, `2 errors`. */
export const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

/** Dollars with cents. */
export const usd = (amount: number): string => `$${amount.toFixed(2)}`;
