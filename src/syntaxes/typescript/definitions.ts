import type { Definition, Span } from "../../syntax.ts";
import { commentSpans, leadingComments } from "./comments.ts";
import { isJsdoc } from "./jsdoc.ts";
import { assignedPath, assignedValue, dottedPath, keyName, unwrapped } from "./names.ts";
import { childrenOf, endOf, type Node, startOf } from "./nodes.ts";
import type { Parsed } from "./parse.ts";

/** A definition as the syntax tree shows it. */
export interface DefinitionNode {
  readonly kind: Definition["kind"];
  readonly name: string;
  readonly qualifiedName: string;
  readonly ordinal: number;
  readonly parent: number | undefined;
  readonly span: Span;
  /** Where its name stands, or the keyword of one without. */
  readonly anchor: number;
  /** The function or class itself. */
  readonly node: Node;
  readonly decorators: readonly Node[];
  /** The comments that lead it. */
  readonly leading: readonly Span[];
  /** The JSDoc comment among them that documents it: the last one. */
  readonly docstring: Span | undefined;
  /** Comments on the line of the code before lead it too: behind a comma. */
  readonly sameLine: boolean;
}

/** Where a definition stands: what its name hangs on, and the definition around it. */
interface Place {
  readonly prefix: string;
  readonly parent: number | undefined;
}

/** What is known of a definition before it is entered. */
interface Found {
  readonly node: Node;
  readonly name: string;
  readonly kind: Definition["kind"];
  readonly span: Span;
  readonly anchor: number;
  /** The names between the place and the definition: the class of `A.prototype.m = …`. */
  readonly path?: readonly string[];
  readonly decorated?: Node;
  readonly sameLine?: boolean;
}

export interface Definitions {
  readonly list: readonly DefinitionNode[];
  readonly comments: readonly Span[];
}

const known = new WeakMap<Parsed, Definitions>();

/** All definitions of a file in source order, and its comments. */
export function definitionsOf(parsed: Parsed): Definitions {
  const before = known.get(parsed);
  if (before !== undefined) return before;
  const definitions = readDefinitions(parsed);
  known.set(parsed, definitions);
  return definitions;
}

