import { parseDiff } from "../diffs/parse.ts";
import type { Fact, Walk } from "../fact.ts";
import { fact } from "./define.ts";
import { isScratch } from "./scratch.ts";

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
    (walk) => changed(walk)?.filter(isLeftOver).length ?? null,
  ),
  fact(
    "last_words_characters",
    "UTF-16 units of the last turn's text",
    ({ steps }) => steps.at(-1)?.content.length ?? 0,
  ),
];

/** What an agent hands its work in by, and what a merge leaves. */
const LEFT_OVER = /^patch\.txt$|\.(?:patch|orig|rej)$/i;

/** Only at the top: deeper down, a repository may well keep such files. */
function isLeftOver(path: string): boolean {
  return !path.includes("/") && (isScratch(path) || LEFT_OVER.test(path));
}

function changed({ sample: { patch } }: Walk): string[] | undefined {
  if (patch === null) return undefined;
  const parsed = parseDiff(Buffer.from(patch));
  if ("reason" in parsed) return undefined;
  return parsed.files.flatMap(({ newPath, oldPath }) => newPath ?? oldPath ?? []);
}
