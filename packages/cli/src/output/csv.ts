/** Comma-separated values (RFC 4180, with line feeds), the header first. */
export const formatCsv = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((cells) => cells.map(formatCell).join(',')).join('\n');

/** Names that callers chose stand in cells: a spreadsheet must not take one for a formula. */
function formatCell(text: string): string {
  const inert = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