function readDefinitions(parsed: Parsed): Definitions {
  const { text } = parsed;
  const comments = commentSpans(parsed);
  const list: DefinitionNode[] = [];
  const seen = new Map<string, number>();

  function define(place: Place, found: Found): void {
    const { name, kind, node, span, anchor, path = [] } = found;
    const qualifiedName = [place.prefix, ...path, name].filter((part) => part !== "").join(".");
    const ordinal = seen.get(qualifiedName) ?? 0;
    seen.set(qualifiedName, ordinal + 1);
    const { sameLine = false } = found;
    const leading = leadingComments(text, comments, span.start, sameLine);
    const docstring = leading.findLast((comment) => isJsdoc(text.slice(comment.start, comment.end)));
    const decorators = decoratorsOf(found.decorated ?? node);
    const named = { kind, name, qualifiedName, ordinal, parent: place.parent };
    list.push({ ...named, span, anchor, node, decorators, leading, docstring, sameLine });
    const inside = { prefix: qualifiedName, parent: list.length - 1 };
    if (kind === "class") visitClass(node, inside);
    else visitAll(node, inside);
  }

  /** Defines a value that has a name, or enters an object that has one; false when it is neither. */
  function defineValue(place: Place, value: Node | undefined, found: Omit<Found, "node">): boolean {
    switch (value?.type) {
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        define(place, { ...found, node: value });
        return true;
      case "ClassExpression":
        define(place, { ...found, node: value, kind: "class" });
        return true;
      case "ObjectExpression": {
        const prefix = [place.prefix, ...(found.path ?? []), found.name]
          .filter((part) => part !== "")
          .join(".");
        for (const property of value.properties) visitProperty(property, { ...place, prefix });
        return true;
      }
      default:
        return false;
    }
  }

  function visit(node: Node, place: Place, outer: Node = node): void {
    const span = spanOf(outer, node);
    switch (node.type) {
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        if (node.declaration) visitExported(node, node.declaration, place);
        else visitAll(node, place);
        return;
      case "TSExportAssignment":
        if (!defineDefault(node, node.expression, place)) visitAll(node, place);
        return;
      case "FunctionDeclaration":
      case "TSDeclareFunction":
      case "ClassDeclaration": {
        const kind = node.type === "ClassDeclaration" ? "class" : "function";
        define(place, {
          node,
          kind,
          name: node.id?.name ?? "default",
          span,
          anchor: startOf(node.id ?? node),
        });
        return;
      }
      case "VariableDeclaration":
        node.declarations.forEach((declarator, index) => {
          const whole = {
            start: span.start,
            end: node.declarations.length === 1 ? span.end : endOf(declarator),
          };
          visitDeclarator(declarator, place, index === 0 ? whole : undefined);
        });
        return;
      case "ExpressionStatement":
        if (!visitAssignment(node, node.expression, place)) visitAll(node, place);
        return;
      case "TSModuleDeclaration": {
        const name =
          node.id.type === "StringLiteral" ? node.id.value : text.slice(startOf(node.id), endOf(node.id));
        visitAll(node.body, { ...place, prefix: joined(place.prefix, name.replaceAll(/\s/g, "")) });
        return;
      }
      default:
        visitAll(node, place);
    }
  }

  function visitAll(node: Node, place: Place): void {
    for (const child of childrenOf(node)) visit(child, place);
  }

  function visitExported(node: Node, declaration: Node, place: Place): void {
    if (node.type !== "ExportDefaultDeclaration" || !defineDefault(node, declaration, place))
      visit(declaration, place, node);
  }

  /** A value that is exported without a name. */
  function defineDefault(node: Node, value: Node, place: Place): boolean {
    const inner = assignedValue(value);
    const anchor = inner === undefined ? startOf(node) : startOf(inner);
    return defineValue(place, inner, { name: "default", kind: "function", span: spanOf(node), anchor });
  }

  function visitDeclarator(declarator: Node, place: Place, whole: Span | undefined): void {
    if (declarator.type !== "VariableDeclarator" || declarator.id.type !== "Identifier")
      return visitAll(declarator, place);
    const span = whole ?? spanOf(declarator);
    const found = { name: declarator.id.name, kind: "function", span, anchor: startOf(declarator) } as const;
    const value = assignedValue(declarator.init);
    if (!defineValue(place, value, { ...found, sameLine: whole === undefined })) visitAll(declarator, place);
  }

  function visitAssignment(statement: Node, expression: Node, place: Place): boolean {
    if (expression.type !== "AssignmentExpression" || expression.operator !== "=") return false;
    const written = dottedPath(expression.left);
    if (written === undefined) return false;
    const path = assignedPath(written);
    const name = path.at(-1) ?? "";
    const isMethod = path.length > 1 || written[0] === "this";
    const anchor = startOf(expression.left);
    const kind = isMethod ? "method" : "function";
    const found = { name, kind, path: path.slice(0, -1), span: spanOf(statement), anchor } as const;
    return defineValue(place, assignedValue(expression.right), found);
  }

  function visitClass(node: Node, place: Place): void {
    for (const child of childrenOf(node)) {
      if (child.type !== "ClassBody") visit(child, place);
      else for (const member of child.body) visitMember(member, place);
    }
  }

  function visitMember(member: Node, place: Place): void {
    const span = spanOf(member);
    switch (member.type) {
      case "ClassMethod":
      case "ClassPrivateMethod":
      case "TSDeclareMethod": {
        const name = keyName(text, member.key, "computed" in member && member.computed === true);
        if (name === undefined) return visitAll(member, place);
        define(place, { node: member, name, kind: "method", span, anchor: startOf(member.key) });
        return;
      }
      case "ClassProperty":
      case "ClassPrivateProperty":
      case "ClassAccessorProperty": {
        const name = keyName(text, member.key, "computed" in member && member.computed === true);
        const found = { kind: "method", span, anchor: startOf(member.key), decorated: member } as const;
        const value = unwrapped(member.value);
        if (name === undefined || !defineValue(place, value, { ...found, name })) visitAll(member, place);
        return;
      }
      default:
        visitAll(member, place);
    }
  }

  function visitProperty(property: Node, place: Place): void {
    if (property.type !== "ObjectMethod" && property.type !== "ObjectProperty") return visit(property, place);
    const name = keyName(text, property.key, property.computed);
    const found = { kind: "method", span: spanOf(property), anchor: startOf(property.key) } as const;
    if (name === undefined) return visitAll(property, place);
    if (property.type === "ObjectMethod") define(place, { ...found, name, node: property });
    else if (!defineValue(place, unwrapped(property.value), { ...found, name })) visitAll(property, place);
  }

  visitAll(parsed.file.program, { prefix: "", parent: undefined });
  return { list, comments };
}

function joined(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

function decoratorsOf(node: Node): readonly Node[] {
  return "decorators" in node ? (node.decorators ?? []) : [];
}

/** From the first decorator or `export` to the end. */
function spanOf(outer: Node, inner: Node = outer): Span {
  const starts = [outer, inner, ...decoratorsOf(inner)].map(startOf);
  return { start: Math.min(...starts), end: Math.max(endOf(outer), endOf(inner)) };
}
