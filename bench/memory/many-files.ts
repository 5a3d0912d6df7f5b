import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { ENGLISH_FUNCTION_WORDS, STOP_WORDS } from "../../src/text/words.ts";

/** Words that Python itself knows, and the names of encodings; with another one a file would not be Python. */
const KEPT = new Set(
  (
    "assert async await break class continue elif else except false finally from global import lambda match none nonlocal pass raise return " +
    "true type while with yield case coding utf latin ascii"
  ).split(" "),
);

const WORD = /[A-Z]?[a-z]{4,}/g;

/**
 * Makes a folder of many Python files out of the few of `source`: copies of the whole, each under a folder of its own
 * and with its words exchanged for other words of the same code base, in names and prose alike. So no copy is a
 * near-duplicate of another, words are as frequent as in real code, and nearly all files stay valid.
 */
export function writeManyFiles(source: string, target: string, count: number): number {
  const files = pythonFiles(source);
  const texts = files.map((file) => readFileSync(path.join(source, file), "utf8"));
  const vocabulary = vocabularyOf(texts);
  let written = 0;
  for (let copy = 0; written < count; copy++) {
    const exchange = copy === 0 ? new Map<string, string>() : exchangeOf(vocabulary, copy);
    for (let place = 0; place < files.length && written < count; place++) {
      const file = path.join(target, `part${copy}`, files[place] ?? "");
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, exchangeWords(texts[place] ?? "", exchange));
      written++;
    }
  }
  return written;
}

function pythonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".py"))
    .sort();
}

function vocabularyOf(texts: readonly string[]): string[] {
  const found = new Set<string>();
  for (const text of texts) for (const [word] of text.matchAll(WORD)) found.add(word.toLowerCase());
  return [...found].filter((word) => !isKept(word)).sort();
}

function isKept(word: string): boolean {
  return KEPT.has(word) || STOP_WORDS.has(word) || ENGLISH_FUNCTION_WORDS.has(word);
}

/** One to one, so that different names stay different. */
function exchangeOf(vocabulary: readonly string[], copy: number): Map<string, string> {
  const shuffled = createRandom("many-files", String(copy)).shuffle(vocabulary);
  return new Map(vocabulary.map((word, place) => [word, shuffled[place] ?? word]));
}

function exchangeWords(text: string, exchange: ReadonlyMap<string, string>): string {
  const lines = text.split("\n").map((line) => {
    if (line.startsWith("from __future__") || /^\s*#.*coding[:=]/.test(line)) return line;
    // What follows a backslash or stands between double underscores has a meaning of its own.
    return line.replace(/\\.|__\w+__|[A-Z]?[a-z]{4,}/g, (word) => {
      const other = exchange.get(word.toLowerCase());
      if (other === undefined) return word;
      return /^[A-Z]/.test(word) ? other.charAt(0).toUpperCase() + other.slice(1) : other;
    });
  });
  return lines.join("\n");
}
