import type { Json } from "../../base/json.ts";
import type { PageAttemptRow } from "../page-data.ts";
import { element, formatCount } from "./dom.ts";
import type { Child } from "./dom.ts";

/** Facts and settings as a list of names and values. */
export function facts(values: Readonly<Record<string, Json>>): HTMLElement {
  const list = element("dl", { class: "facts" });
  const entries = Object.entries(values);
  if (entries.length === 0) return element("p", { class: "quiet" }, "none");
  for (const [name, value] of entries) {
    list.append(element("dt", {}, name.replaceAll("_", " ")), element("dd", {}, factValue(value)));
  }
  return list;
}

function factValue(value: Json): Child {
  if (value === null) return element("span", { class: "quiet" }, "none");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return Number.isInteger(value) ? formatCount(value) : String(value);
  if (typeof value === "string") {
    return value.includes("\n") || value.length > 160 ? element("pre", {}, value) : value;
  }
  if (Array.isArray(value) && value.length === 0) return element("span", { class: "quiet" }, "none");
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ");
  return element("pre", {}, JSON.stringify(value, null, 2));
}

const OUTCOME_LABELS = { solved: "Solved", unsolved: "Unsolved", "no-verdict": "No verdict" } as const;

export function outcomeBadge(outcome: PageAttemptRow["outcome"]): HTMLElement {
  return element("span", { class: `badge ${outcome}` }, OUTCOME_LABELS[outcome]);
}

/** Why an attempt came out as it did: reason codes, or the cause of a missing verdict. */
export function whyOf(row: PageAttemptRow): string[] {
  return row.outcome === "no-verdict" ? [row.cause ?? "unknown"] : [...row.reasons];
}

/** Only real web addresses become links. */
export function repositoryName(repository: { readonly name: string; readonly url?: string }): HTMLElement {
  const { name, url } = repository;
  if (url === undefined || !/^https?:\/\//.test(url)) return element("span", { class: "code" }, name);
  return element("a", { class: "code", href: url, rel: "noreferrer" }, name);
}

export function shortHash(hash: string): HTMLElement {
  return element("span", { class: "code", title: hash }, hash.slice(0, 12));
}

/** Counts by name, longest first, as bars on one scale. A name may be chosen where `choose` is given. */
export function bars(
  counts: Readonly<Record<string, number>>,
  style: string,
  choose?: (name: string) => string,
): HTMLElement {
  const entries = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const most = Math.max(1, ...entries.map(([, count]) => count));
  const list = element("ul", { class: "bars" });
  for (const [name, count] of entries) {
    const fill = element("span", { class: `fill ${style}` });
    fill.style.width = `${(count / most) * 100}%`;
    const label = element("span", { class: "code" }, name);
    list.append(
      element(
        "li",
        {},
        choose === undefined ? label : element("a", { href: choose(name) }, label),
        element("span", { class: "count" }, formatCount(count)),
        element("span", { class: "track", "aria-hidden": "true" }, fill),
      ),
    );
  }
  return list;
}

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** A link to a view of this page. */
export function hashLink(parameters: Readonly<Record<string, string>>): string {
  return `#${new URLSearchParams(parameters).toString()}`;
}
