/**
 * A page with a generated part put between its two marks.
 * @throws when the page has lost them
 */
export function between(page: string, begin: string, end: string, part: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the marks "${begin}" and "${end}" are lost`);
  return `${page.slice(0, from)}${begin}\n\n${part}\n\n${page.slice(to)}`;
}
