import { isNone, NodeKind, type NameNode, type ParseNode, type ScopeNode } from "./nodes.ts";

/** A place that gives a name its meaning in a scope: a definition, an import, a parameter, an assignment… */
export interface Binding {
  /** The definition, `ImportAs`, `ImportFromAs`, `Parameter`, or the name that is assigned. */
  readonly node: ParseNode;
  /** What is assigned, for a plain `name = value`. */
  readonly value?: ParseNode;
}

/** All bindings of a scope, in source order, whatever branch they stand in: also those that an engine takes for unreachable. */
export interface ScopeBindings {
  readonly names: ReadonlyMap<string, readonly Binding[]>;
  /** `from … import *`. */
  readonly stars: readonly ParseNode[];
  /** Names declared `global` or `nonlocal` here. */
  readonly global: ReadonlySet<string>;
  readonly nonlocal: ReadonlySet<string>;
  /** What is bound here, or further inside, in a scope further out. */
  readonly outer: ReadonlyMap<string, readonly Binding[]>;
}

export type ChildrenOf = (node: ParseNode) => readonly ParseNode[];

/** Reads scopes by Python's rule: a name that is bound anywhere in a function is local to all of it. */
export class ScopeReader {
  private readonly childrenOf: ChildrenOf;
  private readonly known = new WeakMap<ParseNode, ScopeBindings>();

  constructor(childrenOf: ChildrenOf) {
    this.childrenOf = childrenOf;
  }

  bindings(scope: ScopeNode): ScopeBindings {
    const known = this.known.get(scope);
    if (known !== undefined) return known;
    const read = new BindingCollector(this.childrenOf, this).collect(scope);
    this.known.set(scope, read);
    return read;
  }

  /** The bindings that a name refers to at a place, and their scope; undefined where no scope of the file has it. */
  find(name: NameNode): { readonly scope: ScopeNode; readonly bindings: readonly Binding[] } | undefined {
    let isInnermost = true;
    for (let scope = enclosingScope(name); scope !== undefined; scope = enclosingScope(scope)) {
      const read = this.bindings(scope);
      if (read.global.has(name.d.value)) scope = moduleOf(scope);
      const visible = isInnermost || scope.nodeType !== NodeKind.Class;
      const bindings =
        visible && !read.nonlocal.has(name.d.value)
          ? this.bindings(scope).names.get(name.d.value)
          : undefined;
      if (bindings !== undefined) return { scope, bindings };
      // A class body is seen by what stands directly in it only.
      isInnermost = isInnermost && scope.nodeType === NodeKind.Comprehension;
    }
    return undefined;
  }
}

export function moduleOf(node: ParseNode): ScopeNode {
  let module = node;
  while (module.parent !== undefined) module = module.parent;
  if (module.nodeType !== NodeKind.Module) throw new Error("a node outside any module");
  return module;
}

/** The scope in which a node is evaluated: for decorators, defaults and base classes, the one around the definition. */
export function enclosingScope(node: ParseNode): ScopeNode | undefined {
  let child = node;
  for (let parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
    if (parent.nodeType === NodeKind.Module) return parent;
    if (parent.nodeType === NodeKind.Comprehension) return parent;
    if (parent.nodeType === NodeKind.Lambda && parent.d.expr === child) return parent;
    if (parent.nodeType === NodeKind.Function && parent.d.suite === child) return parent;
    if (parent.nodeType === NodeKind.Class && parent.d.suite === child) return parent;
  }
  return undefined;
}

class BindingCollector {
  private readonly childrenOf: ChildrenOf;
  private readonly scopes: ScopeReader;
  private readonly names = new Map<string, Binding[]>();
  private readonly stars: ParseNode[] = [];
  private readonly global = new Set<string>();
  private readonly nonlocal = new Set<string>();
  private readonly outer = new Map<string, Binding[]>();

  constructor(childrenOf: ChildrenOf, scopes: ScopeReader) {
    this.childrenOf = childrenOf;
    this.scopes = scopes;
  }

  collect(scope: ScopeNode): ScopeBindings {
    if (scope.nodeType === NodeKind.Function || scope.nodeType === NodeKind.Lambda) {
      for (const parameter of scope.d.params) {
        if (parameter.d.name !== undefined) this.bind(parameter.d.name, { node: parameter });
      }
    }
    if (scope.nodeType === NodeKind.Comprehension) {
      for (const clause of scope.d.forIfNodes) {
        if (clause.nodeType === NodeKind.ComprehensionFor) this.bindTarget(clause.d.targetExpr);
      }
    } else this.walkBody(scope);
    this.settleOuterNames(scope);
    const { names, stars, global, nonlocal, outer } = this;
    return { names, stars, global, nonlocal, outer };
  }

