import { RepositoryError } from "../../base/errors.ts";
import type { ProposeContext } from "../../task.ts";
import type { Candidate } from "./candidate-checks.ts";
import { type Finding, FIT, unfit } from "./finding.ts";
import type { Sources } from "./sources.ts";

/** When each line of a file was last changed, in seconds since 1970; undefined where nobody knows. */
export type LineTimes = (path: string) => Promise<readonly number[] | undefined>;

/** By the project's history, where there is one. A history that must be fetched for it is left alone unless it `isNeeded`. */
export function lineTimesOf(
  { history, historyAtHand = false, project }: ProposeContext,
  isNeeded: boolean,
): LineTimes {
  if (history === undefined || !(historyAtHand || isNeeded)) return async () => undefined;
  const { commit } = project.repository.reference;
  return async (path) => {
    try {
      return await (await history()).lineTimes(commit, path);
    } catch (error) {
      // A plain folder, a shallow clone, a history with a hole: no reason to build nothing.
      if (error instanceof RepositoryError) return undefined;
      throw error;
    }
  };
}

interface Dated {
  readonly candidate: Candidate;
  readonly knowledge: { readonly sources: Sources };
  readonly lineTimes: LineTimes;
}

/**
 * Whole days from the newest change of a docstring to the newest change of the code below it; 0 where the docstring is not
 * older, null where nobody knows.
 */
export async function docstringDaysBehind({
  candidate,
  knowledge,
  lineTimes,
}: Dated): Promise<number | null> {
  const { file, definition } = candidate;
  const { docstring } = definition;
  const times = docstring && (await lineTimes(file.path));
  if (times === undefined || docstring === undefined) return null;
  const { text, lineComment } = await knowledge.sources.read(file.path);
  const newest = (lines: readonly number[]) =>
    Math.max(...lines.map((line) => times[line - 1] ?? Number.NaN));
  const said = newest(range(docstring.firstLine, docstring.lastLine));
  const done = newest(codeLines(candidate, text.split("\n"), lineComment));
  const days = Math.floor(Math.max(0, done - said) / 86_400);
  return Number.isFinite(days) && Number.isFinite(done) ? days : null;
}

/** Long after the docstring the body was changed: what is promised may hold no more. */
export async function docstringKeptUp(
  context: Dated & { readonly options: { readonly max_docstring_days_behind: number | null } },
): Promise<Finding> {
  const most = context.options.max_docstring_days_behind;
  if (most === null) return FIT;
  const days = await docstringDaysBehind(context);
  if (days === null || days <= most) return FIT;
  return unfit("docstring-behind", `${days} days`, { docstring_days_behind: days });
}

/**
 * Lines with code below the docstring, other docstrings left out; of a class those of its constructor and what stands directly
 * in it, for its other methods have docstrings of their own to keep up.
 */
function codeLines({ file, definition }: Candidate, lines: readonly string[], lineComment: string): number[] {
  const { definitions } = file.outline;
  const place = definitions.indexOf(definition);
  const members = definition.kind === "class" ? definitions.filter((one) => one.parent === place) : [];
  const others = members.filter(({ name }) => name !== "__init__");
  const cuts = [...others, ...definitions.flatMap(({ docstring }) => docstring ?? [])];
  const first = (definition.docstring?.lastLine ?? definition.line) + 1;
  return range(first, definition.lastLine).filter((line) => {
    const code = (lines[line - 1] ?? "").trim();
    const isCut = cuts.some(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine);
    return code !== "" && !code.startsWith(lineComment) && !isCut;
  });
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
