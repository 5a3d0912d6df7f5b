import type { parse } from "@babel/parser";
import type { ExportNamedDeclaration } from "@babel/types";
import { RegExpValidator } from "@eslint-community/regexpp";
import { messageOf } from "../../base/errors.ts";
import { eachChild, endOf, type Node, startOf } from "./nodes.ts";

/** Why a file was refused, and where. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** What the parser notes or lets pass: its own list of errors, absurd nesting, patterns of regular expressions. */
export function faultsOf(file: ReturnType<typeof parse>, text: string): Fault[] {
  const faults: Fault[] = [];
  const ambient: Node[] = [];
  const open: Node[] = [file.program];
  const depths = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const depth = depths.pop() ?? 0;
    const { type } = node;
    if (depth > DEEPEST) return [{ offset: startOf(node), message: "too deeply nested" }];
    if (node.type === "TSModuleDeclaration") ambient.push(node);
    if (node.type === "RegExpLiteral") faults.push(...patternFaults(node.pattern, node.flags, startOf(node)));
    if (node.type === "ExportNamedDeclaration") faults.push(...modifierFaults(node, text));
    eachChild(node, (child, key) => {
      open.push(child);
      depths.push(depth + cost(type, key));
    });
  }
  for (const error of file.errors ?? []) {
    const offset = error.pos;
    const merges = MERGED.has(error.reasonCode);
    if (merges && ambient.some((node) => startOf(node) <= offset && offset < endOf(node))) continue;
    faults.push({ offset, message: withoutPosition(error.message) });
  }
  return faults.sort((a, b) => a.offset - b.offset);
}

/** The parser counts lines by its own rules and puts them into its message. */
export function withoutPosition(message: string): string {
  return message.replace(/ \(\d+:\d+\)$/, "");
}

/** Declarations in namespaces merge and name what other files declare, which the parser does not follow. */
const MERGED: ReadonlySet<string> = new Set(["VarRedeclaration", "ModuleExportUndefined"]);

/**
 * How deep a tree may be. The parser is recursive; what each link costs it of the stack was measured (Node 24, the main
 * thread's 984 KB): it overflows at 406 pairs of parentheses, 2,053 branches of `else if`, 6,927 additions. Half
 * of that is allowed, so that the answer is the same in a thread with another stack.
 */
const DEEPEST = 3_072;
const NESTED = 12;
const ALTERNATIVE = 3;
const CHAINED = 1;

/** Chains that the parser reads in a loop or nearly so, by what links them: `a + b + c`, `a.b().c()`. */
const CHAINS: ReadonlyMap<string, string> = new Map([
  ["BinaryExpression", "left"],
  ["LogicalExpression", "left"],
  ["MemberExpression", "object"],
  ["OptionalMemberExpression", "object"],
  ["CallExpression", "callee"],
  ["OptionalCallExpression", "callee"],
  ["TaggedTemplateExpression", "tag"],
  ["TSNonNullExpression", "expression"],
  ["TSAsExpression", "expression"],
  ["TSSatisfiesExpression", "expression"],
  ["TSArrayType", "elementType"],
  ["TSIndexedAccessType", "objectType"],
  ["TSQualifiedName", "left"],
]);
const ALTERNATIVES: ReadonlyMap<string, string> = new Map([
  ["IfStatement", "alternate"],
  ["ConditionalExpression", "alternate"],
  ["TSConditionalType", "falseType"],
]);

function cost(type: string, key: string): number {
  if (CHAINS.get(type) === key) return CHAINED;
  return ALTERNATIVES.get(type) === key ? ALTERNATIVE : NESTED;
}

/** Words that are modifiers only when no line break follows; what the parser does not mind behind `export`. */
const MODIFIERS = /(?:(?:declare|abstract|type)\b(?:\s|\/\/.*|\/\*(?:[^*]|\*(?!\/))*\*\/)*)+/y;

function modifierFaults({ declaration }: ExportNamedDeclaration, text: string): Fault[] {
  if (!declaration || (declaration.type === "ClassDeclaration" && declaration.decorators?.length)) return [];
  const offset = startOf(declaration);
  MODIFIERS.lastIndex = offset;
  const modifiers = MODIFIERS.exec(text)?.[0] ?? "";
  return /[\n\r\u2028\u2029]/.test(modifiers) ? [{ offset, message: "Line break not permitted here." }] : [];
}

const patterns = new RegExpValidator({ ecmaVersion: 2025 });

/** Patterns are part of the grammar: an engine refuses the whole file for one that is wrong. */
function patternFaults(pattern: string, flags: string, offset: number): Fault[] {
  try {
    const modes = { unicode: flags.includes("u"), unicodeSets: flags.includes("v") };
    patterns.validatePattern(pattern, 0, pattern.length, modes);
    return [];
  } catch (error) {
    return [{ offset, message: messageOf(error) }];
  }
}
