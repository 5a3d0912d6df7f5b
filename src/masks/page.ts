import { escapeHtml } from "../base/html.ts";
import type { MaskedRow, TokenCounts } from "../mask.ts";
import { segmentsOf } from "./of-row.ts";
import { shorten } from "./render.ts";

export interface ShownRow {
  readonly row: number;
  readonly id: string | null;
  readonly counts: TokenCounts;
  readonly masked: MaskedRow;
}

/** Characters of one stretch of context that the page holds. */
const LONGEST = 4000;

/** A page of rows with what is trained marked, by colour and by a line beside it for those who see no colours. It loads nothing. */
export function maskPage(
  title: string,
  figures: readonly (readonly [string, string | number])[],
  rows: readonly ShownRow[],
): string {
  const table = figures.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(String(value))}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="key"><mark class="trained">trained</mark> <mark class="left-out">left out by the row's weight</mark> <span class="given">context</span></p>
<table>${table.join("\n")}</table>
${rows.map(section).join("\n")}
</body>
</html>
`;
}

function section({ row, id, counts, masked }: ShownRow): string {
  const name = id === null ? "" : ` · ${escapeHtml(id)}`;
  const text = segmentsOf(masked).map(({ label, text: part, tokens }) =>
    label === "given"
      ? `<span class="given">${escapeHtml(shorten(part, LONGEST))}</span>`
      : `<mark class="${label}" title="${tokens} tokens">${escapeHtml(part)}</mark>`,
  );
  return `<section><h2>Row ${row}${name}</h2><p>${counts.trained} of ${counts.tokens} tokens are trained</p><pre>${text.join("")}</pre></section>`;
}

const STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --text: #1d1d1b; --quiet: #64635d; --line: #e2e1dc; --trained: #d9f2e3; --edge: #1b7a48; --left: #fcebe0; --left-edge: #bf4b12; }
@media (prefers-color-scheme: dark) { :root { --page: #161715; --text: #e8e7e2; --quiet: #a09f97; --line: #353633; --trained: #17402c; --edge: #6ed39a; --left: #43281a; --left-edge: #f59a66; } }
body { margin: 0 auto; max-width: 1100px; padding: 24px 32px 64px; background: var(--page); color: var(--text); font: 15px/1.55 system-ui, sans-serif; }
h1 { font-size: 24px; } h2 { font-size: 16px; margin-top: 40px; overflow-wrap: anywhere; }
table { border-collapse: collapse; } th { text-align: left; white-space: pre; font-weight: 400; color: var(--quiet); padding: 2px 24px 2px 0; } td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
pre { font: 12.5px/1.55 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; }
mark { color: inherit; -webkit-box-decoration-break: clone; box-decoration-break: clone; border-radius: 2px; }
.trained { background: var(--trained); box-shadow: inset 0 -1px var(--edge); } .left-out { background: var(--left); box-shadow: inset 0 -1px var(--left-edge); }
.given { color: var(--quiet); }
`;
