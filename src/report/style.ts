/** The page's style sheet. System fonts only; every colour is a variable with a light and a dark value. */
export const STYLE = String.raw`
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --sunk: #f3f3f0; --line: #e2e1dc; --line-strong: #c9c8c1;
  --text: #1d1d1b; --quiet: #64635d; --accent: #3654c8; --accent-soft: #e8ecfb;
  --solved: #1b7a48; --solved-soft: #e0f3e7; --unsolved: #bf4b12; --unsolved-soft: #fcebe0;
  --no-verdict: #6d5a94; --no-verdict-soft: #eee9f7; --unfinished: #b9b8b1;
  --danger: #b3261e; --danger-soft: #fce8e6;
  --added: #e2f5e8; --added-mark: #1b7a48; --removed: #fdeae6; --removed-mark: #b3261e;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #161715; --card: #1e1f1d; --sunk: #262725; --line: #353633; --line-strong: #4c4d49;
    --text: #e8e7e2; --quiet: #a09f97; --accent: #93a9ff; --accent-soft: #262d4a;
    --solved: #6ed39a; --solved-soft: #17372a; --unsolved: #f59a66; --unsolved-soft: #43281a;
    --no-verdict: #bba8e6; --no-verdict-soft: #322a47; --unfinished: #5d5e59;
    --danger: #ff9b92; --danger-soft: #4a2320;
    --added: #153325; --added-mark: #6ed39a; --removed: #42211e; --removed-mark: #ff9b92;
  }
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, footer { max-width: 1400px; margin: 0 auto; padding: 0 32px; }
main { padding-top: 32px; }
footer { padding-top: 40px; padding-bottom: 48px; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 18px; letter-spacing: -0.005em; margin: 0 0 14px; }
h3 { font-size: 13px; font-weight: 600; color: var(--quiet); margin: 0 0 8px; }
p { margin: 0 0 10px; }
section { margin-top: 40px; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
a:not(:hover) { text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.quiet { color: var(--quiet); }
.small { font-size: 13px; }
.lead { color: var(--quiet); font-size: 16px; }
.code, pre, .tool, .line, .line-number, .sign { font-family: var(--mono); font-size: 12.5px; }
.code { overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; tab-size: 4; }
pre.prose { font: inherit; font-size: 14.5px; }
pre.thought { color: var(--quiet); border-left: 2px solid var(--line-strong); padding-left: 12px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.omission { display: inline-block; color: var(--unsolved); background: var(--unsolved-soft); border-radius: 4px; padding: 0 6px; }
.notice { background: var(--unsolved-soft); border-radius: 8px; padding: 8px 14px; width: fit-content; max-width: 100%; font-size: 14px; }

.chips { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.chip, .badge {
  display: inline-block; font-size: 12.5px; line-height: 20px; border-radius: 5px; padding: 0 7px;
  background: var(--sunk); overflow-wrap: anywhere;
}
td .chip { margin: 1px 4px 1px 0; }
.badge { font-weight: 600; white-space: nowrap; }
.badge.solved, .chip.good { background: var(--solved-soft); color: var(--solved); }
.badge.unsolved { background: var(--unsolved-soft); color: var(--unsolved); }
.badge.no-verdict { background: var(--no-verdict-soft); color: var(--no-verdict); }
.chip.danger { background: var(--danger-soft); color: var(--danger); font-weight: 600; }

.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)); gap: 28px 48px; }
.columns > * { min-width: 0; }
.columns > .wide { grid-column: span 2; }
.below { margin-top: 28px; max-width: 760px; }
.figures { display: flex; flex-wrap: wrap; gap: 16px 64px; margin-bottom: 18px; }
.figure { display: flex; flex-direction: column; }
.figure strong { font-size: 34px; line-height: 1.2; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.outcome-bar { display: flex; gap: 2px; height: 14px; border-radius: 7px; overflow: hidden; }
.outcome-bar .fill { min-width: 3px; }
.fill.solved, .dot.solved { background: var(--solved); }
.fill.unsolved, .dot.unsolved { background: var(--unsolved); }
.fill.no-verdict, .dot.no-verdict { background: var(--no-verdict); }
.fill.unfinished, .dot.unfinished { background: var(--unfinished); }
.fill.accent { background: var(--accent); }
.fill.plain { background: var(--line-strong); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; list-style: none; margin: 8px 0 28px; padding: 0; font-size: 14px; }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 3px; margin-right: 7px; }
.bars, .funnel, .entries { list-style: none; margin: 0 0 8px; padding: 0; }
.bars li { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; margin-bottom: 8px; }
.bars .count { font-variant-numeric: tabular-nums; font-size: 13px; }
.track { grid-column: 1 / -1; height: 5px; border-radius: 3px; background: var(--sunk); overflow: hidden; }
.track .fill { display: block; height: 100%; border-radius: 3px; }
.funnel { margin-bottom: 28px; }
.funnel li { display: grid; gap: 3px; margin-bottom: 9px; }
.funnel .track { height: 9px; border-radius: 5px; }
.entries li { padding: 8px 0; border-bottom: 1px solid var(--line); }
.entries li > .small { display: block; overflow-wrap: anywhere; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
table.plain { font-size: 13.5px; font-variant-numeric: tabular-nums; width: 100%; }
.plain th, .plain td { text-align: right; padding: 5px 0 5px 18px; border-bottom: 1px solid var(--line); font-weight: 400; white-space: nowrap; }
.plain th:first-child { text-align: left; padding-left: 0; }
.plain thead th { color: var(--quiet); font-size: 12.5px; }
table.attempts { width: 100%; }
.attempts th { text-align: left; padding: 0 14px 6px 0; border-bottom: 1px solid var(--line-strong); font-weight: 400; position: sticky; top: 0; background: var(--page); padding-top: 8px; }
.attempts td { padding: 9px 14px 9px 0; border-bottom: 1px solid var(--line); vertical-align: top; font-size: 13.5px; }
.attempts th:last-child, .attempts td:last-child { padding-right: 0; }
.attempts tbody tr { cursor: pointer; }
.attempts tbody tr:hover, .attempts tbody tr:focus-within { background: var(--sunk); }
.attempts .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.attempts .subject .small { display: block; margin-top: 2px; overflow-wrap: anywhere; }
.attempts .phone { display: none; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
button.sort { color: var(--quiet); font-size: 12.5px; white-space: nowrap; }
button.sort:hover { color: var(--text); }
[aria-sort="ascending"] .sort, [aria-sort="descending"] .sort { color: var(--text); font-weight: 600; }
button.more { color: var(--accent); font-size: 13px; padding: 6px 0; }
button.more:hover { text-decoration: underline; }
.filters { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; margin-bottom: 12px; }
select, input[type="search"] {
  font: inherit; font-size: 14px; color: inherit; background: var(--card); border: 1px solid var(--line-strong);
  border-radius: 7px; padding: 5px 9px; min-height: 36px; max-width: 100%;
}
input[type="search"] { flex: 1 1 220px; max-width: 380px; }

.facts { display: grid; grid-template-columns: minmax(90px, max-content) minmax(0, 1fr); gap: 3px 18px; margin: 0; font-size: 13.5px; }
.facts dt { color: var(--quiet); overflow-wrap: anywhere; max-width: 180px; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
details > summary { cursor: pointer; font-size: 14px; color: var(--quiet); padding: 3px 0; overflow-wrap: anywhere; }
details > summary:hover { color: var(--text); }
details[open] > summary { margin-bottom: 8px; }
.folded > pre { max-height: 21em; overflow: hidden; mask-image: linear-gradient(#000 70%, transparent); }
.folded.open > pre { max-height: none; mask-image: none; }

.crumbs { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; margin-bottom: 22px; font-size: 14px; }
.crumbs a:first-child { margin-right: auto; }
.detail h1 { font-size: 20px; font-weight: 600; }
.first-column section:first-child, .side-column section:first-child { margin-top: 24px; }
.beside { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 44px; }
.reasons { margin: 0 0 10px; padding-left: 18px; }
.target p { margin-bottom: 4px; }
.target + .target { margin-top: 18px; }

.steps { list-style: none; margin: 0; padding: 0; }
.step { border-left: 2px solid var(--line); padding: 0 0 22px 18px; position: relative; }
.step::before {
  content: ""; position: absolute; left: -6px; top: 6px; width: 10px; height: 10px; border-radius: 5px;
  background: var(--page); border: 2px solid var(--line-strong);
}
.step.agent::before { border-color: var(--accent); background: var(--accent); }
.step.end { border-left-color: transparent; padding-bottom: 0; }
.step-head { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; margin-bottom: 4px; font-size: 14px; }
.step > pre.prose, .step > .folded { margin-bottom: 10px; }
.call { border: 1px solid var(--line); border-radius: 8px; background: var(--card); margin: 8px 0; overflow: hidden; }
.call > summary { display: flex; gap: 8px; align-items: baseline; padding: 5px 12px; list-style-position: inside; color: var(--text); background: var(--sunk); }
.call[open] > summary { margin: 0; border-bottom: 1px solid var(--line); }
.call[open] > summary .preview { visibility: hidden; }
.call .tool { font-weight: 600; white-space: nowrap; }
.call .preview { color: var(--quiet); min-width: 0; flex: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.call.failed { border-color: color-mix(in srgb, var(--danger) 45%, var(--line)); }
.call summary::before { content: "▸"; color: var(--quiet); font-size: 11px; }
.call[open] summary::before { content: "▾"; }
.call > summary { list-style: none; }
.call > summary::-webkit-details-marker { display: none; }
.arguments, .result { padding: 9px 12px; }
.argument { margin-bottom: 5px; }
.argument:last-child { margin-bottom: 0; }
.argument-name { color: var(--quiet); font-size: 12.5px; margin-right: 10px; }
.argument-name + pre, .argument-name + .folded { margin-top: 3px; }
.result { border-top: 1px dashed var(--line); color: color-mix(in srgb, var(--text) 82%, var(--page)); }
.call.failed .result { background: color-mix(in srgb, var(--danger-soft) 45%, transparent); }
.result p { margin: 0; }

.diff details { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; margin-bottom: 12px; background: var(--card); }
.diff summary { padding: 6px 12px; background: var(--sunk); color: var(--text); }
.diff details[open] > summary { margin: 0; border-bottom: 1px solid var(--line); }
.diff details > pre { padding: 8px 12px; }
.diff table { width: 100%; }
.diff td { padding: 0 6px; line-height: 19px; vertical-align: top; }
.diff .line { width: 100%; white-space: pre-wrap; overflow-wrap: anywhere; padding-right: 12px; tab-size: 4; }
.diff .line-number { color: var(--quiet); text-align: right; user-select: none; font-size: 11px; opacity: 0.8; min-width: 34px; }
.diff .sign { user-select: none; padding: 0 2px; }
.diff .added { background: var(--added); }
.diff .removed { background: var(--removed); }
.diff .added .sign, .added-count { color: var(--added-mark); }
.diff .removed .sign, .removed-count { color: var(--removed-mark); }
.diff .hunk .line, .diff .note .line { color: var(--quiet); }
.diff .hunk { background: var(--sunk); }
.added-count, .removed-count { font-size: 13px; font-variant-numeric: tabular-nums; }

@media (min-width: 1100px) {
  .beside { grid-template: "first side" auto "main side" 1fr / minmax(0, 1.15fr) minmax(0, 1fr); }
  .first-column { grid-area: first; }
  .main-column { grid-area: main; }
  .side-column { grid-area: side; position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding-bottom: 32px; align-self: start; scrollbar-width: thin; }
}
@media (max-width: 760px) {
  main, footer { padding-left: 16px; padding-right: 16px; }
  main { padding-top: 20px; }
  h1 { font-size: 23px; }
  section { margin-top: 32px; }
  .figures { gap: 12px 36px; }
  .columns > .wide { grid-column: auto; }
  .repositories th:nth-child(2), .repositories td:nth-child(2), .repositories th:nth-child(3), .repositories td:nth-child(3) { display: none; }
  .repositories th:first-child { white-space: normal; }
  .selection th:nth-child(n+4), .selection td:nth-child(n+4) { display: none; }
  .plain th, .plain td { padding-left: 10px; }
  .attempts .desktop { display: none; }
  .attempts .phone { display: block; margin-top: 4px; }
  .attempts td { padding-right: 10px; }
  .facts { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
  .step { padding-left: 14px; }
  input[type="search"] { flex-basis: 100%; max-width: none; font-size: 16px; }
  select { font-size: 16px; flex: 1 1 40%; min-width: 0; }
  .diff td { padding: 0 4px; }
  .diff .line-number { min-width: 26px; }
  .diff .line-number:first-child { display: none; }
  summary, .crumbs a, button.more { padding-top: 8px; padding-bottom: 8px; }
}
@media print {
  :root { --page: #fff; --card: #fff; }
  .filters, .crumbs, button.more { display: none; }
  .side-column { position: static; max-height: none; overflow: visible; }
  .folded > pre { max-height: none; mask-image: none; }
  .call, .target, tr { break-inside: avoid; }
}
`;
