/** Rows as aligned columns of plain text; numbers to the right. */
export function formatTable(rows: readonly (readonly (string | number)[])[], indent = ""): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, String(cell).length);
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === "number" ? String(cell).padStart(width) : cell.padEnd(width);
      });
      return `${indent}${cells.join("  ")}`.trimEnd();
    })
    .join("\n");
}

/** `12 of 20 (60 %)`; a share is never printed without what it is a share of. */
export function share(part: number, whole: number): string {
  return whole === 0 ? `${part} of 0` : `${part} of ${whole} (${Math.round((100 * part) / whole)} %)`;
}

/** A record of counts as table rows, largest first, then by name. */
export function countRows(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
