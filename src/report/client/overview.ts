import type { PageAttemptRow, PageIndex, PageRun } from "../page-data.ts";
import { element, fold, formatCount, formatPercent, formatSeconds, plural, section } from "./dom.ts";
import { bars, facts, hashLink, median, shortHash } from "./values.ts";

export function pageHeader(index: PageIndex): HTMLElement {
  const { dataset, run } = index;
  const line = [
    dataset?.task,
    dataset &&
      `${plural(dataset.built, "instance")} from ${plural(dataset.repositories.length, "repository", "repositories")}`,
    run && plural(index.counts.targets, "target"),
  ].filter((part) => part !== undefined);
  return element(
    "header",
    {},
    element("h1", {}, index.title),
    line.length > 0 && element("p", { class: "lead" }, line.join(" · ")),
    run && runLine(run),
    index.groundTruth &&
      element(
        "p",
        { class: "notice" },
        element("strong", {}, "Contains ground truth."),
        " Answers are shown here: keep this file away from agents and out of training data.",
      ),
    provenance(index),
  );
}

function runLine(run: PageRun): HTMLElement {
  return element(
    "p",
    { class: "chips" },
    chip("agent", run.agent),
    run.model !== undefined && chip("model", run.model),
    isolationBadge(run.isolation),
  );
}

function chip(name: string, value: string): HTMLElement {
  return element("span", { class: "chip" }, element("span", { class: "quiet" }, name), ` ${value}`);
}

export function isolationBadge(level: string): HTMLElement {
  if (level !== "process") return element("span", { class: "chip good" }, `isolated: ${level}`);
  return element(
    "span",
    {
      class: "chip danger",
      title: "Commands ran as ordinary processes: they could read and reach anything.",
    },
    "⚠ process: no isolation",
  );
}

function provenance(index: PageIndex): HTMLElement {
  const { dataset, run } = index;
  return fold(["Configuration and provenance"], () => [
    element(
      "div",
      { class: "columns" },
      run && element("div", {}, element("h3", {}, "Run"), facts(run.config)),
      run &&
        element(
          "div",
          {},
          element("h3", {}, "Run made from"),
          facts({
            dataset: run.dataset,
            dataset_sha256: run.datasetHash,
            config_sha256: run.configHash,
            made_with: `hybrid-gym ${run.toolVersion}`,
            ...run.environment,
          }),
        ),
      dataset &&
        element(
          "div",
          {},
          element("h3", {}, "Dataset"),
          facts({
            task: dataset.task,
            seed: dataset.seed,
            grader_version: dataset.graderVersions,
            made_with: `hybrid-gym ${dataset.toolVersion}`,
            ...dataset.options,
          }),
        ),
      dataset && element("div", {}, element("h3", {}, "Files (SHA-256)"), facts(dataset.files)),
    ),
  ]);
}

