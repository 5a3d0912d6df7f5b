import { NodeKind, type CallNode, type DefinitionNode, type ParseNode } from "./nodes.ts";
import { isDefinition } from "./nodes.ts";
import type { ChildrenOf } from "./scopes.ts";

/** Where something is called: `callee` is what stands before the parentheses, or the bare name after `raise` or `@`. */
export interface Site {
  readonly kind: "call" | "raise" | "decorator";
  readonly callee: ParseNode;
  readonly nested: boolean;
  /** A bare name after `raise` may be a value, which is not called. */
  readonly bare: boolean;
}

/**
 * The call sites of a definition in source order: decorators, defaults, annotations and base classes, then the body. Only
 * the body of a definition or lambda inside is nested: its decorators and defaults are run by the outer one.
 */
export function callSites(definition: DefinitionNode, childrenOf: ChildrenOf): Site[] {
  const sites: Site[] = [];
  const visit = (node: ParseNode, nested: boolean): void => {
    for (const { kind, expression } of special(node)) {
      if (expression.nodeType === NodeKind.Call) push(kind, expression.d.leftExpr, nested, false);
      else push(kind, expression, nested, true);
    }
    if (node.nodeType === NodeKind.Call && !isTaken(node)) push("call", node.d.leftExpr, nested, false);
    for (const child of childrenOf(node)) visit(child, nested || isInnerBody(node, child));
  };
  const push = (kind: Site["kind"], callee: ParseNode, nested: boolean, bare: boolean) =>
    sites.push({ kind, callee, nested, bare });
  const isInnerBody = (node: ParseNode, child: ParseNode) =>
    (isDefinition(node) && node !== definition && child === node.d.suite) ||
    (node.nodeType === NodeKind.Lambda && child === node.d.expr);
  visit(definition, false);
  return sites.sort((a, b) => end(a.callee) - end(b.callee));
}

/** What a node calls besides calls: decorators, and what is raised. */
function special(node: ParseNode): { kind: "raise" | "decorator"; expression: ParseNode }[] {
  if (node.nodeType === NodeKind.Decorator) return [{ kind: "decorator", expression: node.d.expr }];
  if (node.nodeType !== NodeKind.Raise) return [];
  return [node.d.expr, node.d.fromExpr].flatMap((expression) =>
    expression === undefined || isNoValue(expression) ? [] : [{ kind: "raise" as const, expression }],
  );
}

function isTaken(call: CallNode): boolean {
  const parent = call.parent;
  return parent?.nodeType === NodeKind.Decorator || parent?.nodeType === NodeKind.Raise;
}

function isNoValue(expression: ParseNode): boolean {
  return expression.nodeType === NodeKind.Constant;
}

function end(node: ParseNode): number {
  return node.start + node.length;
}
