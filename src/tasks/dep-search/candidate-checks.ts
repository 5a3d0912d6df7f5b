import { type Finding, FIT, unfit } from "../checks/finding.ts";
import { isPermissive, licenceOfHeader } from "../checks/licence.ts";
import { fileRole } from "../checks/role.ts";
import { calledNames, type Candidate, type Knowledge } from "./knowledge.ts";
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
const CHECKS: readonly Check[] = [pathRole, form, size, promise, headRole, licence];

/** @returns what was measured, or the first reason against the candidate. */
export async function checkCandidate(context: CheckContext): Promise<Finding> {
  const facts: Record<string, Json> = {};
  for (const check of CHECKS) {
    const finding = await check(context);
    if (!finding.fit) return finding;
    Object.assign(facts, finding.facts);
  }
  return { fit: true, facts };
}

function pathRole({ candidate }: CheckContext): Finding {
  const role = fileRole(candidate.file.path);
  return role === "source" ? FIT : unfit(`role-${role}`);
}

function form({ candidate: { file, definition } }: CheckContext): Finding {
  if (file.outline.broken) return unfit("file-broken");
  if (definition.isStub) return unfit("stub");
  const same = file.outline.definitions.filter((other) => other.qualifiedName === definition.qualifiedName);
  // Overloads, property setters, one definition per platform: which one is asked about would be a matter of lines.
  return same.length === 1 ? FIT : unfit("defined-twice", definition.qualifiedName);
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

async function headRole({ candidate, knowledge }: CheckContext): Promise<Finding> {
  const { text } = await knowledge.sources.read(candidate.file.path);
  const role = fileRole(candidate.file.path, text.slice(0, 2000));
  return role === "source" ? FIT : unfit(`role-${role}`);
}

async function licence({ candidate, options, knowledge }: CheckContext): Promise<Finding> {
  const { text } = await knowledge.sources.read(candidate.file.path);
  const header = licenceOfHeader(text);
  const id = header ?? (await knowledge.licence());
  if (options.licences === "permissive" && !isPermissive(id)) return unfit("licence", id);
  return {
    fit: true,
    facts: { licence: id, licence_source: header === undefined ? "repository" : "file-header" },
  };
}
