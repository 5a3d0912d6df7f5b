import type { Json } from "../../base/json.ts";
import { parseValue } from "../../base/json.ts";
import type { DecodedSource, Definition } from "../../syntax.ts";
import type { JudgeInput } from "../../task.ts";
import { containment } from "../../text/overlap.ts";
import { words } from "../../text/words.ts";
import type { FileState } from "../../tree.ts";
import type { Verdict } from "../../verdict.ts";
import { type ChangedFile, changedFiles } from "../checks/changed-files.ts";
import {
  decide,
  editFacts,
  type EditRule,
  type EditView,
  type Objection,
  SAME_CODE_RULES,
} from "../checks/edit-rules.ts";
import { findDefinition } from "../checks/find-definition.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { type AnswerTarget, answerSchema } from "./answer.ts";

/** A target as it stands after the changes. */
interface TargetState {
  readonly target: AnswerTarget;
  /** Undefined when it is gone or its file was not changed in a readable way. */
  readonly definition: Definition | undefined;
  /** Something stands where a docstring would, but it is no plain string. */
  readonly imitation: boolean;
}

export interface LocalizeView extends EditView {
  readonly targets: readonly TargetState[];
}

/** A judge's rules as a list, so that each can be taken out to show what it is for. */
export const LOCALIZE_RULES: readonly EditRule<LocalizeView>[] = [
  ...SAME_CODE_RULES,
  {
    name: "targets-documented",
    against: ({ targets }) =>
      targets.flatMap((state): Objection[] => {
        if (state.definition?.docstring !== undefined) return [];
        const missing: Objection = { reason: "target-not-documented", evidence: nameOf(state) };
        return state.imitation
          ? [missing, { reason: "docstring-not-plain", evidence: nameOf(state) }]
          : [missing];
      }),
  },
  {
    name: "docstrings-not-empty",
    against: ({ targets }) =>
      targets
        .filter((state) => state.definition?.docstring?.text.trim() === "")
        .map((state) => ({ reason: "docstring-empty", evidence: nameOf(state) })),
  },
];

function nameOf({ target }: TargetState): string {
  return `${target.path}: ${target.qualified_name}`;
}

/** Judges with all rules. */
export function judgeLocalization(input: JudgeInput, syntaxes: SyntaxLookup): Promise<Verdict> {
  return judgeWith(LOCALIZE_RULES, input, syntaxes);
}

/** Judges with some rules only; for showing that each is needed. */
export async function judgeWith(
  rules: readonly EditRule<LocalizeView>[],
  input: JudgeInput,
  syntaxes: SyntaxLookup,
): Promise<Verdict> {
  const answer = parseValue(input.answer, answerSchema, "the answer");
  const files = changedFiles(input.changes, syntaxes);
  const contents = new Map<string, FileState | undefined>(
    input.changes.map((change) => [change.path, change.after]),
  );
  const targets = answer.targets.map((target) => targetState(target, contents.get(target.path), syntaxes));
  const view: LocalizeView = { files, targets };
  return decide(rules, view, factsOf(view, input.instruction));
}

function targetState(
  target: AnswerTarget,
  state: FileState | undefined,
  syntaxes: SyntaxLookup,
): TargetState {
  const missing: TargetState = { target, definition: undefined, imitation: false };
  const syntax = syntaxes.for(target.path);
  if (syntax === undefined || state === undefined || state.mode === "120000") return missing;
  const source = syntax.decode(state.content);
  if ("problem" in source) return missing;
  const definition = findDefinition(syntax.outline(source), target);
  if (definition === undefined) return missing;
  return {
    target,
    definition,
    imitation: definition.docstring === undefined && hasImitation(source, definition),
  };
}

/** Only to give a better reason: a line of the definition that starts with an f-, t- or b-string. */
function hasImitation(source: DecodedSource, definition: Definition): boolean {
  const text = source.text.slice(definition.span.start, definition.span.end);
  return /^[ \t]*(?:[fFbBtT][rR]?|[rR][fFbBtT])["']/m.test(text);
}

function factsOf(view: LocalizeView, instruction: string): Record<string, Json> {
  const { files, targets } = view;
  const documented = targets.filter((state) => (state.definition?.docstring?.text.trim() ?? "") !== "");
  return {
    ...editFacts(files),
    targets: targets.length,
    targets_documented: documented.length,
    docstrings_elsewhere: files.reduce((sum, file) => sum + docstringsElsewhere(file, targets), 0),
    ...qualityOf(documented, instruction),
  };
}

/** Docstrings added, removed or changed on anything but the targets. */
function docstringsElsewhere(file: ChangedFile, targets: readonly TargetState[]): number {
  if (file.kind !== "source" || !file.comparison.same) return 0;
  return file.comparison.docstrings.filter(
    (change) =>
      !targets.some(
        ({ target }) =>
          target.path === file.path &&
          target.qualified_name === change.qualifiedName &&
          target.ordinal === change.ordinal,
      ),
  ).length;
}

/** An answer can be right and worthless; of several docstrings the poorest counts. */
function qualityOf(documented: readonly TargetState[], instruction: string): Record<string, Json> {
  if (documented.length === 0) {
    return { docstring_words: null, parameters_named: null, share_copied: null, one_word: null };
  }
  const asked = words(instruction);
  const qualities = documented.map(({ definition }) => {
    const sequence = words(definition?.docstring?.text ?? "");
    const parameters = definition?.parameters ?? [];
    const named = parameters.filter((name) => sequence.includes(name.toLowerCase()));
    return {
      words: sequence.length,
      named: parameters.length === 0 ? null : round(named.length / parameters.length),
      copied: round(containment(sequence, asked, Math.min(3, Math.max(1, sequence.length)))),
    };
  });
  const shares = qualities.map((one) => one.named).filter((share) => share !== null);
  const fewest = Math.min(...qualities.map((one) => one.words));
  return {
    docstring_words: fewest,
    parameters_named: shares.length === 0 ? null : Math.min(...shares),
    share_copied: Math.max(...qualities.map((one) => one.copied)),
    one_word: fewest <= 1,
  };
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}
