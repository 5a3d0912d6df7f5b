import type { Json } from "../../base/json.ts";
import type { ProjectFile } from "../../project.ts";
import type { Definition } from "../../syntax.ts";
import type { DefinitionIndex } from "./definition-index.ts";
import { type Finding, FIT, unfit } from "./finding.ts";
import { isPermissive, licenceOfHeader } from "./licence.ts";
import { fileRole } from "./role.ts";
import type { Sources } from "./sources.ts";

/** A definition that could be asked about. */
export interface Candidate {
  readonly file: ProjectFile;
  readonly definition: Definition;
}

/** What the checks here look at; a family's own checks may look at more. */
export interface CandidateContext {
  readonly candidate: Candidate;
  readonly options: { readonly licences: string };
  readonly knowledge: { readonly sources: Sources; licence(): Promise<string> };
}

/** From cheap to dear: the first that fails gives the reason. @returns what was measured, or that reason. */
export async function firstObjection<Context>(
  checks: readonly ((context: Context) => Finding | Promise<Finding>)[],
  context: Context,
): Promise<Finding> {
  const facts: Record<string, Json> = {};
  for (const check of checks) {
    const finding = await check(context);
    if (!finding.fit) return finding;
    Object.assign(facts, finding.facts);
  }
  return { fit: true, facts };
}

/** Tests, generated code, vendored code and their like, by the path alone. */
export function pathRole({ candidate }: CandidateContext): Finding {
  const role = fileRole(candidate.file.path);
  return role === "source" ? FIT : unfit(`role-${role}`);
}

/** The same by the file's first lines, which must be read for it. */
export async function headRole({ candidate, knowledge }: CandidateContext): Promise<Finding> {
  const { text } = await knowledge.sources.read(candidate.file.path);
  const role = fileRole(candidate.file.path, text.slice(0, 2000));
  return role === "source" ? FIT : unfit(`role-${role}`);
}

/** `Class.name` twice in a file (overloads, property setters, version switches): which one is meant would be a matter of lines. */
export function definedOnce({ candidate: { file, definition } }: CandidateContext): Finding {
  const same = file.outline.definitions.filter((other) => other.qualifiedName === definition.qualifiedName);
  return same.length === 1 ? FIT : unfit("defined-twice", definition.qualifiedName);
}

/** The kinds that the options ask for. */
export function kindWanted({
  candidate: { definition },
  options,
}: {
  readonly candidate: Candidate;
  readonly options: { readonly kinds: readonly Definition["kind"][] };
}): Finding {
  return options.kinds.includes(definition.kind) ? FIT : unfit("kind-not-wanted", definition.kind);
}

/** A near-duplicate elsewhere: which one is meant nobody could tell, and one could be copied from the other. */
export async function noTwin({
  candidate,
  options,
  knowledge,
}: {
  readonly candidate: Candidate;
  readonly options: { readonly twin_similarity: number };
  readonly knowledge: { definitions(): Promise<DefinitionIndex> };
}): Promise<Finding> {
  const index = await knowledge.definitions();
  const document = index.documentOf(candidate.definition);
  const [twin] = document === undefined ? [] : index.duplicates.near(document, options.twin_similarity);
  if (twin === undefined) return FIT;
  const other = index.entries[twin.key];
  return unfit("twin", `${other?.path}: ${other?.definition.qualifiedName}`, { similarity: twin.similarity });
}

export async function licence({ candidate, options, knowledge }: CandidateContext): Promise<Finding> {
  const { text } = await knowledge.sources.read(candidate.file.path);
  const header = licenceOfHeader(text);
  const id = header ?? (await knowledge.licence());
  if (options.licences === "permissive" && !isPermissive(id)) return unfit("licence", id);
  return {
    fit: true,
    facts: { licence: id, licence_source: header === undefined ? "repository" : "file-header" },
  };
}
