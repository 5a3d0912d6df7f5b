import type { Import } from "../../syntax.ts";
import { keyword, Kind, kindAt, tokenText, type Tokens } from "./tokens.ts";
import { tokenize } from "./tokenizer.ts";

const IMPORT = keyword("import");
const FROM = keyword("from");
const AS = keyword("as");
const SEMICOLON = 59;
const COMMA = 44;

/** The logical lines of a module that import and do nothing else. */
export function importsOf(text: string): readonly Import[] {
  const tokens = tokenize(text);
  const found: Import[] = [];
  let depth = 0;
  for (let index = 0; index < tokens.count; index++) {
    const start = index;
    const kind = kindAt(tokens, index);
    if (kind === Kind.indent) depth++;
    else if (kind === Kind.dedent) depth--;
    else {
      while (index < tokens.count && kindAt(tokens, index) !== Kind.newline) index++;
      const read = depth === 0 ? readLine(tokens, start, index) : undefined;
      if (read !== undefined)
        found.push({ ...read, start: tokens.starts[start] ?? 0, end: tokens.ends[index - 1] ?? 0 });
    }
  }
  return found;
}

type Names = Pick<Import, "names" | "modules">;

function readLine(tokens: Tokens, start: number, end: number): Names | undefined {
  const names: string[] = [];
  const modules: string[] = [];
  let first = start;
  for (let index = start; index <= end; index++) {
    if (index < end && kindAt(tokens, index) !== SEMICOLON) continue;
    if (first < index) {
      const read = readStatement(tokens, first, index);
      if (read === undefined) return undefined;
      names.push(...read.names);
      modules.push(...read.modules);
    }
    first = index + 1;
  }
  return names.length === 0 ? undefined : { names, modules };
}

function readStatement(tokens: Tokens, start: number, end: number): Names | undefined {
  const word = kindAt(tokens, start);
  if (word !== IMPORT && word !== FROM) return undefined;
  const words = textsOf(tokens, start + 1, end);
  if (word === IMPORT) {
    const aliases = aliasesOf(words);
    return {
      names: aliases.map(({ name, as }) => as ?? name.split(".")[0] ?? ""),
      modules: aliases.map(({ name }) => name),
    };
  }
  const split = words.findIndex(({ kind }) => kind === IMPORT);
  if (split === -1) return undefined;
  const module = words.slice(0, split).map(({ text }) => text);
  return {
    names: aliasesOf(words.slice(split + 1)).map(({ name, as }) => as ?? name),
    modules: [module.join("")],
  };
}

interface Word {
  readonly kind: number;
  readonly text: string;
}

function textsOf(tokens: Tokens, start: number, end: number): Word[] {
  const words: Word[] = [];
  for (let index = start; index < end; index++)
    words.push({ kind: kindAt(tokens, index), text: tokenText(tokens, index) });
  return words.filter(({ text }) => text !== "(" && text !== ")");
}

function aliasesOf(words: readonly Word[]): { readonly name: string; readonly as?: string }[] {
  const aliases: { name: string; as?: string }[] = [];
  let current: { name: string; as?: string } = { name: "" };
  let renamed = false;
  for (const { kind, text } of [...words, { kind: COMMA, text: "," }]) {
    if (kind === COMMA) {
      if (current.name !== "") aliases.push(current);
      current = { name: "" };
      renamed = false;
    } else if (kind === AS) renamed = true;
    else if (renamed) current.as = text;
    else current.name += text;
  }
  return aliases;
}
