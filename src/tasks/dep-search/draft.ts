import type { Json } from "../../base/json.ts";
import type { Random } from "../../base/random.ts";
import type { Draft, Place } from "../../task.ts";
import type { FileEdit, Replacement, Tree } from "../../tree.ts";
import { nameDefinition } from "../checks/find-definition.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import type { Answer } from "./answer.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { calledNames, type Knowledge } from "./knowledge.ts";
import { markerLine } from "./marker.ts";
import { drawWording } from "../checks/wordings.ts";
import type { Options } from "./options.ts";
import { instructionText, WORDINGS } from "./templates.ts";

export interface DraftInput {
  readonly candidate: Candidate;
  readonly dependencies: readonly Candidate[];
  readonly search: SearchFacts;
  /** What the candidate's checks measured. */
  readonly facts: Readonly<Record<string, Json>>;
  readonly features: Readonly<Record<string, Json>>;
  readonly engine: string;
  readonly options: Options;
  readonly tree: Tree;
  readonly syntaxes: SyntaxLookup;
  readonly random: Random;
}

/** How hard the dependencies are to find. */
export interface SearchFacts {
  /** Definitions that a search for the names would open, the right ones included; null when a name does not stand in the function. */
  readonly lookups: number | null;
  /** Definitions with a like name that are not called. */
  readonly distractors: number;
  /** Dependencies in other files than the function. */
  readonly elsewhere: number;
}

export function searchFacts(
  { file, definition }: Candidate,
  dependencies: readonly Candidate[],
  knowledge: Knowledge,
): SearchFacts {
  const written = new Set(calledNames(definition));
  const named = dependencies.every((one) => written.has(one.definition.name));
  const opened = dependencies.reduce((sum, one) => sum + knowledge.named(one.definition.name), 0);
  const alike = new Set(
    dependencies.flatMap((one) => knowledge.alike(one.definition.name).map((other) => other.definition)),
  );
  for (const one of dependencies) alike.delete(one.definition);
  alike.delete(definition);
  return {
    lookups: named ? 1 + opened : null,
    distractors: alike.size,
    elsewhere: dependencies.filter((one) => one.file.path !== file.path).length,
  };
}

/** Puts an instance together: pure data, the same bytes for the same input. */
export async function makeDraft(input: DraftInput): Promise<Draft> {
  const { candidate, dependencies, options, search } = input;
  const { file, definition } = candidate;
  const syntax = input.syntaxes.for(file.path);
  if (syntax === undefined) throw new RangeError(`no syntax for ${file.path}`);
  const template = drawWording(options, WORDINGS, input.random.scope("template"));
  const answer: Answer = {
    target: { ...nameDefinition(file.path, definition), name: definition.name },
    dependencies: dependencies.map((one) => nameDefinition(one.file.path, one.definition)),
  };
  return {
    language: file.language,
    instruction: instructionText(template, {
      kind: definition.kind === "method" ? "method" : "function",
      qualifiedName: definition.qualifiedName,
      path: file.path,
      line: definition.line,
      marker: markerLine(syntax, definition.name),
    }),
    variant: { dependencies: dependencies.length, template },
    facts: {
      ...search,
      licence: input.facts["licence"] ?? "unknown",
      resolver: input.engine,
      principles: principlesOf(search),
    },
    start: [],
    solution: await markerEdits(input),
    answer,
    secretFacts: { ...input.features, ...input.facts },
    place: placeOf(candidate),
  };
}

export function placeOf({ file, definition }: Candidate): Place {
  return { path: file.path, line: definition.line, name: definition.qualifiedName };
}

/** How an instance stands to the four principles of task design; docs/tasks/dep-search.md says what each means here. */
function principlesOf({ lookups, distractors }: SearchFacts): Record<string, Json> {
  const hard = (lookups === null || lookups >= 3) && distractors >= 1;
  return {
    output_format: "kept",
    repository_exploration: "kept",
    non_trivial_reasoning: hard ? "kept" : "not-kept",
    simple_setup: "kept",
  };
}

/** A marker line above each dependency. */
async function markerEdits({ candidate, dependencies, tree, syntaxes }: DraftInput): Promise<FileEdit[]> {
  const edits: FileEdit[] = [];
  for (const [path, inFile] of Map.groupBy(dependencies, (one) => one.file.path)) {
    const syntax = syntaxes.for(path);
    const content = await tree.read(path);
    const source = syntax?.decode(content);
    const blob = tree.entry(path)?.blob;
    if (syntax === undefined || source === undefined || "problem" in source || blob === undefined)
      throw new RangeError(`${path} was readable before`);
    const marker = markerLine(syntax, candidate.definition.name);
    const replacements = inFile.map(({ definition }): Replacement => {
      const { text } = source;
      const place = definition.span.start;
      const indent = /[ \t\f]*$/.exec(text.slice(0, place))?.[0] ?? "";
      const lineBreak = /\r\n|\r|\n/.exec(text)?.[0] ?? "\n";
      // Between the indentation and the definition, so that the line above ends as it did, whatever ends lines here.
      const start = source.encode(text.slice(0, place)).byteLength;
      return { start, end: start, text: `${marker}${lineBreak}${indent}` };
    });
    edits.push({ path, blob, replacements });
  }
  return edits;
}
