import type { Body, DecodedSource, Definition, Import, Syntax } from "../../syntax.ts";
import type { FileChange, Tree } from "../../tree.ts";
import { findDefinition, type NamedDefinition } from "../checks/find-definition.ts";
import type { SyntaxLookup } from "../checks/sources.ts";

/** The target's file as the agent left it, and the same with the body of the start state: all that is not the agent's to change. */
export interface Written {
  /** The whole file. */
  readonly text: string;
  readonly importsAdded: number;
  /** The body is code that the start state does not have. */
  readonly bodyWritten: boolean;
  /** The changes without the body and the added imports; without the file where nothing else is left of its change. */
  readonly changes: readonly FileChange[];
}

/** Takes the body and the imports out of the changes, where the target can be found in a valid file; otherwise they stay as they are. */
export async function readWritten(
  changes: readonly FileChange[],
  target: NamedDefinition,
  start: Tree,
  syntaxes: SyntaxLookup,
): Promise<Written> {
  const nothing: Written = { text: "", importsAdded: 0, bodyWritten: false, changes };
  const change = changes.find((one) => one.path === target.path);
  const syntax = syntaxes.for(target.path);
  if (change?.after === undefined || change.before === undefined || syntax === undefined) return nothing;
  const before = read(syntax, await start.read(target.path), target);
  const after = read(syntax, change.after.content, target);
  if (before === undefined || after === undefined || !syntax.validity(after.source).valid) return nothing;
  const added = addedImports(before, after);
  const withBody = cut(after.source.text, added, undefined);
  const rest = cut(after.source.text, added, {
    from: after.body,
    text: before.source.text.slice(before.body.start, before.body.end),
  });
  const bodyWritten = !isSame(syntax, before.source, withBody);
  const others = changes.filter((one) => one !== change);
  const { before: old, after: now } = change;
  const isRestored = rest === before.source.text && old.mode === now.mode;
  const left = { ...change, after: { ...now, content: after.source.encode(rest) } };
  return {
    text: after.source.text,
    importsAdded: added.length,
    bodyWritten,
    changes: isRestored ? others : changes.map((one) => (one === change ? left : one)),
  };
}

interface ReadFile {
  readonly source: DecodedSource;
  readonly definitions: readonly Definition[];
  readonly imports: readonly Import[];
  readonly body: Body;
}

function read(syntax: Syntax, content: Uint8Array, target: NamedDefinition): ReadFile | undefined {
  const source = syntax.decode(content);
  if ("problem" in source) return undefined;
  const outline = syntax.outline(source);
  const definition = findDefinition(outline, target);
  const body = definition && syntax.bodyOf?.(source, definition);
  if (body === undefined) return undefined;
  return { source, definitions: outline.definitions, imports: syntax.imports?.(source) ?? [], body };
}

/** New import statements above all definitions that bind names which the module did not have: anything else would change what other code means. */
function addedImports(before: ReadFile, after: ReadFile): Import[] {
  const known = new Map<string, number>();
  for (const one of before.imports) {
    const text = textOf(before, one);
    known.set(text, (known.get(text) ?? 0) + 1);
  }
  const first = Math.min(...after.definitions.map(({ span }) => span.start));
  return after.imports.filter((one) => {
    const text = textOf(after, one);
    const left = known.get(text) ?? 0;
    if (left > 0) known.set(text, left - 1);
    return left === 0 && one.start < first && isHarmless(one, before);
  });
}

function textOf({ source }: ReadFile, { start, end }: Import): string {
  return source.text.slice(start, end);
}

function isHarmless({ names, modules }: Import, before: ReadFile): boolean {
  if (modules.includes("__future__") || names.includes("*")) return false;
  return !names.some((name) => isBound(name, before));
}

/** Whether a module binds a name: by a definition, an import, or an assignment. */
function isBound(name: string, { definitions, imports, source }: ReadFile): boolean {
  if (definitions.some((one) => one.parent === undefined && one.name === name)) return true;
  if (imports.some((one) => one.names.includes(name))) return true;
  return new RegExp(`^[ \\t]*${RegExp.escape(name)}[ \\t]*(?::[^=\\n]*)?=(?!=)`, "mu").test(source.text);
}

/** The text without some lines, and with another body. */
function cut(
  text: string,
  imports: readonly Import[],
  body: { readonly from: Body; readonly text: string } | undefined,
): string {
  const edits = imports.map(({ start, end }) => ({ start, end: afterLine(text, end), text: "" }));
  if (body !== undefined) edits.push({ start: body.from.start, end: body.from.end, text: body.text });
  let result = text;
  for (const edit of edits.sort((a, b) => b.start - a.start))
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
  return result;
}

function afterLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

function isSame(syntax: Syntax, before: DecodedSource, text: string): boolean {
  const after = syntax.decode(before.encode(text));
  return !("problem" in after) && syntax.sameCode(before, after).same;
}
