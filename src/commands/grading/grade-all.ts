import type { Verdict } from "../../verdict.ts";
import { unsolved } from "../../verdict.ts";
import { gradePatch } from "../../verdicts/grade-patch.ts";
import type { Grade, Patch, Standard } from "./item.ts";

/** Grades all diffs of one instance. */
export async function* gradeAll(
  instance: string,
  standard: Standard,
  patches: readonly Patch[],
): AsyncGenerator<Grade> {
  const { name, graderVersion } = standard.grader;
  for (const patch of patches) {
    const judged = await gradeOne(standard, patch);
    const verdict = patch.finish?.(judged) ?? judged;
    const attempt = patch.attempt === undefined ? {} : { attempt_id: patch.attempt };
    yield { instance_id: instance, ...attempt, task: name, grader_version: graderVersion, ...verdict };
  }
}

async function gradeOne({ grader, question, starts, runner }: Standard, patch: Patch): Promise<Verdict> {
  const content = await patch.read();
  if ("tooLarge" in content)
    return unsolved(["diff-too-large"], { detail: `the diff has ${content.tooLarge} bytes` });
  const verdicts: Verdict[] = [];
  for (const { tree, judgedFrom } of starts) {
    const verdict = await gradePatch({
      grader,
      question,
      start: tree,
      patch: content,
      runner,
      ...(judgedFrom === undefined ? {} : { judgedFrom }),
    });
    if (verdict.outcome === "solved") return verdict;
    verdicts.push(verdict);
  }
  const [first] = verdicts;
  if (first === undefined) throw new RangeError("a standard needs a start state");
  return verdicts.find(({ reasons }) => !reasons.includes("diff-does-not-apply")) ?? first;
}
