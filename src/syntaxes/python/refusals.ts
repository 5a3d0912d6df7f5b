import { docstringAt, readStructure, type DefinitionTokens } from "./definitions.ts";
import { formattedEnd, type Field } from "./strings.ts";
import { tokenize } from "./tokenizer.ts";
import { keyword, Kind, kindAt, tokenText, type TokenProblem, type Tokens } from "./tokens.ts";

const AS = keyword("as");
const ASYNC = keyword("async");
const EXCEPT = keyword("except");
const FROM = keyword("from");
const FOR = keyword("for");
const GLOBAL = keyword("global");
const LAMBDA = keyword("lambda");
const NONLOCAL = keyword("nonlocal");
const RETURN = keyword("return");
const YIELD = keyword("yield");
const IF = keyword("if");
const LOOPS: ReadonlySet<number> = new Set(["for", "while"].map(keyword));
const JUMPS: ReadonlySet<number> = new Set(["break", "continue"].map(keyword));
const OPENING: ReadonlySet<number> = new Set([40, 91, 123]);
const CLOSING: ReadonlySet<number> = new Set([41, 93, 125]);
const STAR = 42;
const COMMA = 44;
const DOT = 46;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;

/** What CPython's compiler refuses and Ruff lets pass, in a file that Ruff takes. */
export function refusals(tokens: Tokens): readonly TokenProblem[] {
  const { text } = tokens;
  const problems = [...oddTokens(tokens)];
  const hasYield = text.includes("yield") && text.includes("async");
  const hasScope = text.includes("nonlocal") || text.includes("global");
  const hasGroup = /\bexcept\s*\*/.test(text);
  if (hasYield || hasScope || hasGroup) {
    const { definitions } = readStructure(tokens);
    const scopes = definitions.map((_, index) => ownTokens(tokens, definitions, index));
    definitions.forEach((definition, index) => {
      const own = scopes[index] ?? [];
      if (hasYield) problems.push(...asyncGeneratorReturns(tokens, definition, own));
      if (hasScope) problems.push(...lateDeclarations(tokens, own));
    });
    if (hasGroup) problems.push(...exceptGroupJumps(tokens, definitions));
  }
  return problems.sort((a, b) => a.offset - b.offset);
}

/** Tokens in the wrong place, in order. */
function* oddTokens(tokens: Tokens): Generator<TokenProblem> {
  let brackets = 0;
  for (let index = 0; index < tokens.count; index++) {
    const kind = kindAt(tokens, index);
    if (OPENING.has(kind)) brackets++;
    else if (CLOSING.has(kind)) brackets--;
    const message = oddity(tokens, index, kind, brackets);
    if (message !== undefined) yield problem(tokens, index, message);
  }
}

function oddity(tokens: Tokens, index: number, kind: number, brackets: number): string | undefined {
  const next = kindAt(tokens, index + 1);
  if (kind === Kind.name) {
    if (next === EQUALS && tokenText(tokens, index) === "__debug__") return "cannot assign to __debug__";
    if (next === Kind.name && !isSoftKeyword(tokens, index)) return "invalid syntax";
  }
  if (CLOSING.has(kind) && next === Kind.name) return "invalid syntax";
  if (kind === YIELD && next === COMMA) return "invalid syntax";
  if (kind === Kind.formatted && isInPattern(tokens, index)) {
    return "patterns may only match literals and attribute lookups";
  }
  const isStarred = kind === STAR && brackets === 0 && isPrefix(tokens, index);
  if (
    (isStarred && !hasComma(tokens, index)) ||
    (kind === Kind.formatted && hasStarredField(tokens, index))
  ) {
    return "can't use starred expression here";
  }
  if (kind === STAR && kindAt(tokens, index - 1) === AS) {
    return "starred assignment target must be in a list or tuple";
  }
  if (
    kind === FROM &&
    next === Kind.name &&
    tokenText(tokens, index + 1) === "__future__" &&
    isLate(tokens, index)
  ) {
    return "from __future__ imports must occur at the beginning of the file";
  }
  return undefined;
}

/** Two words in a row have no other meaning. */
function isSoftKeyword(tokens: Tokens, index: number): boolean {
  return startsStatement(tokens, index) && ["match", "case", "type"].includes(tokenText(tokens, index));
}

