import { TaskError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import type { Random } from "../../base/random.ts";
import type { Syntax, TextEdit } from "../../syntax.ts";
import type { Draft } from "../../task.ts";
import type { FileEdit, Tree } from "../../tree.ts";
import { fileEditOf } from "../../trees/edits.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import type { Answer } from "./answer.ts";
import type { Described } from "./describe.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { drawWording } from "../checks/wordings.ts";
import type { Options } from "./options.ts";
import { principlesOf } from "./principles.ts";
import { instructionText, WORDINGS } from "./templates.ts";

/** A definition that passed every check, with its description. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly described: Described;
  /** What the candidate's checks measured. */
  readonly facts: Record<string, Json>;
}

export interface DraftInput {
  readonly chosen: readonly Chosen[];
  readonly options: Options;
  readonly tree: Tree;
  readonly syntaxes: SyntaxLookup;
  readonly random: Random;
  /** Who wrote the descriptions. */
  readonly describedBy: string;
}

/** Puts an instance together: pure data, the same bytes for the same input. */
export async function makeDraft(
  input: DraftInput,
): Promise<{ readonly draft: Draft } | { readonly refused: Unfit }> {
  const { chosen, options } = input;
  const files = new Map<string, Chosen[]>();
  for (const one of chosen)
    files.set(one.candidate.file.path, [...(files.get(one.candidate.file.path) ?? []), one]);
  const start: FileEdit[] = [];
  const solution: FileEdit[] = [];
  const targets: Answer["targets"] = [];
  for (const [path, inFile] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const removed = await removeDocstrings(input, path, inFile);
    if ("refused" in removed) return removed;
    start.push(removed.start);
    solution.push(removed.solution);
    targets.push(...removed.targets);
  }
  const template = drawWording(options, WORDINGS, input.random.scope("template"));
  const first = chosen[0]?.candidate;
  if (first === undefined) throw new RangeError("a draft needs a target");
  const instruction = instructionText(
    template,
    chosen.map(({ candidate, described }) => ({
      kind: candidate.definition.kind,
      ...(options.masked ? {} : { name: shownName(candidate) }),
      description: described.text,
    })),
  );
  return {
    draft: {
      language: "python",
      instruction,
      variant: {
        masked: options.masked,
        details: options.details,
        targets: chosen.length,
        template,
        spread: spreadOf(files.size, chosen),
      },
      facts: publicFacts(input),
      start,
      solution,
      answer: { targets },
      secretFacts: { targets: chosen.map(secretFactsOf) },
      place: placeOf(first),
    },
  };
}

export function placeOf({ file, definition }: Candidate) {
  return { path: file.path, line: definition.line, name: definition.qualifiedName };
}

interface Removed {
  readonly start: FileEdit;
  readonly solution: FileEdit;
  readonly targets: Answer["targets"];
}

async function removeDocstrings(
  input: DraftInput,
  path: string,
  inFile: readonly Chosen[],
): Promise<Removed | { readonly refused: Unfit }> {
  const syntax = input.syntaxes.for(path);
  const before = await input.tree.read(path);
  const source = syntax?.decode(before);
  if (syntax === undefined || source === undefined || "problem" in source) {
    return { refused: unfit("source-not-readable", path) };
  }
  const edits: TextEdit[] = [];
  for (const { candidate } of inFile) {
    try {
      edits.push(syntax.removeDocstring(source, candidate.definition));
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      return { refused: unfit(error.code, error.message) };
    }
  }
  let text = source.text;
  for (const edit of edits.sort((a, b) => b.start - a.start))
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  const after = source.encode(text);
  const targets = targetsAfter(syntax, after, inFile);
  if ("refused" in targets) return targets;
  return {
    start: fileEditOf(path, before, after),
    solution: fileEditOf(path, after, before),
    targets: targets.targets,
  };
}

/** Finds the targets again in the start file, which must be valid and have them without docstrings. */
function targetsAfter(
  syntax: Syntax,
  content: Uint8Array,
  inFile: readonly Chosen[],
): { readonly targets: Answer["targets"] } | { readonly refused: Unfit } {
  const source = syntax.decode(content);
  if ("problem" in source || !syntax.validity(source).valid) return { refused: unfit("start-invalid") };
  const outline = syntax.outline(source);
  const targets: Answer["targets"] = [];
  for (const { candidate } of inFile) {
    const { qualifiedName, ordinal, kind, docstring } = candidate.definition;
    const found = outline.definitions.find(
      (one) => one.qualifiedName === qualifiedName && one.ordinal === ordinal,
    );
    if (found === undefined || found.docstring !== undefined)
      return { refused: unfit("start-invalid", qualifiedName) };
    targets.push({
      path: candidate.file.path,
      qualified_name: qualifiedName,
      ordinal,
      kind,
      line: found.line,
      docstring: docstring?.text ?? "",
    });
  }
  return { targets: targets.sort((a, b) => a.line - b.line) };
}

/** The name a reader would use: with the class for members. */
function shownName({ definition }: Candidate): string {
  return definition.qualifiedName;
}

function spreadOf(files: number, chosen: readonly Chosen[]): string | null {
  if (chosen.length === 1) return null;
  return files === 1 ? "same-file" : files === chosen.length ? "different-files" : "mixed";
}

/** Measurements that do not tell where the target is; of several targets the one that is furthest off. */
function publicFacts({ chosen, options, describedBy }: DraftInput): Record<string, Json> {
  const found = chosen.map((one) => one.described.found);
  const total = sumOrNull(found.map((one) => one.lookups));
  const distractors = Math.min(...found.map((one) => one.distractors));
  const licences = [...new Set(chosen.map((one) => one.facts["licence"] ?? "unknown"))];
  return {
    description_source: describedBy,
    description_attempts: chosen.reduce((sum, one) => sum + one.described.attempts, 0),
    code_words: sumOrNull(chosen.map((one) => one.described.codeWords)),
    retrieval_rank: Math.max(...found.map((one) => one.rank)),
    distractors,
    lookups: total,
    licence: licences.length === 1 ? (licences[0] ?? "unknown") : licences,
    target_kinds: chosen.map((one) => one.candidate.definition.kind),
    principles: principlesOf(options, { lookups: total, distractors }),
  };
}

/** Null when one is not known. */
function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}

function secretFactsOf({ candidate, described, facts }: Chosen): Json {
  return {
    path: candidate.file.path,
    qualified_name: candidate.definition.qualifiedName,
    ...facts,
    ...described.measured,
    retrieval_rank: described.found.rank,
    distractors: described.found.distractors,
    lookups: described.found.lookups,
    rival: described.found.rival,
  };
}
