import type { AuditCheck } from "../audit.ts";
import { matchName } from "../contamination/names.ts";
import type { Sample } from "../sample.ts";
import { check } from "./define.ts";

export const originChecks: readonly AuditCheck[] = [
  check(
    "error",
    "benchmark-repository",
    "its repository is one that a benchmark is made of: a model trained on it cannot be measured there",
    ({ sample }) => {
      const name = repositoryOf(sample);
      const match = name === undefined ? undefined : matchName({ name });
      return match === undefined ? undefined : `${name}: ${match.reason} of ${match.benchmark}`;
    },
  ),
  check(
    "note",
    "no-repository",
    "it does not say which repository it is about, so that nobody can tell whether it is contaminated",
    ({ sample }) =>
      repositoryOf(sample) === undefined ? (sample.instance ?? "neither instance nor repository") : undefined,
  ),
  check("warning", "ungraded", "nobody says whether it is solved", ({ sample: { grade } }) =>
    grade.kind === "ungraded" ? "no verdict and no claim" : undefined,
  ),
  check(
    "note",
    "claimed",
    "its source says whether it is solved; nobody here has judged it",
    ({ sample: { grade } }) => (grade.kind === "claimed" ? `${grade.by}: ${grade.resolved}` : undefined),
  ),
  check(
    "error",
    "solved-without-a-change",
    "it is said to be solved, and there is an empty diff or no edit at all",
    ({ sample, steps }) => {
      const { grade, patch } = sample;
      const isSolved =
        grade.kind === "graded" ? grade.outcome === "solved" : grade.kind === "claimed" && grade.resolved;
      if (!isSolved || (patch !== null && patch.trim() !== "")) return undefined;
      if (patch !== null) return "the diff is empty";
      const acts = steps.flatMap(({ calls }) => calls.flatMap(({ actions }) => actions));
      return acts.some(({ kind }) => kind === "write" || kind === "run" || kind === "remove")
        ? undefined
        : "nothing is written";
    },
  ),
];

/** As the sample says, or as ids of SWE-bench's kind do: `owner__name-123`, `owner__name.1a2b3c4d.…`. */
export function repositoryOf({ repository, instance }: Sample): string | undefined {
  if (repository !== null) return repository.name;
  const [, owner, name] =
    /^([\w-]+?)__([\w.-]+?)(?:-\d+(?:_\d+)?|\.[0-9a-f]{8}\..+|-[0-9a-f]{8}_\d+)$/.exec(instance ?? "") ?? [];
  return owner === undefined || name === undefined ? undefined : `${owner}/${name}`;
}