function isPrefix(tokens: Tokens, index: number): boolean {
  const before = kindAt(tokens, index - 1);
  return startsStatement(tokens, index) || before === COLON || before === EQUALS || before === Kind.operator;
}

/** A comma of the same list, which ends with the statement or at an equals sign. */
function hasComma(tokens: Tokens, from: number): boolean {
  let depth = 0;
  for (let index = from; !endsStatement(tokens, index); index++) {
    const kind = kindAt(tokens, index);
    if (OPENING.has(kind)) depth++;
    else if (CLOSING.has(kind)) depth--;
    if (depth === 0 && kind === COMMA) return true;
    if (depth === 0 && kind === EQUALS) return false;
  }
  return false;
}

/** `f"{*a}"`; with a comma it is a tuple. */
function hasStarredField(tokens: Tokens, index: number): boolean {
  const text = tokenText(tokens, index);
  if (!/\{\s*\*/.test(text)) return false;
  const quoteAt = text.search(/['"]/);
  const fields: Field[] = [];
  formattedEnd(text, quoteAt, /r/i.test(text.slice(0, quoteAt)), fields);
  return fields.some(({ start, end }) => {
    const field = tokenize(`(${text.slice(start, end)})`);
    if (kindAt(field, 1) === STAR && !hasComma(tokenize(text.slice(start, end).trim()), 0)) return true;
    return Array.from(field.kinds).some((kind, at) => kind === Kind.formatted && hasStarredField(field, at));
  });
}

/** Something else than the module's docstring and other imports from `__future__` comes first. */
function isLate(tokens: Tokens, index: number): boolean {
  let start = docstringAt(tokens, 0)?.end ?? -1;
  if (kindAt(tokens, start) === SEMICOLON && kindAt(tokens, start + 1) === Kind.newline) start++;
  for (start++; start < index; start++) {
    const isFuture = kindAt(tokens, start) === FROM && tokenText(tokens, start + 1) === "__future__";
    if (!isFuture) return true;
    while (!endsStatement(tokens, start)) start++;
    if (kindAt(tokens, start + 1) === Kind.newline) start++;
  }
  return false;
}

function isInPattern(tokens: Tokens, index: number): boolean {
  let start = index;
  while (!startsStatement(tokens, start)) {
    const kind = kindAt(tokens, start);
    if (kind === IF || kind === COLON) return false;
    start--;
  }
  const isCase = kindAt(tokens, start) === Kind.name && tokenText(tokens, start) === "case";
  let last = index;
  while (!endsStatement(tokens, last) && kindAt(tokens, last) !== COLON) last++;
  // `case` is a keyword only where a pattern follows directly and a colon comes later on.
  return isCase && start + 1 === index && kindAt(tokens, last) === COLON;
}

/** The tokens of a definition's own body, in order, without those of definitions in it. */
function ownTokens(tokens: Tokens, definitions: readonly DefinitionTokens[], of: number): number[] {
  const definition = definitions[of];
  if (definition === undefined || definition.kind === "class") return [];
  const own: number[] = [];
  let child = of + 1;
  for (let index = definition.bodyStart; index < definition.bodyEnd; index++) {
    while (definitions[child] !== undefined && (definitions[child]?.bodyEnd ?? 0) <= index) child++;
    const inner = definitions[child];
    if (inner !== undefined && index > inner.header + 1 && index < inner.bodyEnd) index = inner.bodyEnd - 1;
    else own.push(index);
  }
  return own.filter((index) => index < tokens.count);
}

function* asyncGeneratorReturns(
  tokens: Tokens,
  definition: DefinitionTokens,
  own: readonly number[],
): Generator<TokenProblem> {
  if (kindAt(tokens, definition.header) !== ASYNC) return;
  const yields = own.some((index) => kindAt(tokens, index) === YIELD && !isInLambda(tokens, index));
  if (!yields) return;
  for (const index of own) {
    if (kindAt(tokens, index) === RETURN && !endsStatement(tokens, index + 1)) {
      yield problem(tokens, index, "'return' with value in async generator");
    }
  }
}

function isInLambda(tokens: Tokens, index: number): boolean {
  for (let before = index; before >= 0; before--) {
    if (kindAt(tokens, before) === LAMBDA) return true;
    if (startsStatement(tokens, before)) return false;
  }
  return false;
}

/** A name used or bound in a function before the `nonlocal` or `global` that names it. */
function* lateDeclarations(tokens: Tokens, own: readonly number[]): Generator<TokenProblem> {
  const used = new Set<string>();
  let declares = false;
  let hasInnerScope = false;
  for (const index of own) {
    const kind = kindAt(tokens, index);
    if (startsStatement(tokens, index)) {
      declares = kind === NONLOCAL || kind === GLOBAL || IMPORTS.has(kind);
      hasInnerScope = opensInnerScope(tokens, index);
    }
    if (kind !== Kind.name) continue;
    const name = tokenText(tokens, index);
    const declared = kindAt(tokens, index - 1) === COMMA || kindAt(tokens, index - 1) === NONLOCAL;
    const isDeclared = declares && (declared || kindAt(tokens, index - 1) === GLOBAL);
    if (isDeclared && used.has(name)) {
      yield problem(tokens, index, `name '${name}' is used or assigned to before its declaration`);
    }
    if (!declares && !hasInnerScope && isPlainName(tokens, index)) used.add(name);
  }
}

const IMPORTS: ReadonlySet<number> = new Set(["import", "from"].map(keyword));

/** Lambdas and comprehensions have names of their own; what they use is left out. */
function opensInnerScope(tokens: Tokens, from: number): boolean {
  for (let index = from + 1; !endsStatement(tokens, index); index++) {
    const kind = kindAt(tokens, index);
    if (kind === LAMBDA || (kind === FOR && kindAt(tokens, index - 1) !== ASYNC) || kind === Kind.formatted)
      return true;
  }
  return false;
}

/** Neither an attribute nor a keyword argument. */
function isPlainName(tokens: Tokens, index: number): boolean {
  return (
    kindAt(tokens, index - 1) !== DOT &&
    (kindAt(tokens, index + 1) !== EQUALS || startsStatement(tokens, index))
  );
}

/** `break`, `continue` and `return` that leave an `except*` block. */
function* exceptGroupJumps(
  tokens: Tokens,
  definitions: readonly DefinitionTokens[],
): Generator<TokenProblem> {
  const definitionEnds = new Map(definitions.map(({ header, bodyEnd }) => [header, bodyEnd]));
  for (let index = 0; index < tokens.count; index++) {
    if (kindAt(tokens, index) !== EXCEPT || kindAt(tokens, index + 1) !== STAR) continue;
    const end = suiteEnd(tokens, index);
    let loopEnd = 0;
    for (let inner = index + 2; inner < end; inner++) {
      const kind = kindAt(tokens, inner);
      const definitionEnd = definitionEnds.get(inner);
      if (definitionEnd !== undefined) inner = definitionEnd - 1;
      else if (LOOPS.has(kind) && startsLoop(tokens, inner))
        loopEnd = Math.max(loopEnd, suiteEnd(tokens, inner));
      else if (kind === RETURN || (JUMPS.has(kind) && inner >= loopEnd)) {
        yield problem(tokens, inner, "'break', 'continue' and 'return' cannot appear in an except* block");
      }
    }
  }
}

function startsLoop(tokens: Tokens, index: number): boolean {
  return startsStatement(tokens, kindAt(tokens, index - 1) === ASYNC ? index - 1 : index);
}

/** After the block that a compound statement's clause at `from` holds. */
function suiteEnd(tokens: Tokens, from: number): number {
  let index = from;
  while (index < tokens.count && kindAt(tokens, index) !== Kind.newline) index++;
  if (kindAt(tokens, index + 1) !== Kind.indent) return index;
  let depth = 0;
  for (index++; index < tokens.count; index++) {
    const kind = kindAt(tokens, index);
    if (kind === Kind.indent) depth++;
    else if (kind === Kind.dedent && --depth === 0) return index;
  }
  return index;
}

function startsStatement(tokens: Tokens, index: number): boolean {
  const before = kindAt(tokens, index - 1);
  return (
    before === 0 ||
    before === Kind.newline ||
    before === Kind.indent ||
    before === Kind.dedent ||
    before === SEMICOLON
  );
}

function endsStatement(tokens: Tokens, index: number): boolean {
  const kind = kindAt(tokens, index);
  return kind === 0 || kind === Kind.newline || kind === SEMICOLON;
}

function problem(tokens: Tokens, index: number, message: string): TokenProblem {
  return { offset: tokens.starts[index] ?? 0, message };
}
