import type { Definition } from "../../syntax.ts";
import { eachChild, endOf, type Node, startOf } from "./nodes.ts";
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

/** What is called, thrown and returned where in a file: gathered once, for definitions hold one another. */
export interface BodyFacts {
  readonly calls: readonly NamedPlace[];
  readonly raises: readonly NamedPlace[];
  /** Functions that return a value. */
  readonly returning: ReadonlySet<Node>;
}

interface NamedPlace {
  readonly name: string;
  readonly offset: number;
}

export function readBodyFacts(program: Node): BodyFacts {
  const calls: NamedPlace[] = [];
  const raises: NamedPlace[] = [];
  const returning = new Set<Node>();
  const open: Node[] = [program];
  const owners: (Node | undefined)[] = [undefined];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const outer = owners.pop();
    const owner = OWN_RETURNS.has(node.type) ? node : outer;
    const callee = calleeOf(node);
    if (callee !== undefined) add(calls, callee);
    if (node.type === "ThrowStatement") add(raises, thrown(node.argument));
    const returns =
      node.type === "ReturnStatement"
        ? node.argument
        : node.type === "ArrowFunctionExpression" && node.body.type !== "BlockStatement";
    if (returns && owner !== undefined) returning.add(owner);
    eachChild(node, (child) => {
      open.push(child);
      owners.push(owner);
    });
  }
  const byOffset = (a: NamedPlace, b: NamedPlace) => a.offset - b.offset;
  return { calls: calls.sort(byOffset), raises: raises.sort(byOffset), returning };
}

/** What a definition calls, throws and returns. */
export function factsOf(
  { calls, raises, returning }: BodyFacts,
  node: Node,
): Pick<Definition, "calls" | "raises" | "returns"> {
  const isGenerator = "generator" in node && node.generator === true;
  const returns = isGenerator ? "yields" : returning.has(node) ? "value" : "nothing";
  const body = bodyOf(node);
  if (body === undefined) return { calls: [], raises: [], returns };
  return { calls: namesIn(calls, body), raises: namesIn(raises, body), returns };
}

function namesIn(places: readonly NamedPlace[], body: Node): string[] {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.offset ?? 0) < startOf(body)) low = middle + 1;
    else high = middle;
  }
  const names = new Set<string>();
  for (let place = places[low]; place !== undefined && place.offset < endOf(body); place = places[++low]) {
    names.add(place.name);
  }
  return [...names];
}

/** What `return` inside of returns from. */
const OWN_RETURNS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ObjectMethod",
  "ClassMethod",
  "ClassPrivateMethod",
  "StaticBlock",
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

function thrown(node: Node): Node | undefined {
  const made = unwrapped(node);
  return made?.type === "NewExpression" || made?.type === "CallExpression" ? made.callee : undefined;
}

function add(places: NamedPlace[], node: Node | undefined): void {
  const name = lastName(node);
  if (name !== undefined && node !== undefined) places.push({ name, offset: endOf(node) - 1 });
}
