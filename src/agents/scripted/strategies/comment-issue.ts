import type { Session } from "../session.ts";
import type { Strategy } from "../strategy.ts";
import { isEmptyWord, termsOf } from "../words.ts";

const ISSUE = /<issue>\n([^]*?)\n<\/issue>/;
const TERMS = 25;
const FILES_READ = 2;

/** Leaves a comment at the definition that has the most of an issue's words, in the file that has the most of them. */
export const commentIssue: Strategy = {
  fits: (instruction) => ISSUE.test(instruction),
  async run(session) {
    const patterns = patternsOf(ISSUE.exec(session.instruction)?.[1] ?? "");
    await session.shell("First, what is in this repository.", "ls; git ls-files | wc -l");
    await session.think("What to look for.", `The issue's own words: ${patterns.join(", ")}.`);
    const listing = await session.shell(
      "Which source files speak of this, by how many of the words they hold.",
      filesByPatterns(patterns),
    );
    for (const file of filesIn(listing).slice(0, FILES_READ)) {
      const place = await bestDefinition(session, file, patterns);
      if (place !== undefined && (await comment(session, file, place))) {
        await session.shell("Is this all that changed?", "git --no-pager diff");
        return `Left a comment above line ${place.line} of ${file}.`;
      }
    }
    return "I found no file that fits, so I changed nothing.";
  },
};

/** Names as code has them, whole, and the beginnings of telling words; the former first. */
function patternsOf(issue: string): string[] {
  const quotedNames = [...issue.matchAll(/`([A-Za-z_]\w*)`/g)].map(([, name = ""]) => name);
  const compounds = (issue.match(/\w+/g) ?? []).filter((word) => /_|[a-z][A-Z]/.test(word));
  const names = [...quotedNames, ...compounds];
  const stems = termsOf(issue)
    .map(({ stem }) => stem)
    .filter((stem) => !stem.includes(" ") && !isEmptyWord(stem));
  const safe = [...names, ...stems].filter((one) => /^\w+$/.test(one));
  return [...new Set(safe.map((one) => one.toLowerCase()))].slice(0, TERMS);
}

function filesByPatterns(patterns: readonly string[]): string {
  const pattern = patterns.length === 0 ? "def " : patterns.join("|");
  return (
    `grep -rioE --include='*.py' --exclude-dir=tests --exclude-dir=test --exclude-dir=docs --exclude='test_*' '${pattern}' . | ` +
    `awk -F: '{ print $1 ":" tolower($2) }' | sort -u | cut -d: -f1 | uniq -c | sort -k1,1nr -k2,2 | head -n 10`
  );
}

function filesIn(listing: string): string[] {
  return listing.split("\n").flatMap((row) => /^\s*\d+ (?:\.\/)?(\S.*)$/.exec(row)?.[1] ?? []);
}

interface Place {
  /** Of the definition, from 1. */
  readonly line: number;
  readonly indent: string;
}

async function bestDefinition(
  session: Session,
  file: string,
  patterns: readonly string[],
): Promise<Place | undefined> {
  const output = await session.shell(
    `Which definition of ${file} has the most of the words?`,
    `awk -v terms='${patterns.join(" ")}' '${AWK}' ${quoted(file)} | sort -k1,1nr -k2,2n | head -n 5`,
  );
  const [, line = "", indent = ""] = /^\d+ (\d+) \|(\s*)/m.exec(output) ?? [];
  return line === "" ? undefined : { line: Number(line), indent };
}

/** `count line |definition` for each definition: how many different words stand between it and the next one. */
const AWK = [
  'BEGIN { n = split(terms, term, " ") }',
  'function show(  i, c) { if (at) { for (i = 1; i <= n; i++) c += seen[i]; print c + 0, at, "|" head } split("", seen) }',
  "/^[ \\t]*(async[ \\t]+)?(def|class)[ \\t]/ { show(); at = FNR; head = $0 }",
  "{ low = tolower($0); for (i = 1; i <= n; i++) if (index(low, term[i])) seen[i] = 1 }",
  "END { show() }",
].join(" ");

async function comment(session: Session, file: string, { line, indent }: Place): Promise<boolean> {
  const { isError } = await session.act("Leaving a comment there.", "editor", {
    command: "insert",
    path: file,
    insert_line: line - 1,
    new_str: `${indent}# The issue has to be settled here.\n`,
  });
  return !isError;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