  /** In which of the outer scopes such a name lives is not told apart: it counts for the module and for each that binds it. */
  private settleOuterNames(scope: ScopeNode): void {
    for (const [name, bindings] of this.outer) {
      if (scope.nodeType === NodeKind.Module || this.names.has(name)) append(this.names, name, bindings);
    }
    for (const name of [...this.global, ...this.nonlocal])
      append(this.outer, name, this.names.get(name) ?? []);
  }

  private walkBody(scope: ScopeNode): void {
    if (scope.nodeType === NodeKind.Function || scope.nodeType === NodeKind.Class) this.walk(scope.d.suite);
    else if (scope.nodeType === NodeKind.Lambda) this.walk(scope.d.expr);
    else for (const child of this.childrenOf(scope)) this.walk(child);
  }

  private walk(node: ParseNode): void {
    this.bindIn(node);
    for (const child of this.childrenOf(node)) {
      const isOtherBody =
        (node.nodeType === NodeKind.Function || node.nodeType === NodeKind.Class) && child === node.d.suite;
      if (isOtherBody) this.takeOuterNames(node);
      else if (!(node.nodeType === NodeKind.Lambda && child === node.d.expr)) this.walk(child);
    }
  }

  /** What a nested scope declares `global` or `nonlocal` is bound in an outer one. */
  private takeOuterNames(scope: ScopeNode): void {
    for (const [name, bindings] of this.scopes.bindings(scope).outer) append(this.outer, name, bindings);
  }

  private bindIn(node: ParseNode): void {
    switch (node.nodeType) {
      case NodeKind.Function:
      case NodeKind.Class:
        return this.bind(node.d.name, { node });
      case NodeKind.ImportAs: {
        const name = node.d.alias ?? node.d.module.d.nameParts[0];
        return name === undefined ? undefined : this.bind(name, { node });
      }
      case NodeKind.ImportFromAs:
        return this.bind(node.d.alias ?? node.d.name, { node });
      case NodeKind.ImportFrom:
        if (node.d.isWildcardImport) this.stars.push(node);
        return;
      case NodeKind.Global:
        for (const { d } of node.d.targets) this.global.add(d.value);
        return;
      case NodeKind.Nonlocal:
        for (const { d } of node.d.targets) this.nonlocal.add(d.value);
        return;
      case NodeKind.Assignment:
        return this.bindTarget(node.d.leftExpr, assignedValue(node.d.rightExpr));
      case NodeKind.AugmentedAssignment:
        return this.bindTarget(node.d.leftExpr);
      case NodeKind.For:
        return this.bindTarget(node.d.targetExpr);
      case NodeKind.AssignmentExpression:
      case NodeKind.TypeAlias:
        return this.bind(node.d.name, { node: node.d.name });
      case NodeKind.WithItem:
        return node.d.target === undefined ? undefined : this.bindTarget(node.d.target);
      case NodeKind.Except:
        return node.d.name === undefined ? undefined : this.bind(node.d.name, { node: node.d.name });
      case NodeKind.PatternAs:
      case NodeKind.PatternCapture:
      case NodeKind.PatternMappingExpandEntry:
        return node.d.target === undefined ? undefined : this.bind(node.d.target, { node: node.d.target });
      default:
        return;
    }
  }

  private bindTarget(target: ParseNode, value?: ParseNode): void {
    switch (target.nodeType) {
      case NodeKind.Name:
        return this.bind(target, value === undefined ? { node: target } : { node: target, value });
      case NodeKind.TypeAnnotation:
        return this.bindTarget(target.d.valueExpr, value);
      case NodeKind.Unpack:
        return this.bindTarget(target.d.expr);
      case NodeKind.Tuple:
      case NodeKind.List:
        for (const item of target.d.items) this.bindTarget(item);
        return;
      default:
        return;
    }
  }

  private bind(name: NameNode, binding: Binding): void {
    append(this.names, name.d.value, [binding]);
  }
}

function append(map: Map<string, Binding[]>, name: string, bindings: readonly Binding[]): void {
  map.set(name, [...(map.get(name) ?? []), ...bindings]);
}

/** `a = b = value`: the engine takes `a = value` for what is assigned to `b`. */
function assignedValue(value: ParseNode): ParseNode {
  return value.nodeType === NodeKind.Assignment ? assignedValue(value.d.rightExpr) : value;
}

/** `name = None`: whoever calls the name does not mean this one. */
export function isEmptyBinding({ value }: Binding): boolean {
  return value !== undefined && isNone(value);
}
