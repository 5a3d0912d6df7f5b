import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { rename, rm } from "node:fs/promises";
import { describeWriteFailure } from "../base/files.ts";
import { readClientScript } from "./client-script.ts";
import { escapeHtml } from "../base/html.ts";
import type { ReportData, ReportOptions } from "./data.ts";
import type { PageAttemptRow, PageIndex, PageInstanceRow, PageRejection } from "./page-data.ts";
import { createSelectionTally } from "./selection.ts";
import { createBudget } from "./shorten.ts";
import { STYLE } from "./style.ts";
import {
  countRows,
  textLengths,
  toAttempt,
  toDataset,
  toInstance,
  toRejection,
  toRow,
  toRun,
} from "./view.ts";

const DEFAULTS = { textLimit: 20_000, totalLimit: 60_000_000, rejectionLimit: 200 };

/** The page as one text; for large runs use `writeReport`. */
export async function renderReport(data: ReportData, options: ReportOptions = {}): Promise<string> {
  const parts: string[] = [];
  for await (const part of reportParts(data, options)) parts.push(part);
  return parts.join("");
}

/**
 * Writes the page: one file that needs nothing else, opens from disk and loads nothing from anywhere. It holds
 * one attempt in memory at a time, and the file appears when it is complete.
 */
export async function writeReport(
  file: string,
  data: ReportData,
  options: ReportOptions = {},
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      for await (const part of reportParts(data, options)) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw describeWriteFailure(error, file);
  }
}

async function* reportParts(data: ReportData, options: ReportOptions): AsyncGenerator<string> {
  const script = readClientScript();
  yield head(data.title, script);
  const textLimit = options.textLimit ?? DEFAULTS.textLimit;
  const budget = createBudget(
    options.totalLimit ?? DEFAULTS.totalLimit,
    options.expectedAttempts ?? data.run?.counts.targets ?? 1000,
    textLimit,
  );

  const attempts: PageAttemptRow[] = [];
  for await (const entry of data.attempts) {
    const row = toRow(entry.attempt);
    attempts.push(row);
    yield block("attempt", row.id, toAttempt(entry, budget.limitFor(textLengths(entry))));
  }

  const selection = createSelectionTally();
  const instances: PageInstanceRow[] = [];
  let groundTruth = false;
  for await (const { instance, secret } of data.dataset?.instances ?? []) {
    const { row, detail } = toInstance(instance, secret, textLimit);
    groundTruth ||= secret !== undefined;
    selection.kept(secret?.facts ?? {});
    instances.push(row);
    yield block("instance", row.id, detail);
  }

  const rejections: PageRejection[] = [];
  for await (const rejection of data.dataset?.rejections ?? []) {
    selection.dropped(rejection.facts ?? {});
    const limit = options.rejectionLimit ?? DEFAULTS.rejectionLimit;
    if (rejections.length < limit) rejections.push(toRejection(rejection, 2000));
  }

  const counts = data.run?.counts ?? countRows(attempts);
  const index: PageIndex = {
    title: data.title,
    toolVersion: data.toolVersion,
    groundTruth,
    ...(data.dataset === undefined ? {} : { dataset: toDataset(data.dataset, selection.features()) }),
    ...(data.run === undefined ? {} : { run: toRun(data.run) }),
    counts,
    attempts,
    instances,
    rejections,
  };
  yield block("index", "", index);
  yield `<script type="module">${script}</script>\n</body>\n</html>\n`;
}

/** Data is never code: `<` cannot close the element, and the browser does not run this type. */
function block(kind: string, id: string, value: unknown): string {
  const json = JSON.stringify(value).replaceAll("<", String.raw`\u003c`);
  return `<script type="application/json" data-kind="${kind}" data-id="${escapeHtml(id)}">${json}</script>\n`;
}

/** The policy lets only our own script and style run, whatever a repository or an agent wrote. */
function head(title: string, script: string): string {
  const policy = `default-src 'none'; script-src '${integrity(script)}'; style-src '${integrity(STYLE)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="hybrid-gym">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<noscript><p class="notice">This report draws itself with JavaScript, which is switched off here. Nothing is loaded from the network.</p></noscript>
<div id="page"></div>
`;
}

function integrity(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
