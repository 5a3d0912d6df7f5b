import type { Random } from "../../src/base/random.ts";
import type { DecodedSource, Syntax } from "../../src/syntax.ts";
import { syntaxFor } from "../../src/syntaxes/index.ts";
import { type Change, commentEdits, type Edited } from "./edits.ts";
import type { SourceFile } from "./files.ts";
import { mutants } from "./mutants.ts";
import { readWithCompiler } from "./oracle.ts";

export interface Outcome {
  readonly path: string;
  readonly edit: string;
  readonly kind: "comment edit" | "mutant";
  /** What the compiler says, and what we say. */
  readonly expected: "same" | "different";
  readonly found: "same" | "different";
  readonly detail: string;
  readonly after: string;
}

/** A file that both we and the compiler take, ready to be edited; otherwise why not. */
export function readable({
  path,
  text,
}: SourceFile): Edited | "refused by both" | "refused by us" | "refused by the compiler" {
  const syntax = syntaxFor(path);
  const source = syntax?.decode(Buffer.from(text));
  if (syntax === undefined || source === undefined || "problem" in source) return "refused by both";
  const reading = readWithCompiler(path, source.text);
  if (!syntax.validity(source).valid) return reading.valid ? "refused by us" : "refused by both";
  if (!reading.valid) return "refused by the compiler";
  return { syntax, source, definitions: syntax.outline(source).definitions, reading };
}

/** Makes `count` edits of each kind in turn and asks both whether the code is the same. */
export function* compareEdits(path: string, file: Edited, count: number, random: Random): Generator<Outcome> {
  for (const [kind, changes] of [
    ["comment edit", commentEdits],
    ["mutant", mutants],
  ] as const) {
    const entries = random.shuffle(Object.entries<Change>(changes));
    let made = 0;
    for (let attempt = 0; made < count && attempt < 4 * count; attempt++) {
      const [edit, change] = entries[attempt % entries.length] ?? ["", () => undefined];
      const after = change(file, random);
      if (after === undefined || after === file.source.text) continue;
      made++;
      yield { path, edit, kind, after, ...judge(path, file, after) };
    }
  }
}

/** Where the compiler and we differ, and why that is right: no one's code, and we are the stricter one. */
const SETTLED: readonly { readonly reason: string; readonly holds: (after: string) => boolean }[] = [
  {
    reason: "our parser takes no line break within a type predicate",
    holds: (after) => /\basserts\s+[\w$]+\s*(?:\/\/.*|\/\*[^]*?\*\/)?\s*\n[^]{0,40}?\bis\b/.test(after),
  },
];

export function settledBecause({ after }: Outcome): string | undefined {
  return SETTLED.find(({ holds }) => holds(after))?.reason;
}

function judge(
  path: string,
  { syntax, source, reading }: Edited,
  after: string,
): Pick<Outcome, "expected" | "found" | "detail"> {
  const now = readWithCompiler(path, after);
  const comparison = syntax.sameCode(source, decode(syntax, after));
  return {
    expected: now.valid && now.code === reading.code ? "same" : "different",
    found: comparison.same ? "same" : "different",
    detail: comparison.same ? "" : `line ${comparison.line}: ${comparison.detail}`,
  };
}

function decode(syntax: Syntax, text: string): DecodedSource {
  const source = syntax.decode(Buffer.from(text));
  if ("problem" in source) throw new Error(source.detail);
  return source;
}
