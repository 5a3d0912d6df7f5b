import type { PageAttemptRow, PageIndex, PageInstanceRow } from "../page-data.ts";
import { button, element, formatCount, formatSeconds, inPortions, section } from "./dom.ts";
import { hashLink, outcomeBadge, whyOf } from "./values.ts";

/** What is chosen of the attempts; kept in the address, so that it can be shared and survives going back. */
export interface Choice {
  readonly outcome: string;
  readonly reason: string;
  readonly search: string;
  readonly sort: string;
}

export function readChoice(parameters: URLSearchParams): Choice {
  const get = (name: string) => parameters.get(name) ?? "";
  return { outcome: get("outcome"), reason: get("reason"), search: get("search"), sort: get("sort") };
}

export function choiceLink(choice: Choice): string {
  return hashLink(Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== "")));
}

type SortKey = "outcome" | "instance" | "why" | "steps" | "tokens" | "seconds" | "end";

const COLUMNS: readonly { readonly key: SortKey; readonly label: string; readonly style: string }[] = [
  { key: "outcome", label: "Outcome", style: "" },
  { key: "instance", label: "Instance", style: "" },
  { key: "why", label: "Why", style: "desktop" },
  { key: "steps", label: "Steps", style: "number" },
  { key: "tokens", label: "Tokens", style: "number desktop" },
  { key: "seconds", label: "Time", style: "number desktop" },
  { key: "end", label: "Ended", style: "desktop" },
];

function sortValue(row: PageAttemptRow, key: SortKey): string | number {
  if (key === "why") return whyOf(row).join(" ");
  if (key === "instance") return row.id;
  if (key === "tokens") return row.tokens ?? -1;
  return row[key];
}

/** The rows that are chosen, in the order that is chosen (`steps`, or `-steps` for descending). */
export function chooseRows(index: PageIndex, choice: Choice): PageAttemptRow[] {
  const instances = new Map(index.instances.map((row) => [row.id, row]));
  const words = choice.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const rows = index.attempts.filter((row) => {
    if (choice.outcome !== "" && row.outcome !== choice.outcome) return false;
    const why = whyOf(row);
    if (choice.reason !== "" && !why.includes(choice.reason)) return false;
    if (words.length === 0) return true;
    const instance = instances.get(row.instance);
    const text = [row.id, row.outcome, row.end, ...why, instance?.repository, instance?.target]
      .join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const key = COLUMNS.find((column) => column.key === choice.sort.replace(/^-/, ""))?.key;
  if (key === undefined) return rows;
  const sign = choice.sort.startsWith("-") ? -1 : 1;
  return rows.sort((a, b) => {
    const [x, y] = [sortValue(a, key), sortValue(b, key)];
    if (x === y) return a.id < b.id ? -1 : 1;
    return x < y ? -sign : sign;
  });
}

export function attemptList(
  index: PageIndex,
  initial: Choice,
  changed: (choice: Choice) => void,
): HTMLElement {
  let choice = initial;
  const instances = new Map(index.instances.map((row) => [row.id, row]));
  const box = element("div");
  const count = element("span", { class: "quiet small", role: "status" });
  const change = (part: Partial<Choice>) => {
    choice = { ...choice, ...part };
    changed(choice);
    draw();
  };
  const draw = () => {
    const rows = chooseRows(index, choice);
    count.textContent =
      rows.length === index.attempts.length
        ? `${formatCount(rows.length)} attempts`
        : `${formatCount(rows.length)} of ${formatCount(index.attempts.length)} attempts`;
    const body = element("tbody");
    const heads = COLUMNS.map((column) => sortHead(column, choice.sort, (sort) => change({ sort })));
    const table = element(
      "table",
      { class: "attempts" },
      element("thead", {}, element("tr", {}, ...heads)),
      body,
    );
    box.replaceChildren(rows.length === 0 ? element("p", { class: "quiet" }, "No attempt matches.") : table);
    inPortions(
      rows,
      200,
      (row) => body.append(attemptRow(row, instances.get(row.instance))),
      (more) => box.append(more),
    );
  };
  const filters = element(
    "div",
    { class: "filters", role: "search" },
    select("Outcome", "all outcomes", ["solved", "unsolved", "no-verdict"], choice.outcome, (outcome) =>
      change({ outcome }),
    ),
    select("Reason", "all reasons", reasonsOf(index), choice.reason, (reason) => change({ reason })),
    searchField(choice.search, (search) => change({ search })),
    count,
  );
  draw();
  const made = section("Attempts", filters, box);
  made.id = "attempts";
  return made;
}

function reasonsOf(index: PageIndex): string[] {
  return [...new Set(index.attempts.flatMap(whyOf))].sort();
}

function select(
  label: string,
  all: string,
  values: readonly string[],
  value: string,
  act: (value: string) => void,
): HTMLElement {
  const made = element("select", { "aria-label": label }, element("option", { value: "" }, all));
  for (const each of values) made.append(element("option", { value: each }, each));
  made.value = value;
  made.addEventListener("change", () => act(made.value));
  return made;
}

function searchField(value: string, act: (value: string) => void): HTMLElement {
  const made = element("input", {
    type: "search",
    placeholder: "Search ids, paths, reasons  ( / )",
    "aria-label": "Search",
    id: "search",
  });
  made.value = value;
  made.addEventListener("input", () => act(made.value));
  return made;
}

function sortHead(column: (typeof COLUMNS)[number], sort: string, act: (sort: string) => void): HTMLElement {
  const descending = sort === `-${column.key}`;
  const ascending = sort === column.key;
  const arrow = ascending ? " ↑" : descending ? " ↓" : "";
  const first = column.style.includes("number") ? `-${column.key}` : column.key;
  const second = first === column.key ? `-${column.key}` : column.key;
  const next = sort === first ? second : sort === second ? "" : first;
  return element(
    "th",
    {
      scope: "col",
      class: column.style,
      "aria-sort": ascending ? "ascending" : descending ? "descending" : "none",
    },
    button(`${column.label}${arrow}`, { class: "sort" }, () => act(next)),
  );
}

function attemptRow(row: PageAttemptRow, instance: PageInstanceRow | undefined): HTMLElement {
  const why = whyOf(row).map((reason) => element("span", { class: "chip" }, reason));
  const place = [instance?.repository, instance?.target].filter((part) => part !== undefined).join(" · ");
  const link = element("a", { class: "code", href: hashLink({ attempt: row.id }) }, row.id);
  const made = element(
    "tr",
    {},
    element("td", {}, outcomeBadge(row.outcome)),
    element(
      "td",
      { class: "subject" },
      link,
      place !== "" && element("span", { class: "quiet small" }, place),
      why.length > 0 && element("span", { class: "phone" }, ...why.map((node) => node.cloneNode(true))),
    ),
    element("td", { class: "desktop" }, ...why),
    element("td", { class: "number" }, formatCount(row.steps)),
    element("td", { class: "number desktop" }, row.tokens === undefined ? "–" : formatCount(row.tokens)),
    element("td", { class: "number desktop" }, formatSeconds(row.seconds)),
    element("td", { class: "desktop quiet" }, row.end),
  );
  made.addEventListener("click", (event) => {
    const chosen = getSelection()?.toString() ?? "";
    if (event.target instanceof Element && event.target.closest("a") === null && chosen === "") link.click();
  });
  return made;
}
