import { STYLE } from "../report/style.ts";

/** The report's look, and what only this page has. */
export const PAGE_STYLE = `${STYLE}
main { max-width: 1180px; padding-bottom: 56px; }
.badge { min-width: 64px; text-align: center; }
.badge.error { background: var(--danger-soft); color: var(--danger); }
.badge.warning { background: var(--unsolved-soft); color: var(--unsolved); }
.badge.note { background: var(--sunk); color: var(--quiet); }
.found { width: 100%; font-size: 14px; }
.found th { text-align: left; font-weight: 400; font-size: 12.5px; color: var(--quiet); padding: 0 16px 6px 0; border-bottom: 1px solid var(--line-strong); vertical-align: bottom; }
.found td { padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.found td:first-child { width: 1%; white-space: nowrap; }
.found tbody th { color: inherit; font-size: 14px; padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
.found .share { white-space: nowrap; font-variant-numeric: tabular-nums; }
.found .share svg, .lengths svg { display: block; margin-top: 4px; }
svg rect.track { fill: var(--sunk); } svg rect.error { fill: var(--danger); } svg rect.warning { fill: var(--unsolved); }
svg rect.note, svg rect.clean { fill: var(--line-strong); } svg rect.accent { fill: var(--accent); }
.worst { width: 100%; height: 14px; display: block; border-radius: 7px; }
.dot.error { background: var(--danger); } .dot.warning { background: var(--unsolved); } .dot.clean { background: var(--line-strong); }
.finding { border-top: 1px solid var(--line); padding-top: 22px; margin-top: 28px; scroll-margin-top: 12px; }
.finding h3 { font-size: 16px; color: var(--text); display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: baseline; }
.examples { width: 100%; font-size: 13px; table-layout: fixed; }
.examples th { text-align: left; font-weight: 400; color: var(--quiet); font-size: 12.5px; padding: 4px 14px 4px 0; }
.examples td { padding: 5px 14px 5px 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.examples .evidence { width: 44%; }
.lengths th, .lengths td { text-align: left; font-weight: 400; vertical-align: top; padding: 3px 18px 3px 0; font-size: 13.5px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.lengths thead th { color: var(--quiet); font-size: 12.5px; }
.figures-table { max-width: 620px; }
.plain td.name, .plain th.name { text-align: left; white-space: normal; overflow-wrap: anywhere; padding-left: 0; }
@media (max-width: 760px) { .found .meaning, .found .of, .examples .of { display: none; } .examples .evidence { width: 60%; } }
`;
