import type { Action, ActionKind } from "../action.ts";
import type { Component, StepCall } from "../fact.ts";
import { isScratch, nameOf } from "./scratch.ts";

interface Said {
  readonly content: string;
  readonly reasoning: string;
  readonly calls: readonly StepCall[];
}

/** The first of these that is in a step is the step's. */
const RANKS: readonly Component[] = [
  "implementation",
  "verification",
  "execution",
  "exploration",
  "reasoning",
  "other",
];

/**
 * Tells the components of the steps of one record, in order, by the rules of docs/trajectory-components.md: what a build or a further change of a file
 * is for depends on what was changed before.
 */
export function componentReader(): (step: Said) => Component {
  /** Files that are only there to check something. */
  const scratch = new Set<string>();
  let hasChanged = false;
  const ofAction = (action: Action, isAlone: boolean): Component | undefined => {
    const { kind, path } = action;
    if (kind === "write" || kind === "undo" || kind === "remove") {
      if (path !== undefined && (scratch.has(nameOf(path)) || isScratch(path))) {
        scratch.add(nameOf(path));
        return "verification";
      }
      if (kind === "remove" && isBuilt(path)) return "execution";
      hasChanged = true;
      return "implementation";
    }
    if (kind === "build") return hasChanged ? "verification" : "execution";
    if (kind === "arrange") return isAlone ? "execution" : undefined;
    return OF_KIND[kind];
  };
  return ({ content, reasoning, calls }) => {
    const actions = calls.flatMap((call) => call.actions);
    const isAlone = actions.every(({ kind }) => kind === "arrange");
    const found = new Set(actions.map((action) => ofAction(action, isAlone)));
    if (calls.length === 0) return isThinking(content, reasoning) ? "reasoning" : "other";
    return RANKS.find((rank) => found.has(rank)) ?? "other";
  };
}

const OF_KIND: Readonly<Partial<Record<ActionKind, Component>>> = {
  search: "exploration",
  list: "exploration",
  read: "exploration",
  history: "exploration",
  inspect: "exploration",
  fetch: "exploration",
  test: "verification",
  run: "verification",
  check: "verification",
  review: "verification",
  install: "execution",
  think: "reasoning",
  plan: "reasoning",
  finish: "other",
  unknown: "other",
};

function isBuilt(path: string | undefined): boolean {
  return (
    path !== undefined &&
    /(?:^|\/)(?:build|dist|target|node_modules|__pycache__|\.pytest_cache|out)(?:\/|$)/.test(path)
  );
}

/** Without a call: what goes on reasoning, and does not speak to somebody. */
function isThinking(content: string, reasoning: string): boolean {
  return content.trim() === "" && reasoning.trim() !== "";
}
