import { combine, unresolved, type Definition, type Entity } from "./entity.ts";
import { decoratorName, NodeKind, type DecoratorNode, type DefinitionNode, type ParseNode } from "./nodes.ts";

/** Decorators that make something else of a function than a function: to name it is to run it, and a call is of what it returns. */
const PROPERTY = /property|reify|^(?:lazy|setter|getter|deleter)$|attribute$/i;

/**
 * What a name means that is bound by definitions only: the one, or the implementation behind overloads, which stands last.
 */
export function settleDefinitions(definitions: readonly Definition[]): Entity {
  const last = definitions.at(-1);
  if (last === undefined) return unresolved("nothing is known of it");
  const isOverloadedSet = definitions
    .slice(0, -1)
    .every(({ node }) => isOverload(node) && node.parent === last.node.parent);
  if (!isOverloadedSet) return combine(definitions);
  if (isOverload(last.node)) return unresolved("overloads without an implementation");
  return last;
}

/** Why a definition that was found is no certain target; undefined where it is one. */
export function doubtOf(node: DefinitionNode): string | undefined {
  if (isForTypeChecking(node)) return "defined for type checkers only";
  if (node.nodeType === NodeKind.Function && node.d.decorators.some(isPropertyDecorator)) {
    return "a property: what it returns is called";
  }
  return undefined;
}

function isPropertyDecorator(decorator: DecoratorNode): boolean {
  return PROPERTY.test(decoratorName(decorator) ?? "");
}

function isOverload({ d: { decorators } }: DefinitionNode): boolean {
  return decorators.some((decorator) => decoratorName(decorator) === "overload");
}

/** Whether a node stands under `if TYPE_CHECKING:`, so that it is not there at run time. */
export function isForTypeChecking(node: ParseNode): boolean {
  let child = node;
  for (let parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
    if (parent.nodeType !== NodeKind.If || parent.d.ifSuite !== child) continue;
    const { testExpr } = parent.d;
    if (testExpr.nodeType === NodeKind.Name && testExpr.d.value === "TYPE_CHECKING") return true;
    if (testExpr.nodeType === NodeKind.MemberAccess && testExpr.d.member.d.value === "TYPE_CHECKING")
      return true;
  }
  return false;
}
