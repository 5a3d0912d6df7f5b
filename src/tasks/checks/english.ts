import { ENGLISH_FUNCTION_WORDS, words } from "../../text/words.ts";

/** What tells that prose is not English: the letters of other scripts, or too few of the words that hold sentences together. */
export function foreignIn(prose: string): "letters" | "words" | undefined {
  const letters = prose.replace(/[^\p{L}]/gu, "");
  const others = letters.replace(/[A-Za-zÀ-ÿ]/g, "");
  if (letters.length > 0 && others.length / letters.length > 0.1) return "letters";
  const sequence = words(prose);
  const functional = sequence.filter((word) => ENGLISH_FUNCTION_WORDS.has(word)).length;
  return functional / sequence.length < 0.12 ? "words" : undefined;
}
