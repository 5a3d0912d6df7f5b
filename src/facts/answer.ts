import { parseDiff } from "../diffs/parse.ts";
import type { Fact, Walk } from "../fact.ts";
import { fact } from "./define.ts";

export const answerFacts: readonly Fact[] = [
  fact(
    "end",
    "why the record ends: `finished`, a limit, `fault`; null where it does not say",
    ({ sample }) => {
      const last = sample.events.at(-1);
      return last?.type === "end" ? last.reason : null;
    },
  ),
  fact(
    "patch_files",
    "files that the diff changes; null where there is no diff that can be read",
    (walk) => changed(walk)?.length ?? null,
  ),
  fact("patch_lines", "lines that the diff adds or takes away", ({ sample: { patch } }) =>
    patch === null ? null : patch.split("\n").filter((line) => /^[+-](?!\+\+ |-- )/.test(line)).length,
  ),
  fact(
    "patch_scratch_files",
    "files in the diff that are there only to check something (`reproduce.py`, `test_fix.py` at the top, `patch.txt`)",
    (walk) => changed(walk)?.filter((path) => LEFT_OVER.test(path)).length ?? null,
  ),
  fact(
    "last_words_characters",
    "UTF-16 units of the last turn's text",
    ({ steps }) => steps.at(-1)?.content.length ?? 0,
  ),
];

const LEFT_OVER =
  /^(?:[^/]*(?:repro|reproduce|debug|scratch|tmp|temp)[^/]*|(?:test|check|verify|demo)_[^/]*\.\w+|[^/]*\.(?:patch|orig|rej)|patch\.txt)$/i;

function changed({ sample: { patch } }: Walk): string[] | undefined {
  if (patch === null) return undefined;
  const parsed = parseDiff(Buffer.from(patch));
  if ("reason" in parsed) return undefined;
  return parsed.files.flatMap(({ newPath, oldPath }) => newPath ?? oldPath ?? []);
}
