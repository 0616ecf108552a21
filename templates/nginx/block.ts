/** A block of nginx's language, its lines indented by two. */
export const block = (head: string, lines: readonly string[]): string[] => [
  `${head} {`,
  ...lines.map((line) => (line === "" ? line : `  ${line}`)),
  "}",
];

/** A regular expression that matches the text itself. */
export const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export const file = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
