import type { Wanted } from "./description.ts";
import { parseParameters } from "./python.ts";

/** A definition without a docstring, as the search listed it. */
export interface Candidate {
  readonly path: string;
  /** Of the `def` or `class`, from 1. */
  readonly line: number;
  readonly name: string;
  readonly kind: "function" | "method" | "class";
  readonly parameters: readonly string[];
  readonly isAsync: boolean;
  readonly isProperty: boolean;
  readonly returns: "value" | "nothing" | "yields";
  readonly methodCount: number;
  /** Telling words found in it. */
  readonly words: readonly string[];
  readonly score: number;
}

const ROW = /^(\d+\.\d+) (?:\.\/)?(.+):(\d+) (function|method|class) ([apsyr]*)\.(\d+) \|(.*?) \| (.*)$/;

/** The rows of `listUndocumented`, best first after what the description says of the shape is weighed in. */
export function readCandidates(output: string, wanted: Wanted): Candidate[] {
  const candidates = output.split("\n").flatMap((row) => {
    const candidate = readRow(row.trimEnd());
    return candidate === undefined ? [] : [{ ...candidate, score: candidate.score * fit(candidate, wanted) }];
  });
  return candidates.toSorted(
    (a, b) => b.score - a.score || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line),
  );
}

function readRow(row: string): Candidate | undefined {
  const match = ROW.exec(row);
  if (match === null) return undefined;
  const [
    ,
    score = "",
    path = "",
    line = "",
    kind = "",
    facts = "",
    methods = "",
    words = "",
    signature = "",
  ] = match;
  const name = /(?:def|class)\s+([^\s(:[]+)/.exec(signature)?.[1] ?? "";
  const parameters = parseParameters(signature);
  const bound = kind === "method" && !facts.includes("s");
  return {
    path,
    line: Number(line),
    name,
    kind: kind === "class" ? "class" : kind === "method" ? "method" : "function",
    parameters: bound ? parameters.slice(1) : parameters,
    isAsync: facts.includes("a"),
    isProperty: facts.includes("p"),
    returns: facts.includes("y") ? "yields" : facts.includes("r") ? "value" : "nothing",
    methodCount: Number(methods),
    words: words.trim().split(" "),
    score: Number(score),
  };
}

/** How far the shape is what the description says: 1 when all agrees, less for each thing that does not. */
function fit(candidate: Candidate, wanted: Wanted): number {
  const doubts: readonly (readonly [boolean, number])[] = [
    [wanted.kind !== undefined && wanted.kind !== candidate.kind, 0.15],
    [wanted.parameterCount !== undefined && wanted.parameterCount !== candidate.parameters.length, 0.25],
    [wanted.returns !== undefined && wanted.returns !== candidate.returns, 0.35],
    [wanted.methodCount !== undefined && wanted.methodCount !== candidate.methodCount, 0.3],
    [wanted.isAsync !== candidate.isAsync, 0.3],
    [wanted.isProperty !== candidate.isProperty && wanted.kind === "method", 0.3],
    [wanted.name !== undefined && wanted.name.split(".").at(-1) !== candidate.name, 0.05],
  ];
  const shape = doubts.reduce((left, [doubtful, factor]) => (doubtful ? left * factor : left), 1);
  const named = wanted.names.filter((name) => candidate.parameters.includes(name)).length;
  return shape * (1 + named / 2);
}

/** In words, what agrees and what does not: for a thought, and for people who read it. */
export function compare(candidate: Candidate, wanted: Wanted): string {
  const parts = [
    `${candidate.words.length} of the description's terms are in it`,
    ...(wanted.kind === undefined ? [] : [says(wanted.kind === candidate.kind, `being a ${candidate.kind}`)]),
    ...(wanted.parameterCount === undefined
      ? []
      : [
          says(
            wanted.parameterCount === candidate.parameters.length,
            `the number of parameters (${candidate.parameters.length})`,
          ),
        ]),
    ...(wanted.returns === undefined
      ? []
      : [says(wanted.returns === candidate.returns, `that it ${RESULT_VERBS[candidate.returns]}`)]),
    ...(wanted.methodCount === undefined
      ? []
      : [
          says(
            wanted.methodCount === candidate.methodCount,
            `the number of methods (${candidate.methodCount})`,
          ),
        ]),
  ];
  return parts.join(", ");
}

function says(agrees: boolean, what: string): string {
  return `${what} ${agrees ? "fits" : "does not fit"}`;
}

const RESULT_VERBS = { value: "returns a value", nothing: "returns nothing", yields: "yields" } as const;
