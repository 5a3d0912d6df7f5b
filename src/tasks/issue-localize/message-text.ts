import type { Definition } from "../../syntax.ts";
import { namesDefinition, namesFile } from "./mentions.ts";
import { holdsPatch } from "./patch-in-text.ts";

/** What a text must not speak of. */
export interface Giveaways {
  readonly paths: readonly string[];
  readonly definitions: readonly Definition[];
  /** Names that only the fix brings in. */
  readonly newNames: readonly RegExp[];
  /** Lines that the fix adds. */
  readonly addedLines: ReadonlySet<string>;
}

/**
 * The issue that a commit's message tells of: what it says without the sentences that give the place away or speak of
 * other things than what was wrong. Sentences go whole; no word is taken out of one.
 */
export function issueOfMessage(message: string, giveaways: Giveaways): string {
  const [subject = "", ...rest] = message.trim().split("\n");
  const body = rest.filter((line) => !isTrailer(line)).join("\n");
  const tells = (text: string) => !isBesideThePoint(text) && !givesAway(text, giveaways);
  const title = withoutFrame(subject);
  const kept = [tells(title) ? title : ""];
  for (const block of blocksOf(body)) {
    const orphan = kept.at(-1) === "" && leans(block);
    if (orphan) kept.push("");
    else if (isCode(block)) kept.push(givesAway(block, giveaways) ? "" : block.replace(/^\n+/, "").trimEnd());
    else kept.push(keptOf(block, tells));
  }
  return kept
    .map((part, place) => ((kept[place + 1] ?? "") === "" ? part.replace(ANNOUNCES, "").trimEnd() : part))
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The sentence before a list or a block of code: nothing when that is gone. */
const ANNOUNCES = /(?<=^|[.!?]["')`]?\s)[^.!?\n]*:$/u;

/** What begins with "However", goes on in the middle of a sentence or is a list or code means nothing when what came before it is gone. */
function leans(block: string): boolean {
  return LEANS.test(block.trim()) || /^\s*(?:\p{Ll}|[-*•] |\d+[.)] )/u.test(block) || isCode(block);
}

const FENCED = /^[ \t]*(```|~~~)[^\n]*\n[\s\S]*?(?:^[ \t]*\1[ \t]*$|$(?![\s\S]))/m;

/** Paragraphs; what stands between fences, and what is indented, stays together. */
function blocksOf(body: string): string[] {
  const fence = FENCED.exec(body);
  if (fence === null) return body.split(/\n\s*\n/);
  const after = body.slice(fence.index + fence[0].length);
  return [...blocksOf(body.slice(0, fence.index)), fence[0], ...blocksOf(after)];
}

/** All of it stays or goes. */
function isCode(block: string): boolean {
  return /^\n*(?: {4}|\t|\s*(?:```|~~~|>>>|Traceback \(most recent))/.test(block);
}

/** The sentences of a paragraph that may stay; of a list the items with something left. */
function keptOf(paragraph: string, tells: (sentence: string) => boolean): string {
  const items = paragraph.split(/\n(?=\s*(?:[-*•]|\d+[.)])\s)/);
  return items
    .map((item) => {
      const mark = /^\s*(?:[-*•]|\d+[.)])\s+/.exec(item)?.[0] ?? "";
      const sentences = sentencesOf(withoutFrame(item.slice(mark.length).replace(/\s+/g, " ").trim()));
      const kept = withoutOrphans(sentences, tells).join(" ");
      return kept === "" ? "" : `${mark.trimStart()}${kept}`;
    })
    .filter((item) => item !== "")
    .join("\n");
}

const LEANS =
  /^(?:however|therefore|thus|hence|instead|otherwise|so|then|that|these|those|they|this|also|additionally|but|and|it(?! (?:looks|seems|appears|is possible)))\b|\b(?:the above|this (?:undesirable|problem|behaviou?r)|as a consequence)\b/i;

