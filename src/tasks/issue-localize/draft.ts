import type { Json } from "../../base/json.ts";
import type { Random } from "../../base/random.ts";
import type { Draft, Place } from "../../task.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import { type Answer, goldDefinitions } from "./answer.ts";
import { commentEdit } from "./comment-edit.ts";
import { changedLineCount } from "./gold.ts";
import { drawWording } from "../checks/wordings.ts";
import type { Options } from "./options.ts";
import { principlesOf } from "./principles.ts";
import type { Subject } from "./subject.ts";
import { instructionText, WORDINGS } from "./templates.ts";

/** Puts an instance together: pure data, the same bytes for the same input. */
export function makeDraft(
  subject: Subject,
  measured: Readonly<Record<string, Json>>,
  options: Options,
  random: Random,
): Draft | Unfit {
  const { fix, issue } = subject;
  const gold = [...subject.gold].sort((a, b) => (a.path < b.path ? -1 : 1));
  const edits = gold.map((file) => ({ path: file.path, edit: commentEdit(file) }));
  const without = edits.find(({ edit }) => edit === undefined);
  if (without !== undefined) return unfit("no-place-for-a-comment", without.path);
  const answer: Answer = {
    files: gold.map(({ path, definitions }) => ({ path, definitions: goldDefinitions(definitions) })),
    shotgun: { files: options.shotgun_files, gold_share: options.shotgun_gold_share },
  };
  const template = drawWording(options, WORDINGS, random);
  return {
    language: gold[0]?.syntax.language ?? "",
    base: fix.base,
    instruction: instructionText(template, issue.text),
    variant: { text: issue.source, template },
    facts: publicFacts(measured),
    start: [],
    solution: edits.flatMap(({ edit }) => edit ?? []),
    answer,
    secretFacts: {
      ...measured,
      fix: fix.name,
      issue: issue.number ?? null,
      text_age: textAge(subject),
      files: gold.length,
      hunks: gold.reduce((count, { edits: runs }) => count + runs.length, 0),
      lines: changedLineCount(gold),
      definitions: gold.reduce((count, { definitions }) => count + definitions.length, 0),
    },
    place: placeOf(subject),
  };
}

function placeOf({ fix, gold }: Subject): Place {
  const [first] = gold;
  return {
    path: first?.path ?? "",
    line: first?.definitions[0]?.line ?? Math.max(1, first?.edits[0]?.first ?? 1),
    name: fix.name,
  };
}

/** Seconds from the text to the fix; null where nobody says. */
function textAge({ fix, issue }: Subject): number | null {
  return fix.madeAt === undefined || issue.writtenAt === undefined ? null : fix.madeAt - issue.writtenAt;
}

/** Measurements that do not tell where the place is. */
function publicFacts(measured: Readonly<Record<string, Json>>): Record<string, Json> {
  const { named_files, named_definitions, lookups, distractors, patch_lines: _, ...others } = measured;
  return {
    ...others,
    named_files: named_files ?? 0,
    named_definitions: named_definitions ?? 0,
    lookups: lookups ?? null,
    distractors: distractors ?? 0,
    principles: principlesOf({
      namedFiles: Number(named_files),
      namedDefinitions: Number(named_definitions),
      lookups: typeof lookups === "number" ? lookups : null,
      distractors: Number(distractors),
    }),
  };
}
