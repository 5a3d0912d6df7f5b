import {
  type Candidate,
  definedOnce,
  firstObjection,
  headRole,
  licence,
  pathRole,
} from "../checks/candidate-checks.ts";
import { type Finding, FIT, unfit } from "../checks/finding.ts";
import { calledNames, type Knowledge } from "./knowledge.ts";
import type { Options } from "./options.ts";
import type { Json } from "../../base/json.ts";

export interface CheckContext {
  readonly candidate: Candidate;
  readonly features: Readonly<Record<string, Json>>;
  readonly options: Options;
  readonly knowledge: Knowledge;
}

type Check = (context: CheckContext) => Finding | Promise<Finding>;

/** Checks that need no resolver, from cheap to dear; the first that fails gives the reason. */
const CHECKS: readonly Check[] = [pathRole, form, definedOnce, size, promise, headRole, licence];

/** @returns what was measured, or the first reason against the candidate. */
export function checkCandidate(context: CheckContext): Promise<Finding> {
  return firstObjection(CHECKS, context);
}

function form({ candidate: { file, definition } }: CheckContext): Finding {
  if (file.outline.broken) return unfit("file-broken");
  return definition.isStub ? unfit("stub") : FIT;
}

function size({ features, options }: CheckContext): Finding {
  const statements = Number(features["statements"]);
  return statements < options.min_statements ? unfit("too-small", `${statements} statements`) : FIT;
}

/** Without a name that the repository defines there is nothing to find, whatever a resolver would say. */
function promise({ candidate: { definition }, options, knowledge }: CheckContext): Finding {
  const names = calledNames(definition);
  if (names.length > options.max_calls) return unfit("too-many-calls", `${names.length} names`);
  const known = names.filter((name) => knowledge.named(name) > 0);
  return known.length === 0 ? unfit("calls-nothing-here") : FIT;
}
