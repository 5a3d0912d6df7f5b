import type { Json } from "../../base/json.ts";
import { words } from "../../text/words.ts";
import type { Tree } from "../../tree.ts";
import { bodyLines } from "../checks/body-lines.ts";
import {
  type Candidate,
  definedOnce,
  firstObjection,
  headRole,
  kindWanted,
  licence,
  noTwin,
  pathRole,
} from "../checks/candidate-checks.ts";
import { docstringKeptUp, type LineTimes } from "../checks/docstring-age.ts";
import { type Finding, FIT, unfit } from "../checks/finding.ts";
import { importableName } from "./importable.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Options } from "./options.ts";

export interface CheckContext {
  readonly candidate: Candidate;
  readonly options: Options;
  readonly knowledge: Knowledge;
  readonly tree: Tree;
  readonly lineTimes: LineTimes;
}

type Check = (context: CheckContext) => Finding | Promise<Finding>;

/** Checks that run nothing, from cheap to dear; the first that fails gives the reason. */
const CHECKS: readonly Check[] = [
  kindWanted,
  pathRole,
  form,
  definedOnce,
  importable,
  docstring,
  headRole,
  size,
  licence,
  noTwin,
  docstringKeptUp,
];

/** @returns what was measured, or the first reason against the candidate. */
export function checkCandidate(context: CheckContext): Promise<Finding> {
  return firstObjection(CHECKS, context);
}

function form({ candidate: { file, definition } }: CheckContext): Finding {
  if (file.outline.broken) return unfit("file-broken");
  return /^__.*__$/.test(definition.name) ? unfit("dunder") : FIT;
}

function importable({ candidate, tree }: CheckContext): Finding {
  return importableName(candidate, tree) === undefined ? unfit("not-importable") : FIT;
}

function docstring({ candidate, options }: CheckContext): Finding {
  const count = words(candidate.definition.docstring?.text ?? "").length;
  return count < options.min_docstring_words ? unfit("docstring-too-short", `${count} words`) : FIT;
}

async function size({ candidate, options, knowledge }: CheckContext): Promise<Finding> {
  const statements = bodyLines(await knowledge.sources.read(candidate.file.path), candidate.definition);
  if (statements < options.min_statements) return unfit("too-small", `${statements} statements`);
  const facts: Record<string, Json> = { statements };
  return { fit: true, facts };
}
