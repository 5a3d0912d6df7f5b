import ts from "typescript";

/** A file as the TypeScript compiler reads it: an opinion of its own on what is code. */
export interface Reading {
  /** Kinds of nodes and texts of tokens, from the outside in; comments and white space are not in it. */
  readonly code: string;
  readonly tokens: readonly OracleToken[];
  readonly valid: boolean;
}

export interface OracleToken {
  readonly kind: ts.SyntaxKind;
  readonly parent: ts.SyntaxKind;
  readonly start: number;
  readonly end: number;
}

export function readWithCompiler(path: string, text: string): Reading {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, scriptKind(path));
  const parts: string[] = [];
  const tokens: OracleToken[] = [];
  let valid = diagnosticsOf(file).length === 0;
  const open: (ts.Node | string)[] = [file];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node === "string") {
      parts.push(node);
      continue;
    }
    if (ts.isJSDoc(node)) continue;
    if (ts.isArrowFunction(node) && breaksBefore(text, node.equalsGreaterThanToken)) valid = false;
    const children = node.getChildren(file);
    parts.push(String(node.kind));
    if (children.length === 0) {
      const start = node.getStart(file);
      parts.push(tokenText(node.kind, text.slice(start, node.end)));
      if (node.end > start) tokens.push({ kind: node.kind, parent: node.parent.kind, start, end: node.end });
      continue;
    }
    parts.push("(");
    open.push(")");
    for (const child of children.toReversed()) open.push(child);
  }
  return { code: parts.join("\0"), tokens, valid };
}

/** No line break may come before an arrow, which the compiler leaves to its type checker to say. */
function breaksBefore(text: string, arrow: ts.Node): boolean {
  return /[\r\n\u2028\u2029]/.test(text.slice(arrow.pos, arrow.end));
}

/** The compiler keeps the faults that its parser found, in a property that its types do not show. */
function diagnosticsOf(file: ts.SourceFile): readonly unknown[] {
  return "parseDiagnostics" in file && Array.isArray(file.parseDiagnostics) ? file.parseDiagnostics : [];
}

/** Line breaks as the language reads them: none differs within template literals and JSX text. */
function tokenText(kind: ts.SyntaxKind, text: string): string {
  if (kind === ts.SyntaxKind.StringLiteral) return text.replaceAll(/\\\r\n?/g, "\\\n");
  return text.replaceAll(/\r\n?/g, "\n");
}

function scriptKind(path: string): ts.ScriptKind {
  if (path.endsWith(".tsx")) return ts.ScriptKind.TSX;
  if (/\.[cm]?ts$/.test(path)) return ts.ScriptKind.TS;
  return /\.jsx?$/.test(path) ? ts.ScriptKind.JSX : ts.ScriptKind.JS;
}
