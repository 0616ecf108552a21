import type { Language } from "../../services/model/types";
import { both } from "../../services/model/text";

/** Text that is HTML already, in both languages; everything else is escaped. */
export class Html {
  constructor(readonly text: Readonly<Record<Language, string>>) {}
}

/** What differs by language is given in both; the page shows one. */
export type Content =
  Html | string | number | false | undefined | { readonly en: Content; readonly es: Content } | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as it may stand between tags and inside quoted attributes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => entities[c] ?? c);

function render(content: Content, language: Language): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.text[language];
  if (typeof content === "string") return escape(content);
  if (typeof content === "number") return String(content);
  if ("en" in content) return render(content[language], language);
  return content.map((one) => render(one, language)).join("");
}

/** Template literal for HTML and SVG: every value is escaped unless it is {@link Html}. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Html =>
  new Html(both((language) => parts.map((part, i) => part + render(values[i], language)).join("")));

/** A file of our own that is put in as it stands. */
export const raw = (text: string): Html => new Html({ en: text, es: text });

/** Width or place of a part, for styles. */
export const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)}%`;

/** What the program says in English whatever the language of the page. */
export const english = (content: Content): Html => html`<span lang="en">${content}</span>`;

/** What the colours of a drawing mean: the class of a mark, and the words beside it. */
export const legend = (marks: readonly (readonly [className: string, meaning: Content])[], drawn = false): Html =>
  html`<p class="legend" ${drawn && raw('aria-hidden="true"')}>
    ${marks.map(([className, meaning]) => html`<span><i class="${className}"></i>${meaning}</span>`)}
  </p>`;

/** Of the services in every drawing. */
export const roleMarks = {
  proxy: ["key proxy", { en: "entrance", es: "entrada" }],
  web: ["key web", { en: "applications", es: "aplicaciones" }],
  worker: ["key worker", { en: "workers", es: "procesos de fondo" }],
  store: ["key store", { en: "stores", es: "almacenes" }],
} as const;
