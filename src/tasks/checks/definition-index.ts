import type { Project, ProjectFile } from "../../project.ts";
import type { Definition } from "../../syntax.ts";
import { bodyTokens } from "../../text/body-tokens.ts";
import { codeOf, textWithout } from "../../text/definition-code.ts";
import { createNearDuplicates, hashWords, type NearDuplicates, signatureOf } from "../../text/minhash.ts";
import { createRetrieval, type Retrieval } from "../../text/retrieval.ts";
import { createTermStatistics, type TermStatistics } from "../../text/terms.ts";
import { searchTerms } from "../../text/words.ts";
import { fileRole } from "./role.ts";
import type { Sources, SourceText } from "./sources.ts";

/**
 * Everything that is searched when a definition is looked for: one document per definition outside
 * test code. Built in one pass, file by file; only counts and signatures stay in memory.
 */
export interface DefinitionIndex {
  /** By document number. */
  readonly entries: readonly IndexEntry[];
  /** The document of a definition of the project itself; undefined for definitions in tests. */
  documentOf(definition: Definition): number | undefined;
  /** Identifiers, calls, strings, comments and docstrings of each definition. */
  readonly retrieval: Retrieval;
  /** How much a term tells among the project's docstrings (a document per docstring). */
  readonly docstrings: TermStatistics;
  /** Near-duplicates by renamed bodies. */
  readonly duplicates: NearDuplicates;
}

export interface IndexEntry {
  readonly path: string;
  readonly definition: Definition;
  /** Documents of the definitions around this one. */
  readonly ancestors: readonly number[];
}

const SHINGLE = 5;

export async function buildDefinitionIndex(project: Project, sources: Sources): Promise<DefinitionIndex> {
  const entries: IndexEntry[] = [];
  const documents = new Map<Definition, number>();
  const retrieval = createRetrieval();
  const docstrings = createTermStatistics();
  const duplicates = createNearDuplicates();
  for (const file of project.files) {
    if (file.outline.definitions.length === 0 || fileRole(file.path) === "test") continue;
    const source = await sources.read(file.path);
    const { text } = source;
    const ids: number[] = [];
    for (const definition of file.outline.definitions) {
      const document = retrieval.add(documentTerms(text, file, definition));
      const parent = definition.parent === undefined ? undefined : ids[definition.parent];
      ids.push(document);
      const ancestors = parent === undefined ? [] : [parent, ...(entries[parent]?.ancestors ?? [])];
      entries.push({ path: file.path, definition, ancestors });
      documents.set(definition, document);
      if (definition.docstring !== undefined) docstrings.add(searchTerms(definition.docstring.text));
      const shape = bodyShape(source, definition);
      if (shape !== undefined) duplicates.add(document, signatureOf(shape));
    }
  }
  return {
    entries,
    documentOf: (definition) => documents.get(definition),
    retrieval: retrieval.finish(),
    docstrings,
    duplicates,
  };
}

/** The search terms of a definition as it stands, its docstring included. */
function documentTerms(text: string, file: ProjectFile, definition: Definition): string[] {
  const own = codeTerms(text, file, definition);
  return definition.docstring === undefined ? own : [...own, ...searchTerms(definition.docstring.text)];
}

/**
 * The search terms of a definition whose docstring is gone. A class is searched by what stands directly in
 * it and the names of its methods, which are documents of their own.
 */
export function codeTerms(text: string, file: ProjectFile, definition: Definition): string[] {
  const names = searchTerms(definition.qualifiedName);
  if (definition.kind !== "class") return [...names, ...searchTerms(codeOf(text, definition))];
  const place = file.outline.definitions.indexOf(definition);
  const members = file.outline.definitions.filter((other) => other.parent === place);
  // In some languages a docstring stands above what it documents.
  const docstrings = [definition, ...members].flatMap(({ docstring }) => docstring?.span ?? []);
  const cuts = [...members.map((member) => member.span), ...docstrings];
  return [
    ...names,
    ...searchTerms(textWithout(text, definition.span, cuts)),
    ...members.flatMap((member) => searchTerms(member.name)),
  ];
}

/** Hashes of a body's token shingles; undefined for bodies too short to compare. */
function bodyShape({ text, lineComment }: SourceText, definition: Definition): Set<number> | undefined {
  const names = [definition.name, ...definition.parameters];
  const tokens = bodyTokens(codeOf(text, definition), names, lineComment);
  if (tokens === undefined) return undefined;
  const hashes = new Set<number>();
  for (let start = 0; start + SHINGLE <= tokens.length; start++) {
    hashes.add(hashWords(tokens, start, start + SHINGLE));
  }
  return hashes;
}
