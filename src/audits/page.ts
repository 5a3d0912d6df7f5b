import { createHash } from "node:crypto";
import { escapeHtml } from "../base/html.ts";
import { printable } from "../trajectories/printable.ts";
import { PAGE_STYLE } from "./page-style.ts";
import type { Audit, AuditedCheck, Example, Group } from "./result.ts";
import type { AuditedTokens } from "./token-figures.ts";

/** Rows of figures, as the terminal shows them. */
export type Figures = readonly (readonly [string, string | number])[];

/** A page that loads nothing and runs nothing: whatever stands in somebody's data is shown, and is nothing else. */
export function auditPage(audit: Audit, figures: Figures): string {
  const { checks, groups, tokens } = audit;
  return `${head()}<body>
<main>
<h1>Audit</h1>
<p class="lead">${audit.read} rows were read as data to train on. ${count(audit.with_errors, audit.read)} have errors.</p>
${worst(audit)}
<section aria-labelledby="found"><h2 id="found">What was found</h2>${found(audit)}</section>
<div class="columns">
<section aria-labelledby="figures"><h2 id="figures">Figures</h2>${figureTable(figures)}</section>
${tokens === undefined ? "" : lengths(tokens)}
</div>
<div class="columns">
${groupTable("Repositories", "repository", groups.repositories, audit.whole.repositories)}
${groupTable("First words of the user", "words", groups.templates, audit.whole.templates)}
</div>
<section aria-labelledby="examples"><h2 id="examples">Examples</h2>
<p class="quiet">A few of each, of as many repositories and first words as there are.</p>
${checks.map((check) => finding(check, audit.read)).join("\n")}</section>
</main>
</body>
</html>
`;
}

function head(): string {
  const style = createHash("sha256").update(PAGE_STYLE).digest("base64");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="hybrid-gym">
<title>Audit</title>
<style>${PAGE_STYLE}</style>
</head>
`;
}

const text = (value: string | number) => escapeHtml(printable(String(value)));
const count = (part: number, of: number) => `${part} of ${of} (${percent(part, of)})`;
const shareOf = (part: number, of: number) => (of === 0 ? 0 : part / of);

/** None of a thousand and one of a thousand are not alike. */
function percent(part: number, of: number): string {
  const share = 100 * shareOf(part, of);
  return share > 0 && share < 1 ? "under 1 %" : `${Math.round(share)} %`;
}

/** Of the width; the numbers beside it say the same. */
function bar(share: number, name: string, width = 120): string {
  const length = share === 0 ? 0 : Math.max(2, share * width);
  return `<svg width="${width}" height="5" aria-hidden="true"><rect class="track" width="${width}" height="5" rx="2.5"/><rect class="${name}" width="${length.toFixed(1)}" height="5" rx="2.5"/></svg>`;
}

function worst({ read, with_errors, with_warnings }: Audit): string {
  const parts = [
    ["error", "with errors", with_errors],
    ["warning", "with warnings and no errors", with_warnings],
    ["clean", "with neither", read - with_errors - with_warnings],
  ] as const;
  let from = 0;
  const rects = parts.map(([name, , samples]) => {
    const width = 100 * shareOf(samples, read);
    const rect = `<rect class="${name}" x="${from.toFixed(2)}" width="${width.toFixed(2)}" height="14"/>`;
    from += width;
    return rect;
  });
  const legend = parts.map(
    ([name, label, samples]) => `<li><span class="dot ${name}"></span>${label}: ${count(samples, read)}</li>`,
  );
  return `<svg class="worst" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">${rects.join("")}</svg><ul class="legend">${legend.join("")}</ul>`;
}

function found({ checks, read }: Audit): string {
  if (checks.length === 0) return "<p>Nothing.</p>";
  const rows = checks.map(
    ({ check, severity, samples, meaning, repositories }) =>
      `<tr><td>${badge(severity)}</td><th scope="row"><a href="#${text(check)}">${text(check)}</a></th><td class="share">${count(samples, read)}${bar(shareOf(samples, read), severity)}</td><td class="share of">${repositories === 0 ? "not said" : repositories}</td><td class="meaning">${text(meaning)}</td></tr>`,
  );
  return `<div class="scroll" role="region" aria-labelledby="found" tabindex="0"><table class="found"><thead><tr><th scope="col">severity</th><th scope="col">found</th><th scope="col">of what was read</th><th scope="col" class="of">repositories</th><th scope="col" class="meaning">meaning</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

function badge(severity: string): string {
  return `<span class="badge ${severity}">${severity}</span>`;
}

function figureTable(figures: Figures): string {
  const rows = figures.map(([name, value]) => {
    const isPart = name.startsWith(" ");
    return `<tr><th scope="row">${isPart ? "&emsp;" : ""}${text(name.trim())}</th><td>${text(value)}</td></tr>`;
  });
  return `<table class="plain figures-table"><tbody>${rows.join("\n")}</tbody></table>`;
}

function lengths({ lengths: bins, measured, context }: AuditedTokens): string {
  let from = 1;
  const rows = bins.map(({ up_to, samples }) => {
    const range = up_to === null ? `${from} and more` : `${from} to ${up_to}`;
    from = (up_to ?? 0) + 1;
    const isOver = up_to === null || up_to > context;
    return `<tr><th scope="row">${range}</th><td>${count(samples, measured)}${bar(shareOf(samples, measured), isOver ? "warning" : "accent", 200)}</td></tr>`;
  });
  return `<section aria-labelledby="lengths"><h2 id="lengths">Lengths in tokens</h2><p class="quiet">The context holds ${context}; longer samples are coloured as warnings.</p><table class="lengths"><thead><tr><th scope="col">tokens</th><th scope="col">samples</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></section>`;
}

function groupTable(title: string, id: string, groups: readonly Group[], all: number): string {
  if (groups.length === 0) return "";
  const rows = groups.map(
    ({ name, samples, with_errors }) =>
      `<tr><td class="name">${text(name)}</td><td>${samples}</td><td>${count(with_errors, samples)}</td></tr>`,
  );
  const more =
    groups.length < all ? `<p class="quiet small">The largest ${groups.length} of ${all}.</p>` : "";
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2><div class="scroll"><table class="plain"><thead><tr><th scope="col" class="name">${id}</th><th scope="col">samples</th><th scope="col">with errors</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>${more}</section>`;
}

function finding({ check, severity, meaning, samples, examples }: AuditedCheck, read: number): string {
  return `<article class="finding" id="${text(check)}"><h3>${badge(severity)} ${text(check)} <span class="quiet small">${count(samples, read)}</span></h3><p>${text(meaning)}.</p>
<table class="examples"><thead><tr><th scope="col">sample</th><th scope="col" class="evidence">what was found</th><th scope="col" class="of">repository</th><th scope="col" class="of">where it stands</th></tr></thead><tbody>${examples.map(example).join("\n")}</tbody></table></article>`;
}

function example({ id, evidence, repository, place }: Example): string {
  return `<tr><td>${text(id)}</td><td class="code evidence">${text(evidence)}</td><td class="of">${text(repository ?? "not said")}</td><td class="of">${text(place)}</td></tr>`;
}
