import type { Definition, Span } from "../../syntax.ts";
import { commentSpans, leadingComments } from "./comments.ts";
import { isJsdoc } from "./jsdoc.ts";
import { assignedPath, assignedValue, dottedPath, joined, keyName, unwrapped } from "./names.ts";
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

export interface Definitions {
  readonly list: readonly DefinitionNode[];
  readonly comments: readonly Span[];
}

/** All definitions of a file in source order, and its comments. */
export function definitionsOf(parsed: Parsed): Definitions {
  const reader = new DefinitionReader(parsed);
  return { list: reader.read(), comments: reader.comments };
}

/** Where something stands: what its name hangs on, and the definition around it. */
interface Place {
  readonly prefix: string;
  readonly parent: number | undefined;
}

/** What is known of a definition from what stands around the function or class. */
interface Found {
  readonly name: string;
  readonly kind: Definition["kind"];
  readonly span: Span;
  readonly anchor: number;
  /** The names between the place and the definition: the class of `A.prototype.m = …`. */
  readonly path?: readonly string[];
  /** What bears the decorators, where it is not the function or class itself. */
  readonly decorated?: Node;
  readonly sameLine?: boolean;
}

type Visit = (node: Node, place: Place) => void;

/** Walks a tree with a stack of its own: a sum of thousands of strings is a tree that deep. */
class DefinitionReader {
  readonly comments: readonly Span[];
  readonly #parsed: Parsed;
  readonly #list: DefinitionNode[] = [];
  readonly #seen = new Map<string, number>();
  readonly #open: { readonly visit: Visit; readonly node: Node; readonly place: Place }[] = [];

  constructor(parsed: Parsed) {
    this.#parsed = parsed;
    this.comments = commentSpans(parsed);
  }

