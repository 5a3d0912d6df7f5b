import type { Fact, Walk } from "../fact.ts";
import { fact } from "./define.ts";
import { actionsOfWalk, editsOf } from "./places.ts";

export const explorationFacts: readonly Fact[] = [
  fact(
    "searched_first",
    "a search comes before the first file is read; null where nothing is read",
    searchedFirst,
  ),
  fact(
    "search_patterns",
    "different patterns that were searched for",
    (walk) => distinct(walk, "search").size,
  ),
  fact("files_read", "different files that were read", (walk) => distinct(walk, "read").size),
  fact(
    "whole_reads_first",
    "files read from end to end before the first search or the first part of a file",
    wholeReadsFirst,
  ),
  fact(
    "steps_to_first_edit",
    "number of the step with the first edit that is to stay, from 1; null without one",
    (walk) => editsOf(walk)[0] ?? null,
  ),
  fact("edits", "steps with an edit that is to stay", (walk) => editsOf(walk).length),
  fact("reread_after_edit", "a file is read after it was edited", rereadAfterEdit),
];

function distinct(walk: Walk, kind: "search" | "read"): Set<string> {
  const names = actionsOfWalk(walk).flatMap(({ action }) => {
    const name = kind === "search" ? action.pattern : action.path;
    return action.kind === kind && name !== undefined && name !== "" ? [name] : [];
  });
  return new Set(names);
}

function searchedFirst(walk: Walk): boolean | null {
  const actions = actionsOfWalk(walk);
  const read = actions.findIndex(({ action }) => action.kind === "read");
  if (read === -1) return null;
  return actions.slice(0, read).some(({ action }) => action.kind === "search");
}

function wholeReadsFirst(walk: Walk): number {
  let count = 0;
  for (const { action } of actionsOfWalk(walk)) {
    if (action.kind === "search" || (action.kind === "read" && action.whole !== true)) break;
    if (action.kind === "read") count++;
  }
  return count;
}

function rereadAfterEdit(walk: Walk): boolean {
  const edited = new Set<string>();
  for (const { action } of actionsOfWalk(walk)) {
    const { kind, path } = action;
    if (path === undefined) continue;
    if (kind === "write") edited.add(path);
    if (kind === "read" && edited.has(path)) return true;
  }
  return false;
}
