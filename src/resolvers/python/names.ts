import type { RepositoryFiles } from "./files.ts";

/**
 * How the repository uses names. Lexical, so that millions of lines take seconds; a name that is counted needlessly only
 * costs an answer.
 */
export class NameIndex {
  private readonly used = new Set<string>();
  private readonly patched = new Map<string, Set<string>>();
  private readonly assigned = new Map<string, number>();
  private readonly bases: (readonly [string, readonly string[]])[] = [];
  private mixedIn: ReadonlySet<string> | undefined;

  constructor(files: RepositoryFiles) {
    for (const file of files.python)
      this.read(
        files.text(file),
        /(^|\/)(tests?|testing)\/|(^|\/)(test_[^/]*|conftest)\.py$/.test(files.relative(file)),
      );
  }

  /**
   * Whether the name stands anywhere but in `….name(`. One that does not is nowhere defined, assigned, imported, passed or
   * spelled in a string: called on something unknown, it leads out of the repository for sure.
   */
  isUsed(name: string): boolean {
    return this.used.has(name);
  }

  /** What stands before the dot of `….name = …` outside of tests, `self` and `cls` left out: something of that name is replaced. */
  patchedOn(name: string): ReadonlySet<string> {
    return this.patched.get(name) ?? new Set();
  }

  /** Whether a class, or one that inherits from it, is one of several bases: what follows it is decided by who inherits. */
  isMixedIn(className: string): boolean {
    this.mixedIn ??= closeOverBases(this.bases);
    return this.mixedIn.has(className);
  }

  /** In how many places something of that name is defined or given a value. */
  assignments(name: string): number {
    return this.assigned.get(name) ?? 0;
  }

  private read(text: string, isTest: boolean): void {
    for (const [, name = "", list = ""] of text.matchAll(CLASS)) this.bases.push([name, baseNames(list)]);
    for (const match of text.matchAll(TOKEN)) {
      const [, , double, single, attribute, plain] = match;
      const end = match.index + match[0].length;
      if (attribute !== undefined) this.readAttribute(text, attribute, match.index, end, isTest);
      else if (plain !== undefined) this.readName(text, plain, match.index, end);
      else this.readString(text, double ?? single ?? "", match.index, isTest);
    }
  }

  private readAttribute(text: string, name: string, start: number, end: number, isTest: boolean): void {
    const next = following(text, end);
    if (next === "call") return;
    this.used.add(name);
    if (next !== "assignment") return;
    this.count(name);
    if (!isTest) this.patch(name, /(\w*)\s*$/u.exec(text.slice(Math.max(0, start - 80), start))?.[1] ?? "");
  }

  private readName(text: string, name: string, start: number, end: number): void {
    this.used.add(name);
    const before = text.slice(Math.max(0, start - 7), start);
    if (/\b(?:def|class|as|import|for)\s+$/.test(before) || following(text, end) === "assignment")
      this.count(name);
  }

  private readString(text: string, content: string, start: number, isTest: boolean): void {
    if (content === "" || content.length > MAX_WORDS || !/^[\w\s,.]+$/u.test(content)) return;
    const isSet = /\bsetattr\s*\([^()"']*,\s*$/.test(text.slice(Math.max(0, start - 100), start));
    for (const word of content.split(/[\s,.]+/)) {
      this.used.add(word);
      if (isSet && !isTest) this.patch(word, "");
    }
  }

  private patch(name: string, receiver: string): void {
    if (receiver === "self" || receiver === "cls") return;
    this.patched.set(name, (this.patched.get(name) ?? new Set()).add(receiver));
  }

  private count(name: string): void {
    this.assigned.set(name, this.assignments(name) + 1);
  }
}

const CLASS = /^[ \t]*class\s+([^\W\d]\w*)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)/gmu;

/** The last names of base classes as written: `a.B[T], metaclass=M` → `B`. */
function baseNames(list: string): string[] {
  const plain = list.replaceAll(/#[^\n]*|\[[^\]]*\]|\([^()]*\)/g, "");
  return plain.split(",").flatMap((base) => /^[\w.\s]*?(\w+)\s*$/u.exec(base)?.[1] ?? []);
}

function closeOverBases(classes: readonly (readonly [string, readonly string[]])[]): Set<string> {
  const basesOf = new Map<string, string[]>();
  for (const [name, bases] of classes) basesOf.set(name, [...(basesOf.get(name) ?? []), ...bases]);
  const mixed = new Set<string>();
  const open = classes.flatMap(([, bases]) => (bases.length > 1 ? bases : []));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (mixed.has(name)) continue;
    mixed.add(name);
    open.push(...(basesOf.get(name) ?? []));
  }
  return mixed;
}

/** Longer strings are prose. */
const MAX_WORDS = 200;

/** Comments, strings (of one line: 2 and 3), attributes (4) and other names (5). */
const TOKEN =
  /#[^\n]*|[a-zA-Z]{0,2}("""|''')(?:\\[\s\S]|(?!\1)[^\\])*(?:\1|$)|[a-zA-Z]{0,2}"((?:\\[\s\S]|[^"\\\n])*)"|[a-zA-Z]{0,2}'((?:\\[\s\S]|[^'\\\n])*)'|\.\s*([^\W\d]\w*)|([^\W\d]\w*)/gu;

const NEXT = /\s*(?:(\()|(?::[^=\n]{0,200})?=(?!=)|([-+*/%&|^@]|\/\/|\*\*|<<|>>)=)/uy;

function following(text: string, position: number): "call" | "assignment" | undefined {
  NEXT.lastIndex = position;
  const match = NEXT.exec(text);
  if (match === null) return undefined;
  return match[1] === undefined ? "assignment" : "call";
}
