import { words } from "../../text/words.ts";
import { foreignIn } from "./english.ts";
import type { DocstringParts } from "./docstring-parts.ts";
import { type Finding, FIT, unfit } from "./finding.ts";

const GENERIC =
  /^(?:todo\b|fixme\b|xxx\b|see (?:the )?(?:base|parent|super)|see [:`\w.]+\.?$|inherit|override|overrid|same as\b|alias (?:of|for)\b|deprecated\b|docstring inherited|constructor\.?$|initiali[sz](?:e|er|ation)\.?(?: self)?\.?|\.\. ?deprecated|not implemented|internal use|do not use|this docstring was copied)/i;

/** Whether a docstring says enough, in English, to describe a definition by. */
export function docstringQuality(parts: DocstringParts, leastWords: number): Finding {
  const sequence = words(parts.prose);
  if (GENERIC.test(parts.summary)) return unfit("docstring-generic", parts.summary.slice(0, 80));
  const foreign = foreignIn(parts.prose);
  if (foreign === "letters") return unfit("docstring-not-english");
  if (sequence.length < leastWords) return unfit("docstring-too-short", `${sequence.length} words of prose`);
  return foreign === undefined ? FIT : unfit("docstring-not-english", "few function words");
}
