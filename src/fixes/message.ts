/** What a commit's message says of itself. */
export type Claim =
  /** Issues that it says it fixes, in order; none where only words say so. */
  { readonly fixes: readonly number[]; readonly items: number } | { readonly refused: string };

const REFERENCE =
  /\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\s*:?\s+(?:issue\s+)?(?:[\w.-]+\/[\w.-]+)?(?:#|gh-|https?:\/\/\S+?\/issues\/)(\d{1,9})\b/gi;
const MARKED = /(?::issue:`|\bissues?\s+#)(\d{1,9})\b/gi;
const FIXING =
  /\b(?:fix(?:e[sd]|ing)?|bugs?|bugfix|crash(?:e[sd])?|regressions?|incorrect(?:ly)?|wrong(?:ly)?|broken|repair(?:s|ed)?)\b/i;
const FIXING_LINE = /^\s*(?:[-*•]\s*)?(?:fix(?:e[sd])?|bug ?fix)\b/im;
const REVERT = /^(?:\w+: )?revert\b|^this reverts commit\b/im;
const RELEASE = /^(?:(?:release|version|bump|prepare|tag)\b.*\d|v?\d+(?:\.\d+)+)/i;
const COSMETIC =
  /\b(?:typos?|spelling|grammar|lint(?:s|ing|er)?|flake8|pylint|pycodestyle|pep ?8|ruff|isort|mypy|pyright|eslint|prettier|pre-commit|formatting|white ?space|type hints?|typing|annotations?|docs?|docstrings?|documentation|readme|changelog|travis|github actions?|workflows?|ci)\b/i;

/** @returns undefined for a message that says nothing of a fix: such a commit is none of ours. */
export function claimOf(message: string): Claim | undefined {
  const [subject = "", ...rest] = withoutSquashed(message).trim().split("\n");
  const body = rest.join("\n");
  const numbers = new Set([...message.matchAll(REFERENCE)].map((match) => Number(match[1])));
  if (numbers.size === 0 && !FIXING.test(subject) && !FIXING_LINE.test(body)) return undefined;
  if (REVERT.test(message)) return { refused: "revert" };
  if (RELEASE.test(subject) && numbers.size === 0 && !FIXING_LINE.test(body)) return { refused: "release" };
  if (COSMETIC.test(subject)) return { refused: "cosmetic" };
  for (const match of message.matchAll(MARKED)) numbers.add(Number(match[1]));
  const items = (body.match(/^ {0,2}[-*•] +\S/gm) ?? []).length;
  return { fixes: [...numbers], items };
}

/**
 * A message without the list of commits that a host puts into one that it squashed them into (`* subject`, with empty
 * lines between), and without all after the first of them: those are steps of one fix, and not what was wrong. A change
 * log's items follow each other.
 */
export function withoutSquashed(message: string): string {
  const [subject = "", ...paragraphs] = message.split(/\n\s*\n/);
  const isStep = (paragraph: string) => /^\* .+$/.test(paragraph.trim());
  const [first, second] = paragraphs.flatMap((paragraph, place) => (isStep(paragraph) ? [place] : []));
  const kept = paragraphs.slice(0, second).filter((_, place) => place !== first);
  return [subject, ...kept].join("\n\n");
}
