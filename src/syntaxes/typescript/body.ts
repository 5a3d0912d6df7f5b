import type { Definition } from "../../syntax.ts";
import { childrenOf, type Node } from "./nodes.ts";
import { unwrapped } from "./names.ts";

/** The body of a function or class; undefined for a mere signature. */
function bodyOf(node: Node): Node | undefined {
  return "body" in node && node.body && !Array.isArray(node.body) ? (node.body as Node) : undefined;
}

/** What stands directly in the body of a definition: statements, or the members of a class. */
export function bodyStatements(node: Node): number {
  const body = bodyOf(node);
  if (body === undefined) return 0;
  if (body.type === "BlockStatement") return body.body.length + body.directives.length;
  return body.type === "ClassBody" ? body.body.length : 1;
}

export function parametersOf(node: Node): string[] {
  if (!("params" in node) || !Array.isArray(node.params)) return [];
  return (node.params as Node[]).flatMap(parameterNames).filter((name) => name !== "this");
}

/** A destructured parameter is known by the properties that it takes. */
function parameterNames(node: Node): string[] {
  switch (node.type) {
    case "Identifier":
      return [node.name];
    case "AssignmentPattern":
      return parameterNames(node.left);
    case "RestElement":
      return parameterNames(node.argument as Node);
    case "TSParameterProperty":
      return parameterNames(node.parameter);
    case "ArrayPattern":
      return node.elements.flatMap((element) => (element === null ? [] : parameterNames(element)));
    case "ObjectPattern":
      return node.properties.flatMap((property) => {
        if (property.type === "RestElement") return parameterNames(property);
        if (property.computed) return parameterNames(property.value as Node);
        if (property.key.type === "Identifier") return [property.key.name];
        return property.key.type === "StringLiteral" ? [property.key.value] : [];
      });
    default:
      return [];
  }
}

export interface BodyFacts {
  readonly calls: readonly string[];
  readonly raises: readonly string[];
  readonly returns: Definition["returns"];
}

/** What the body of a definition calls, throws and returns. */
export function bodyFacts(node: Node): BodyFacts {
  const calls = new Set<string>();
  const raises = new Set<string>();
  let returnsValue = node.type === "ArrowFunctionExpression" && node.expression === true;
  const isGenerator = "generator" in node && node.generator === true;

  function visit(inner: Node, own: boolean): void {
    if (own && inner.type === "ReturnStatement" && inner.argument) returnsValue = true;
    if (inner.type === "ThrowStatement") add(raises, thrownName(inner.argument));
    const callee = calleeOf(inner);
    for (const child of childrenOf(inner)) {
      visit(child, own && !OWN_RETURNS.has(child.type));
      if (child === callee) add(calls, lastName(callee));
    }
  }

  const body = bodyOf(node);
  if (body !== undefined) visit(body, body.type !== "ClassBody");
  return {
    calls: [...calls],
    raises: [...raises],
    returns: isGenerator ? "yields" : returnsValue ? "value" : "nothing",
  };
}

/** What `return` inside of returns from. */
const OWN_RETURNS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ObjectMethod",
  "ClassBody",
]);

function calleeOf(node: Node): Node | undefined {
  switch (node.type) {
    case "CallExpression":
    case "OptionalCallExpression":
    case "NewExpression":
      return node.callee;
    case "TaggedTemplateExpression":
      return node.tag;
    case "Decorator":
      return node.expression;
    default:
      return undefined;
  }
}

function lastName(node: Node | undefined): string | undefined {
  const callee = unwrapped(node);
  switch (callee?.type) {
    case "Identifier":
      return callee.name;
    case "Super":
      return "super";
    case "MemberExpression":
    case "OptionalMemberExpression": {
      const { property } = callee;
      if (property.type === "PrivateName") return `#${property.id.name}`;
      return !callee.computed && property.type === "Identifier" ? property.name : undefined;
    }
    default:
      return undefined;
  }
}

function thrownName(node: Node): string | undefined {
  const thrown = unwrapped(node);
  return thrown?.type === "NewExpression" || thrown?.type === "CallExpression"
    ? lastName(thrown.callee)
    : undefined;
}

function add(names: Set<string>, name: string | undefined): void {
  if (name !== undefined) names.add(name);
}