/** The sentences that tell, without those that lean on one that is gone. */
function withoutOrphans(sentences: readonly string[], tells: (sentence: string) => boolean): string[] {
  const kept: string[] = [];
  let gone = false;
  for (const sentence of sentences) {
    gone = !tells(sentence) || (gone && LEANS.test(sentence));
    if (!gone) kept.push(sentence);
  }
  return kept;
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?](?:["')`]|\*\*)?)(?<!\b(?:e\.g|i\.e|cf|vs|etc)\.)\s+(?=[\p{Lu}"'`(*])/u);
}

const REFERENCE =
  "(?:[\\w.-]+/[\\w.-]+)?(?:#|gh-|bpo-|issue\\s*#?|PR\\s*#?|:(?:issue|pr|pull|gh|ghissue|ghpull|user):`)\\d+`?|:user:`[^`]*`|https?://\\S+/(?:issues|pull)/\\d+";
const FRAMES: readonly RegExp[] = [
  // `fix(parser): `, `[3.9] `, `Fix #12: `, `bpo-12: `
  /^(?:fix|bug|bugfix|hotfix|perf|feat|refactor)(?:\([^)]*\))?!?:\s+/i,
  /^\[[^\]\n]{1,30}\]:?\s+/,
  RegExp(`^(?:(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\\s+)?(?:${REFERENCE})\\s*[:,-]\\s+`, "i"),
  // ` (#12)`, ` (:issue:`12`, :pr:`13`)`, ` :issue:`12``, but not the end of "as in #12"
  RegExp(
    `(?<!\\b(?:from|in|of|with|to|and|since|like|for|as|on|after|before|than))[\\s,;]+[([]?(?:(?:fix(?:e[sd]|ing)?|clos(?:e[sd]?|ing)|resolv(?:e[sd]?|ing)|refs?|see|via|by|thanks to)\\s+)?(?:${REFERENCE})(?:[\\s,;&]+(?:and\\s+)?(?:${REFERENCE}))*[)\\]]?\\.?$`,
    "i",
  ),
];

/** A sentence without what tools and habits put around it: the kind of commit in front, the numbers behind. */
function withoutFrame(sentence: string): string {
  const less = FRAMES.reduce((text, frame) => text.replace(frame, ""), sentence.trim()).trim();
  return less === sentence ? less : withoutFrame(less);
}

const TRAILER =
  /^\s*(?:[A-Z][\w-]*-by|change-id|cc|git-svn-id|reviewers?|differential revision|co-committed-by|backport-of|link|url|bug|ticket)\s*:|^\s*\(?(?:cherry[ -]picked|backported) from\b/i;
const ONLY_REFERENCES = RegExp(
  `^\\W*(?:(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?|refs?|see|related to|part of|and)[\\s:,]*)*(?:${REFERENCE})(?:[\\s,;&]|and|${REFERENCE})*\\W*$`,
  "i",
);

function isTrailer(line: string): boolean {
  return TRAILER.test(line) || ONLY_REFERENCES.test(line);
}

/** Releases, tests, change logs, other commits and issues: nothing of what was wrong. */
const BESIDE_THE_POINT: readonly RegExp[] = [
  RegExp(`(?:${REFERENCE})`, "i"),
  /\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/,
  /^(?:release[ds]?|version|bump\w*|prepare)\b.{0,60}$|^v?\d+(?:\.\d+)+\S*(?:\s*\(.*\))?\.?$/i,
  /^(?:also )?(?:add(?:s|ed|ing)?|updat(?:e|es|ed|ing)|adjust|include[sd]?|improve[sd]?|write)\b.{0,40}\b(?:tests?|test cases?|changelog|change log|docs?|documentation|news|release notes?|coverage)\b/i,
  /^fix(?:e[sd]|ing)?\b.{0,20}\b(?:docs?|documentation|docstrings?|typos?|spelling)\b/i,
  // Headings of change logs.
  /^#{1,6}\s|^[\w ]{3,20}\s-{3,}$/,
  // The fix and whoever made it, tests that passed, machines that tidied up.
  /\b(?:this|the) (?:commit|patch|pr|pull request|change(?:set)?)\b|^this (?:fix|adds|changes|makes)\b|^(?:let's|we now|now,? we)\b/i,
  /\b(?:I|we)(?:'ve| have)? (?:also )?(?:not )?(?:added?|changed?|gone|made|make|removed?|moved?|wrote|fix(?:ed)?|use|tested|verified)\b/i,
  /\b(?:existing|all|other|unit|regression|new) tests?\b|\btest_\w+|\btests? (?:is|are|was|were) added\b|\b(?:pytest|tox|mypy|auto ?fixes|pre-commit)\b/i,
  /^\W*$/,
];

function isBesideThePoint(sentence: string): boolean {
  return BESIDE_THE_POINT.some((pattern) => pattern.test(sentence));
}

function givesAway(sentence: string, { paths, definitions, newNames, addedLines }: Giveaways): boolean {
  return (
    paths.some((path) => namesFile(sentence, path)) ||
    definitions.some((definition) => namesDefinition(sentence, definition)) ||
    newNames.some((name) => name.test(sentence)) ||
    holdsPatch(sentence, addedLines) > 0
  );
}
