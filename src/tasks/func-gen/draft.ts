import type { Json } from "../../base/json.ts";
import type { Random } from "../../base/random.ts";
import type { Draft } from "../../task.ts";
import type { Tree } from "../../tree.ts";
import { fileEditOf } from "../../trees/edits.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { findDefinition, nameDefinition } from "../checks/find-definition.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import type { Ground } from "./subject.ts";
import { drawWording } from "../checks/wordings.ts";
import type { Options } from "./options.ts";
import { instructionText, WORDINGS } from "./templates.ts";

/** What stands in the body's place. */
export const STUB = "raise NotImplementedError";

/** The target's file with the stub in it. */
export interface Stubbed {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly text: string;
  /** Of the target in the file with the stub. */
  readonly line: number;
}

export async function stubOut(
  candidate: Candidate,
  tree: Tree,
  syntaxes: SyntaxLookup,
): Promise<Stubbed | Unfit> {
  const { path } = candidate.file;
  const syntax = syntaxes.for(path);
  const before = await tree.read(path);
  const source = syntax?.decode(before);
  if (syntax === undefined || source === undefined || "problem" in source)
    return unfit("source-not-readable", path);
  const body = syntax.bodyOf?.(source, candidate.definition);
  if (body === undefined) return unfit("start-invalid", "no body");
  const text = `${source.text.slice(0, body.start)}\n${body.indent}${STUB}${source.text.slice(body.end)}`;
  const after = source.encode(text);
  const decoded = syntax.decode(after);
  if ("problem" in decoded || !syntax.validity(decoded).valid) return unfit("start-invalid");
  const { qualifiedName, ordinal } = candidate.definition;
  const found = findDefinition(syntax.outline(decoded), { qualified_name: qualifiedName, ordinal });
  if (found?.bodyStatements !== 1) return unfit("start-invalid", qualifiedName);
  return { before, after, text: source.text, line: found.line };
}

export interface DraftInput {
  readonly candidate: Candidate;
  readonly stubbed: Stubbed;
  readonly ground: Ground;
  /** What the candidate's checks measured. */
  readonly facts: Record<string, Json>;
  /** How far its docstring holds; no secret, for the docstring is there to read. */
  readonly said: Record<string, Json>;
  /** Names that it calls and the repository defines. */
  readonly lookups: number;
  readonly options: Options;
  readonly random: Random;
}

/** Puts an instance together: pure data, the same bytes for the same input. */
export function makeDraft({
  candidate,
  stubbed,
  ground,
  facts,
  said,
  lookups,
  options,
  random,
}: DraftInput): Draft {
  const { file, definition } = candidate;
  const template = drawWording(options, WORDINGS, random.scope("template"));
  const kind = definition.kind === "method" ? "method" : "function";
  const { before, after } = stubbed;
  const { licence, licence_source, ...measured } = facts;
  const { oracle, grade } = ground;
  const { environment } = oracle;
  return {
    language: "python",
    instruction: instructionText(template, { kind, name: definition.qualifiedName, path: file.path }),
    variant: { template, oracle: oracle.kind },
    facts: {
      licence: licence ?? "unknown",
      target_kinds: [definition.kind],
      lookups,
      environment: { grade, packages: environment?.packages.length ?? 0 },
      ...said,
      principles: {
        output_format: "kept",
        repository_exploration: "does-not-apply",
        non_trivial_reasoning: lookups > 0 ? "kept" : "not-kept",
        simple_setup: environment === undefined ? "kept" : "not-kept",
      },
    },
    start: [fileEditOf(file.path, before, after)],
    solution: [fileEditOf(file.path, after, before)],
    answer: {
      target: { ...nameDefinition(file.path, definition), line: stubbed.line },
      oracle,
    },
    secretFacts: { ...measured, licence_source: licence_source ?? "none", ...ground.facts },
    place: { path: file.path, line: definition.line, name: definition.qualifiedName },
  };
}
