import { visible } from "./table";

/**
 * The same lines for a terminal of so many columns: what is longer goes on below, indented; words are never cut.
 * @param columns undefined: nobody looks at it on a screen
 */
export function wrapped(lines: readonly string[], columns: number | undefined): string[] {
  if (columns === undefined || columns < 20) return [...lines];
  return lines.flatMap((line) => {
    if (visible(line) <= columns) return [line];
    // the branches of a tree go on, its twigs do not
    const lead = /^[\s│├└─]*/.exec(line)?.[0] ?? "";
    const below = `${lead.replaceAll("├", "│").replace(/[└─]/g, " ")}    `;
    const out: string[] = [];
    let current = lead;
    for (const word of line.slice(lead.length).split(/ +/)) {
      const longer = current === lead || current === below ? `${current}${word}` : `${current} ${word}`;
      if (visible(longer) > columns && current !== lead && current !== below) {
        out.push(current);
        current = `${below}${word}`;
      } else current = longer;
    }
    return [...out, current];
  });
}
