import type { ParserOptions } from "@babel/parser";

/** Which files a dialect reads, and the ways to read one: the first that finds no fault counts. */
export interface Dialect {
  readonly language: "typescript" | "javascript";
  readonly path: RegExp;
  modes(text: string): readonly Mode[];
}

export type Mode = Pick<ParserOptions, "sourceType" | "plugins" | "annexB">;

type Goal = "module" | "commonjs";
type Plugins = NonNullable<ParserOptions["plugins"]>;

const PROPOSALS: Plugins = ["decoratorAutoAccessors", "deferredImportEvaluation", "sourcePhaseImports"];
/** Neither takes all that the other does: parameters with decorators, and decorators after `export`. */
const DECORATORS = ["decorators-legacy", "decorators"] as const;

/** Each file extension has its own rules for JSX, for types and for scripts. */
export const dialects: readonly Dialect[] = [
  typescript(/(?<!\.d)\.ts$/, ["typescript"], ["module", "commonjs"]),
  typescript(/\.tsx$/, ["typescript", "jsx"], ["module", "commonjs"]),
  typescript(/(?<!\.d)\.mts$/, ["typescript"], ["module"]),
  typescript(/(?<!\.d)\.cts$/, ["typescript"], ["module", "commonjs"]),
  typescript(/\.d\.[cm]?ts$/, [["typescript", { dts: true }]], ["module"]),
  javascript(/\.jsx?$/, ["jsx"], ["module", "commonjs"]),
  javascript(/\.mjs$/, [], ["module"]),
  javascript(/\.cjs$/, [], ["commonjs"]),
];

/** TypeScript knows no HTML-like comments, whatever the kind of file; hence no annex B. */
function typescript(path: RegExp, plugins: Plugins, goals: readonly Goal[]): Dialect {
  const modes = modesOf(goals, plugins).map((mode) => ({ ...mode, annexB: false }));
  return { language: "typescript", path, modes: () => modes };
}

/** Flow's syntax is read only in files that ask for it: elsewhere a type annotation is a fault, as for Node. */
function javascript(path: RegExp, plugins: Plugins, goals: readonly Goal[]): Dialect {
  return {
    language: "javascript",
    path,
    modes(text) {
      const ordered = LOOKS_LIKE_MODULE.test(text) ? goals : goals.toReversed();
      return modesOf(ordered, asksForFlow(text) ? [...plugins, "flow"] : plugins);
    },
  };
}

function modesOf(goals: readonly Goal[], plugins: Plugins): Mode[] {
  return goals.flatMap((sourceType) =>
    DECORATORS.map((decorators) => ({
      sourceType,
      plugins: [...plugins, decorators, ...PROPOSALS],
    })),
  );
}

/** Only decides what is tried first: a file without these words is a script to Node, one with them mostly a module. */
const LOOKS_LIKE_MODULE = /\b(?:import|export)\b/;
const LEADING = /(?:\s+|#![^\n]*|\/\/([^\n]*)|\/\*([^]*?)\*\/|["']use strict["'];?)/y;

/** Whether `@flow` or `@noflow` stands in one of the comments before the first statement. */
function asksForFlow(text: string): boolean {
  if (!text.includes("flow")) return false;
  LEADING.lastIndex = 0;
  for (let found = LEADING.exec(text); found !== null; found = LEADING.exec(text)) {
    if (/@(?:no)?flow\b/.test(found[1] ?? found[2] ?? "")) return true;
  }
  return false;
}
