/** Escape codes of a terminal, or none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
}

const code = (n: number, on: boolean) => (text: string) => (on ? `\u001B[${n}m${text}\u001B[0m` : text);

export const paintFor = (colours: boolean): Paint => ({
  bold: code(1, colours),
  dim: code(2, colours),
  red: code(31, colours),
  yellow: code(33, colours),
  green: code(32, colours),
});

// eslint-disable-next-line no-control-regex -- the codes of `paintFor` take no room on the screen
export const visible = (text: string): number => text.replace(/\u001B\[\d+m/g, "").length;

/** Rows as aligned columns; those in `right` (numbers) are aligned at their right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, visible(cell))));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const gap = " ".repeat((widths[i] ?? 0) - visible(cell));
        return right.includes(i) ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** `1 error`, `2 errors`. */
export const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

/** Dollars with cents. */
export const usd = (amount: number): string => `$${amount.toFixed(2)}`;
