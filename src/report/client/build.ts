import type { PageDataset, PageFeature, PageIndex, PageInstanceRow, PageRejection } from "../page-data.ts";
import { element, fold, formatCount, formatPercent, inPortions, section } from "./dom.ts";
import { flatten } from "./text.ts";
import { bars, facts, hashLink, repositoryName, shortHash } from "./values.ts";

export function build(index: PageIndex): HTMLElement | undefined {
  const { dataset } = index;
  if (dataset === undefined) return undefined;
  const rejected = Object.values(dataset.rejected).reduce((sum, count) => sum + count, 0);
  return section(
    "Build",
    funnel(dataset),
    element(
      "div",
      { class: "columns" },
      rejected > 0 &&
        element(
          "div",
          {},
          element("h3", {}, `Rejected candidates: ${formatCount(rejected)}`),
          bars(dataset.rejected, "plain"),
        ),
      repositories(dataset),
    ),
    dataset.selection.length > 0 && selection(dataset.selection),
  );
}

function funnel(dataset: PageDataset): HTMLElement {
  const share =
    dataset.examined === 0 ? "" : ` · ${formatPercent(dataset.built / dataset.examined)} of examined`;
  const steps: [string, number, string][] = [
    ["eligible definitions", dataset.eligible, ""],
    [
      "examined",
      dataset.examined,
      dataset.eligible === 0 ? "" : ` · ${formatPercent(dataset.examined / dataset.eligible)} of eligible`,
    ],
    ["built", dataset.built, share],
  ];
  const list = element("ol", { class: "funnel" });
  for (const [label, count, note] of steps) {
    const fill = element("span", { class: "fill accent" });
    fill.style.width = `${dataset.eligible === 0 ? 0 : Math.max(0.4, (count / dataset.eligible) * 100)}%`;
    list.append(
      element(
        "li",
        {},
        element(
          "span",
          {},
          element("strong", {}, formatCount(count)),
          ` ${label}`,
          element("span", { class: "quiet" }, note),
        ),
        element("span", { class: "track", "aria-hidden": "true" }, fill),
      ),
    );
  }
  return list;
}

/** What the choice of candidates favours, in means. */
function selection(features: readonly PageFeature[]): HTMLElement {
  const heads = ["feature", "kept, mean", "rejected, mean", "kept", "rejected"];
  const rows = features.map(({ name, kept, dropped }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name.replaceAll("_", " ")),
      ...[
        kept.mean.toFixed(2),
        dropped.mean.toFixed(2),
        formatCount(kept.count),
        formatCount(dropped.count),
      ].map((text) => element("td", { class: "number" }, text)),
    ),
  );
  const table = element(
    "table",
    { class: "plain selection" },
    element("thead", {}, element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows),
  );
  return element(
    "div",
    { class: "below" },
    element("h3", {}, "Kept against rejected candidates"),
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Kept against rejected" },
      table,
    ),
  );
}

function repositories(dataset: PageDataset): HTMLElement {
  const names = ["repository", "commit", "files", "eligible", "examined", "built"];
  const head = names.map((name) => element("th", { scope: "col" }, name));
  const body = element("tbody");
  const table = element(
    "table",
    { class: "plain repositories" },
    element("thead", {}, element("tr", {}, ...head)),
    body,
  );
  const box = element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Repositories" },
    table,
  );
  inPortions(
    dataset.repositories,
    50,
    (repository) => {
      const { files, eligible, examined, built } = repository;
      const numbers = [files, eligible, examined, built].map((count) =>
        element("td", {}, formatCount(count)),
      );
      body.append(
        element(
          "tr",
          {},
          element("th", { scope: "row" }, repositoryName(repository)),
          element("td", {}, shortHash(repository.commit)),
          ...numbers,
        ),
      );
    },
    (more) => box.append(more),
  );
  return element("div", { class: "wide" }, element("h3", {}, "Repositories"), box);
}

export function accepted(rows: readonly PageInstanceRow[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const list = element("ul", { class: "entries" });
  const box = element("div", {}, list);
  inPortions(
    rows,
    25,
    (row) => {
      list.append(
        element(
          "li",
          {},
          element("a", { class: "code", href: hashLink({ instance: row.id }) }, row.id),
          element(
            "span",
            { class: "quiet small" },
            [row.repository, row.target].filter((part) => part !== undefined).join(" · "),
          ),
        ),
      );
    },
    (more) => box.append(more),
  );
  return section(`Instances (${formatCount(rows.length)})`, box);
}

export function rejections(
  rows: readonly PageRejection[],
  dataset: PageDataset | undefined,
): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const total = Object.values(dataset?.rejected ?? {}).reduce((sum, count) => sum + count, 0);
  const reasons = [...new Set(rows.map((row) => row.reason))].sort();
  const select = element(
    "select",
    { "aria-label": "Reason" },
    element("option", { value: "" }, "all reasons"),
  );
  for (const reason of reasons) select.append(element("option", { value: reason }, reason));
  const box = element("div");
  const draw = () => {
    const list = element("ul", { class: "entries" });
    box.replaceChildren(list);
    const chosen = rows.filter((row) => select.value === "" || row.reason === select.value);
    inPortions(
      chosen,
      25,
      (row) => list.append(element("li", {}, rejection(row))),
      (more) => box.append(more),
    );
  };
  select.addEventListener("change", draw);
  draw();
  const shown =
    total > rows.length
      ? `${formatCount(rows.length)} of ${formatCount(total)} are shown.`
      : "All are shown.";
  return section(
    "Rejected candidates",
    element("p", { class: "filters" }, select, element("span", { class: "quiet small" }, shown)),
    box,
  );
}

function rejection(row: PageRejection): HTMLElement {
  return fold(
    [
      element("span", { class: "chip" }, row.reason),
      " ",
      element("span", { class: "code" }, row.name),
      " ",
      element("span", { class: "quiet small" }, `${row.repository} · ${row.path}:${row.line}`),
    ],
    () => [
      row.detail !== undefined && element("p", { class: "prose" }, flatten(row.detail)),
      row.facts && facts(row.facts),
      row.detail === undefined &&
        row.facts === undefined &&
        element("p", { class: "quiet" }, "No more is recorded."),
    ],
  );
}
