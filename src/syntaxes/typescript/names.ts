import type { Node } from "./nodes.ts";
import { endOf, startOf } from "./nodes.ts";

/** The name of a member by its key; undefined for one that is computed at run time. */
export function keyName(text: string, key: Node, computed: boolean): string | undefined {
  if (key.type === "PrivateName") return `#${key.id.name}`;
  if (key.type === "StringLiteral") return key.value;
  if (key.type === "NumericLiteral" || key.type === "BigIntLiteral")
    return text.slice(startOf(key), endOf(key));
  if (!computed) return key.type === "Identifier" ? key.name : undefined;
  const path = dottedPath(key);
  return path === undefined ? undefined : `[${path.join(".")}]`;
}

/** The parts of `a.b.c`, `this.b` or `a["b"]`; undefined for anything else. */
export function dottedPath(node: Node): string[] | undefined {
  if (node.type === "Identifier") return [node.name];
  if (node.type === "ThisExpression") return ["this"];
  if (node.type !== "MemberExpression") return undefined;
  const { property } = node;
  const isName = !node.computed && (property.type === "Identifier" || property.type === "PrivateName");
  if (!isName && property.type !== "StringLiteral") return undefined;
  const path = dottedPath(node.object);
  if (path === undefined) return undefined;
  if (property.type === "Identifier") return [...path, property.name];
  if (property.type === "StringLiteral") return [...path, property.value];
  return property.type === "PrivateName" ? [...path, `#${property.id.name}`] : undefined;
}

/**
 * What an assignment defines: `exports.f` is `f`, `module.exports` the `default`, `A.prototype.m` is `A.m`,
 * `this.m` is `m` of the definition around it.
 */
export function assignedPath(path: readonly string[]): readonly string[] {
  const [first, second] = path;
  const outer =
    first === "module" && second === "exports" ? 2 : first === "exports" || first === "this" ? 1 : 0;
  const rest = path.slice(outer).filter((part, index) => index === 0 || part !== "prototype");
  return rest.length === 0 ? ["default"] : rest;
}

/** What parentheses and TypeScript's assertions stand around. */
export function unwrapped(node: Node | null | undefined): Node | undefined {
  let inner = node ?? undefined;
  while (
    inner?.type === "ParenthesizedExpression" ||
    inner?.type === "TSAsExpression" ||
    inner?.type === "TSSatisfiesExpression" ||
    inner?.type === "TSTypeAssertion" ||
    inner?.type === "TSNonNullExpression" ||
    inner?.type === "TypeCastExpression"
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** What is assigned in the end: `c` of `a = b = c`. */
export function assignedValue(node: Node | null | undefined): Node | undefined {
  let value = unwrapped(node);
  while (value?.type === "AssignmentExpression" && value.operator === "=") value = unwrapped(value.right);
  return value;
}

/** Names from the outside in, joined by dots. */
export function joined(...names: readonly string[]): string {
  return names.filter((name) => name !== "").join(".");
}
