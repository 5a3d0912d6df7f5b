import { ResolverError } from "../../base/errors.ts";
import type { CallSite, DefinitionKey, Resolution, Resolver } from "../../resolver.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import { fileRole } from "../checks/role.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Options } from "./options.ts";

/** A function's dependencies, every one of them certain. */
export interface Resolved {
  readonly dependencies: readonly Candidate[];
  readonly sites: number;
}

/**
 * Asks where each call of a candidate leads. One site that is not settled, or one definition that an agent could
 * not be asked to mark, makes the candidate unfit: a wrong answer is worse than one instance less.
 */
export async function findDependencies(
  candidate: Candidate,
  resolver: Resolver,
  options: Options,
  knowledge: Knowledge,
): Promise<{ readonly resolved: Resolved } | { readonly refused: Unfit }> {
  const { file, definition } = candidate;
  let resolution: Resolution;
  try {
    resolution = await resolver.resolve({
      path: file.path,
      qualifiedName: definition.qualifiedName,
      ordinal: definition.ordinal,
    });
  } catch (error) {
    if (!(error instanceof ResolverError)) throw error;
    return { refused: unfit(error.code, error.message) };
  }
  const { sites } = resolution;
  const open = sites.map((site) => unsettled(site)).find((one) => one !== undefined);
  if (open !== undefined) return { refused: open };
  const direct = keysOf(
    sites.filter((site) => !site.nested),
    candidate,
  );
  const all = keysOf(sites, candidate);
  if (direct.size !== all.size)
    return { refused: unfit("nested-calls", "only a definition inside it calls them") };
  if (all.size < options.min_dependencies) return { refused: unfit("too-few-dependencies", `${all.size}`) };
  if (all.size > options.max_dependencies) return { refused: unfit("too-many-dependencies", `${all.size}`) };
  const dependencies: Candidate[] = [];
  for (const key of all.values()) {
    const checked = checkDependency(key, knowledge);
    if ("fit" in checked) return { refused: checked };
    dependencies.push(checked);
  }
  return { resolved: { dependencies: dependencies.sort(byPlace), sites: sites.length } };
}

function unsettled({ target, text, line }: CallSite): Unfit | undefined {
  if (target.kind === "unresolved")
    return unfit("unresolved-call", `line ${line}: ${text}: ${target.reason}`);
  if (target.kind === "several") return unfit("several-definitions", `line ${line}: ${text}`);
  return undefined;
}

/** What is called, without the function itself and what is defined inside it. */
function keysOf(sites: readonly CallSite[], { file, definition }: Candidate): Map<string, DefinitionKey> {
  const keys = new Map<string, DefinitionKey>();
  for (const { target } of sites) {
    if (target.kind !== "definition") continue;
    const { path, qualifiedName, ordinal } = target.definition;
    const own = path === file.path && `${qualifiedName}.`.startsWith(`${definition.qualifiedName}.`);
    if (!own) keys.set(`${path}#${qualifiedName}#${ordinal}`, target.definition);
  }
  return keys;
}

/** A definition that can be marked, and of which nobody would say that it is not of this repository. */
function checkDependency(key: DefinitionKey, knowledge: Knowledge): Candidate | Unfit {
  const found = knowledge.find(key);
  if (found === undefined) return unfit("dependency-unreadable", `${key.path}: ${key.qualifiedName}`);
  const { file, definition } = found;
  const where = `${file.path}: ${definition.qualifiedName}`;
  const { definitions, broken } = file.outline;
  if (broken) return unfit("dependency-unreadable", where);
  const role = fileRole(file.path);
  if (role === "vendored" || role === "stub") return unfit(`dependency-${role}`, where);
  if (definitions.some((one) => one.qualifiedName === definition.qualifiedName && one !== definition))
    return unfit("dependency-defined-twice", where);
  if (definitions.some((one) => one.firstLine === definition.firstLine && one !== definition))
    return unfit("dependency-shares-line", where);
  return found;
}

function byPlace(a: Candidate, b: Candidate): number {
  if (a.file.path !== b.file.path) return a.file.path < b.file.path ? -1 : 1;
  return a.definition.span.start - b.definition.span.start;
}
