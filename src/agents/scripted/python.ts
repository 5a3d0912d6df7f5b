/** Parameter names in a signature (`def f(a, *rest, b: int = 2)`): without stars, annotations and defaults. */
export function parseParameters(signature: string): string[] {
  const open = signature.indexOf("(");
  if (open === -1) return [];
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const character of signature.slice(open + 1)) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character) && depth-- === 0) break;
    if (character === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part].flatMap((text) => /^\s*\*{0,2}\s*([A-Za-z_]\w*)/.exec(text)?.[1] ?? []);
}

/** Lines as the editor shows them (`   12\tcode`), by their numbers from 1. */
export function readNumberedLines(view: string): Map<number, string> {
  const lines = new Map<number, string>();
  for (const row of view.split("\n")) {
    const match = /^\s*(\d+)\t(.*?)\r?$/.exec(row);
    if (match !== null) lines.set(Number(match[1]), match[2] ?? "");
  }
  return lines;
}

export interface Body {
  /** The signature's last line, after which a docstring is inserted. */
  readonly signatureEnd: number;
  /** White space that the docstring's lines start with. */
  readonly indent: string;
  /** The body stands on the signature's line: what comes before and after the colon. */
  readonly oneLine?: { readonly head: string; readonly body: string };
}

/** Where the body of the definition at `line` starts; undefined when the view does not show it. */
export function findBody(lines: ReadonlyMap<number, string>, line: number): Body | undefined {
  let depth = 0;
  for (let current = line; lines.has(current); current++) {
    const text = lines.get(current) ?? "";
    const colon = endOfSignature(text, depth);
    depth = colon.depth;
    if (colon.at === undefined) continue;
    const own = /^\s*/.exec(lines.get(line) ?? "")?.[0] ?? "";
    const rest = text.slice(colon.at + 1).trim();
    if (rest !== "" && !rest.startsWith("#")) {
      const head = text.slice(0, colon.at + 1);
      return { signatureEnd: current, indent: `${own}${unitOf(own)}`, oneLine: { head, body: rest } };
    }
    const indent = firstIndent(lines, current + 1);
    return { signatureEnd: current, indent: indent ?? `${own}${unitOf(own)}` };
  }
  return undefined;
}

/** Where the colon stands that ends a signature, strings and comments passed over. */
function endOfSignature(text: string, start: number): { at?: number; depth: number } {
  let depth = start;
  let quote = "";
  for (const [at, character] of [...text].entries()) {
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "#") break;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (character === ":" && depth === 0) return { at, depth };
  }
  return { depth };
}

function unitOf(indent: string): string {
  return indent.startsWith("\t") ? "\t" : "    ";
}

/** The white space of the first line with code. */
function firstIndent(lines: ReadonlyMap<number, string>, from: number): string | undefined {
  for (let current = from; lines.has(current); current++) {
    const text = lines.get(current) ?? "";
    if (text.trim() !== "" && !text.trim().startsWith("#")) return /^\s*/.exec(text)?.[0];
  }
  return undefined;
}