  read(): readonly DefinitionNode[] {
    this.#later(this.#visit, [this.#parsed.file.program], { prefix: "", parent: undefined });
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      next.visit(next.node, next.place);
    }
    return this.#list;
  }

  /** Visits nodes next, in their order. */
  #later(visit: Visit, nodes: readonly Node[], place: Place): void {
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index];
      if (node !== undefined) this.#open.push({ visit, node, place });
    }
  }

  #inside(node: Node, place: Place): void {
    this.#later(this.#visit, childrenOf(node), place);
  }

  readonly #visit: Visit = (node, place) => this.#visitStatement(node, place, node);

  /** `outer` is the `export` around a declaration. */
  #visitStatement(node: Node, place: Place, outer: Node): void {
    switch (node.type) {
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        return this.#visitExport(node, node.declaration, place);
      case "TSExportAssignment":
        return this.#defaultOr(node, node.expression, place, () => this.#inside(node, place));
      case "FunctionDeclaration":
      case "TSDeclareFunction":
      case "ClassDeclaration": {
        const kind = node.type === "ClassDeclaration" ? "class" : "function";
        const anchor = startOf(node.id ?? node);
        const found = { kind, name: node.id?.name ?? "default", span: spanOf(outer, node), anchor } as const;
        return this.#define(node, place, found);
      }
      case "VariableDeclaration":
        return this.#visitVariables(node.declarations, spanOf(outer, node), place);
      case "ExpressionStatement":
        return this.#visitExpression(node, node.expression, place);
      case "TSModuleDeclaration": {
        const name = this.#moduleName(node.id);
        return this.#inside(node.body, { ...place, prefix: joined(place.prefix, name) });
      }
      default:
        return this.#inside(node, place);
    }
  }

  #moduleName(id: Node): string {
    if (id.type === "StringLiteral") return id.value;
    return this.#parsed.text.slice(startOf(id), endOf(id)).replaceAll(/\s/g, "");
  }

  #visitExport(node: Node, declaration: Node | null | undefined, place: Place): void {
    if (!declaration) return this.#inside(node, place);
    const visit = () => this.#visitStatement(declaration, place, node);
    if (node.type === "ExportDefaultDeclaration") this.#defaultOr(node, declaration, place, visit);
    else visit();
  }

  /** Defines a value that is exported without a name; does something else when it is none. */
  #defaultOr(node: Node, value: Node, place: Place, otherwise: () => void): void {
    const inner = assignedValue(value);
    const anchor = inner === undefined ? startOf(node) : startOf(inner);
    const found = { name: "default", kind: "function", span: spanOf(node), anchor } as const;
    if (!this.#defineValue(inner, place, found)) otherwise();
  }

  #visitVariables(declarators: readonly Node[], whole: Span, place: Place): void {
    this.#later(
      (declarator) => {
        const isFirst = declarator === declarators[0];
        const end = declarators.length === 1 ? whole.end : endOf(declarator);
        const span = { start: isFirst ? whole.start : startOf(declarator), end };
        this.#visitVariable(declarator, span, place, !isFirst);
      },
      declarators,
      place,
    );
  }

  #visitVariable(declarator: Node, span: Span, place: Place, sameLine: boolean): void {
    if (declarator.type === "VariableDeclarator" && declarator.id.type === "Identifier") {
      const { name } = declarator.id;
      const found = { name, kind: "function", span, anchor: startOf(declarator), sameLine } as const;
      if (this.#defineValue(assignedValue(declarator.init), place, found)) return;
    }
    this.#inside(declarator, place);
  }

  #visitExpression(statement: Node, expression: Node, place: Place): void {
    if (expression.type === "AssignmentExpression" && expression.operator === "=") {
      const written = dottedPath(expression.left);
      const path = written === undefined ? [] : assignedPath(written);
      const name = path.at(-1);
      const kind = path.length > 1 || written?.[0] === "this" ? "method" : "function";
      const anchor = startOf(expression.left);
      const found = { kind, path: path.slice(0, -1), span: spanOf(statement), anchor } as const;
      const value = assignedValue(expression.right);
      if (name !== undefined && this.#defineValue(value, place, { ...found, name })) return;
    }
    this.#inside(statement, place);
  }

  /** Defines a function or class that has a name, or enters an object that has one; false when it is neither. */
  #defineValue(value: Node | undefined, place: Place, found: Found): boolean {
    switch (value?.type) {
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#define(value, place, found);
        return true;
      case "ClassExpression":
        this.#define(value, place, { ...found, kind: "class" });
        return true;
      case "ObjectExpression": {
        const prefix = joined(place.prefix, ...(found.path ?? []), found.name);
        this.#later(this.#visitProperty, value.properties, { ...place, prefix });
        return true;
      }
      default:
        return false;
    }
  }

  #define(
    node: Node,
    place: Place,
    { path = [], decorated = node, sameLine = false, ...found }: Found,
  ): void {
    const qualifiedName = joined(place.prefix, ...path, found.name);
    const ordinal = this.#seen.get(qualifiedName) ?? 0;
    this.#seen.set(qualifiedName, ordinal + 1);
    const { text } = this.#parsed;
    const leading = leadingComments(text, this.comments, found.span.start, sameLine);
    const docstring = leading.findLast(({ start, end }) => isJsdoc(text.slice(start, end)));
    const named = { ...found, qualifiedName, ordinal, parent: place.parent };
    this.#list.push({ ...named, node, decorators: decoratorsOf(decorated), leading, docstring, sameLine });
    const inside = { prefix: qualifiedName, parent: this.#list.length - 1 };
    if (found.kind === "class") this.#visitClass(node, inside);
    else this.#inside(node, inside);
  }

  #visitClass(node: Node, place: Place): void {
    const parts = childrenOf(node).flatMap((child) => (child.type === "ClassBody" ? child.body : [child]));
    this.#later(this.#visitMember, parts, place);
  }

  readonly #visitMember: Visit = (member, place) => {
    const name = "key" in member ? keyName(this.#parsed.text, member.key, isComputed(member)) : undefined;
    if (name === undefined || !("key" in member)) return this.#visit(member, place);
    const found = { name, kind: "method", span: spanOf(member), anchor: startOf(member.key) } as const;
    switch (member.type) {
      case "ClassMethod":
      case "ClassPrivateMethod":
      case "TSDeclareMethod":
        return this.#define(member, place, found);
      case "ClassProperty":
      case "ClassPrivateProperty":
      case "ClassAccessorProperty":
        if (this.#defineValue(unwrapped(member.value), place, { ...found, decorated: member })) return;
    }
    this.#inside(member, place);
  };

  readonly #visitProperty: Visit = (property, place) => {
    if (property.type !== "ObjectMethod" && property.type !== "ObjectProperty") {
      return this.#visit(property, place);
    }
    const name = keyName(this.#parsed.text, property.key, property.computed);
    if (name === undefined) return this.#inside(property, place);
    const found = { name, kind: "method", span: spanOf(property), anchor: startOf(property.key) } as const;
    if (property.type === "ObjectMethod") return this.#define(property, place, found);
    if (!this.#defineValue(unwrapped(property.value), place, found)) this.#inside(property, place);
  };
}

function isComputed(member: Node): boolean {
  return "computed" in member && member.computed === true;
}

function decoratorsOf(node: Node): readonly Node[] {
  return "decorators" in node ? (node.decorators ?? []) : [];
}

/** From the first decorator or `export` to the end. */
function spanOf(outer: Node, inner: Node = outer): Span {
  const starts = [outer, inner, ...decoratorsOf(inner)].map(startOf);
  return { start: Math.min(...starts), end: Math.max(endOf(outer), endOf(inner)) };
}