export function outcomes(index: PageIndex): HTMLElement | undefined {
  const { counts } = index;
  if (counts.targets === 0) return undefined;
  const graded = counts.solved + counts.unsolved;
  const noVerdict = Object.values(counts.no_verdict).reduce((sum, count) => sum + count, 0);
  const unfinished = counts.running + counts.owed;
  const reasons: Record<string, number> = {};
  for (const row of index.attempts) {
    if (row.outcome !== "unsolved") continue;
    for (const reason of row.reasons) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  const hasReasons = Object.keys(reasons).length > 0;
  return section(
    "Outcomes",
    element(
      "div",
      { class: "figures" },
      figure(
        "Solve rate",
        graded === 0 ? "–" : formatPercent(counts.solved / graded),
        graded === 0
          ? "nothing graded yet"
          : `${formatCount(counts.solved)} of ${formatCount(graded)} graded${interval(index)}`,
      ),
      figure(
        "Coverage",
        formatPercent(graded / counts.targets),
        `${formatCount(graded)} of ${plural(counts.targets, "target")} ${graded === 1 ? "has" : "have"} a verdict`,
      ),
    ),
    outcomeBar([
      ["solved", "solved", counts.solved, hashLink({ outcome: "solved" })],
      ["unsolved", "unsolved", counts.unsolved, hashLink({ outcome: "unsolved" })],
      ["no-verdict", "no verdict", noVerdict, hashLink({ outcome: "no-verdict" })],
      ["unfinished", counts.running > 0 ? "running or owed" : "owed", unfinished, undefined],
    ]),
    element(
      "div",
      { class: "columns" },
      medians(index.attempts),
      hasReasons &&
        element(
          "div",
          {},
          element("h3", {}, "Why unsolved"),
          bars(reasons, "unsolved", (reason) => hashLink({ reason })),
          element("p", { class: "quiet small" }, "An attempt may have several reasons."),
        ),
      noVerdict > 0 &&
        element(
          "div",
          {},
          element("h3", {}, "Why no verdict"),
          bars(counts.no_verdict, "no-verdict", (reason) => hashLink({ reason })),
          element(
            "p",
            { class: "quiet small" },
            "Failures from outside the attempts; they count neither way.",
          ),
        ),
    ),
  );
}

function figure(name: string, value: string, note: string): HTMLElement {
  return element(
    "div",
    { class: "figure" },
    element("span", { class: "quiet" }, name),
    element("strong", {}, value),
    element("span", { class: "small" }, note),
  );
}

/** Wilson's 95 % interval, where each graded attempt is of another instance (otherwise they are not independent). */
function interval(index: PageIndex): string {
  const graded = index.attempts.filter((row) => row.outcome !== "no-verdict");
  if (graded.length === 0 || new Set(graded.map((row) => row.instance)).size < graded.length) return "";
  const n = graded.length;
  const p = graded.filter((row) => row.outcome === "solved").length / n;
  const z = 1.96;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return `; 95 % interval ${Math.round((middle - half) * 100)}–${Math.round((middle + half) * 100)} %`;
}

type Part = readonly [style: string, label: string, count: number, link: string | undefined];

function outcomeBar(parts: readonly Part[]): HTMLElement {
  const present = parts.filter(([, , count]) => count > 0);
  const bar = element("div", { class: "outcome-bar", "aria-hidden": "true" });
  const legend = element("ul", { class: "legend" });
  for (const [style, label, count, link] of present) {
    const piece = element("span", { class: `fill ${style}` });
    piece.style.flexGrow = String(count);
    bar.append(piece);
    const text = `${formatCount(count)} ${label}`;
    legend.append(
      element(
        "li",
        {},
        element("span", { class: `dot ${style}`, "aria-hidden": "true" }),
        link === undefined ? text : element("a", { href: link }, text),
      ),
    );
  }
  return element("div", {}, bar, legend);
}

function medians(rows: readonly PageAttemptRow[]): HTMLElement {
  const body = element("tbody");
  const groups: [string, PageAttemptRow[]][] = [
    ["solved", rows.filter((row) => row.outcome === "solved")],
    ["unsolved", rows.filter((row) => row.outcome === "unsolved")],
  ];
  for (const [name, group] of groups) {
    const tokens = group.map((row) => row.tokens).filter((value) => value !== undefined);
    const seconds = median(group.map((row) => row.seconds));
    body.append(
      element(
        "tr",
        {},
        element("th", { scope: "row" }, name),
        element("td", {}, formatCount(group.length)),
        element("td", {}, number(median(group.map((row) => row.steps)))),
        element("td", {}, number(median(tokens))),
        element("td", {}, seconds === undefined ? "–" : formatSeconds(seconds)),
      ),
    );
  }
  const head = ["", "attempts", "steps", "tokens", "time"].map((name) =>
    element("th", { scope: "col" }, name),
  );
  return element(
    "div",
    {},
    element("h3", {}, "Medians"),
    element("table", { class: "plain" }, element("thead", {}, element("tr", {}, ...head)), body),
  );
}

function number(value: number | undefined): string {
  return value === undefined ? "–" : formatCount(value);
}

export function pageFooter(index: PageIndex): HTMLElement {
  return element(
    "footer",
    { class: "quiet small" },
    `hybrid-gym ${index.toolVersion}`,
    index.run && " · run config ",
    index.run && shortHash(index.run.configHash),
    index.run && " · dataset ",
    index.run && shortHash(index.run.datasetHash),
  );
}
