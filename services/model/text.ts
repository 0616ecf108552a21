/** A text for the people who use the desk, in both languages of the product. */
export interface Text {
  readonly en: string;
  readonly es: string;
}

/** One of them; see the setting `language`. */
export type Language = keyof Text;

/** A text in both languages, or what is the same in both. */
export type Words = Text | string;

const locales: Readonly<Record<Language, string>> = { en: "en-US", es: "es-ES" };

export const isText = (value: unknown): value is Text =>
  typeof value === "object" && value !== null && "en" in value && "es" in value;

/** What is made for each language. */
export const both = <T>(of: (language: Language) => T): Readonly<Record<Language, T>> => ({
  en: of("en"),
  es: of("es"),
});

/** In one language; in English for terminals, files and tables. */
export const said = (words: Words | number, language: Language = "en"): string =>
  typeof words === "object" ? words[language] : String(words);

/** Template literal for a text made of others. */
export const words = (parts: TemplateStringsArray, ...values: readonly (Words | number)[]): Text =>
  both((language) => String.raw({ raw: parts }, ...values.map((value) => said(value, language))));

export const joined = (items: readonly Words[], separator: string): Text =>
  both((language) => items.map((item) => said(item, language)).join(separator));

/** `a, b and c`. */
export const listed = (items: readonly (Words | number)[]): Text =>
  both((language) => new Intl.ListFormat(locales[language]).format(items.map((item) => said(item, language))));

const formatted = (amount: number, options: Intl.NumberFormatOptions): Text =>
  both((language) => amount.toLocaleString(locales[language], options));

/** With so many decimals at most. */
export const number = (amount: number, digits = 2): Text => formatted(amount, { maximumFractionDigits: digits });

/** Dollars with cents; with so many decimals where there are more. */
export const money = (amount: number, digits = 2): Text =>
  formatted(amount, { style: "currency", currency: "USD", maximumFractionDigits: digits });

/** A day that is written `2026-11-29`; anything else as it is. */
export const day = (date: string): Words =>
  /^\d{4}-\d\d-\d\d$/.test(date)
    ? both((language) => new Date(date).toLocaleDateString(locales[language], { dateStyle: "medium", timeZone: "UTC" }))
    : date;

/** `1 line`, `2 lines`: both forms of the word, with a bar between them. */
export const several = (n: number, forms: Text): Text =>
  both((language) => `${said(number(n), language)} ${forms[language].split("|").at(n === 1 ? 0 : -1) ?? ""}`);
