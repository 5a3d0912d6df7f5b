import type { BaseClass, ClassValue, Engine, Value } from "./engine.ts";
import { combine, OUTSIDE, unresolved, type Entity } from "./entity.ts";
import type { RepositoryFiles } from "./files.ts";
import type { MeaningOf, Modules } from "./modules.ts";
import type { NameIndex } from "./names.ts";
import { isDefinition, lastName, NodeKind, type ClassNode, type ParseNode } from "./nodes.ts";
import type { ScopeReader } from "./scopes.ts";

/** Classes outside that say what one can do with a file; a class of the repository that can need not inherit from them. */
const INTERFACES: ReadonlySet<string> = new Set(["IO", "TextIO", "BinaryIO"]);

interface Parts {
  readonly engine: Engine;
  readonly files: RepositoryFiles;
  readonly names: () => NameIndex;
}

/** Attributes of values, by the types that the engine gives them and the order in which their classes are searched. */
export class Members {
  private readonly parts: Parts;
  private readonly scopes: ScopeReader;
  private readonly modules: Modules;
  private readonly meaningOf: MeaningOf;

  constructor(parts: Parts, scopes: ScopeReader, modules: Modules, meaningOf: MeaningOf) {
    this.parts = parts;
    this.scopes = scopes;
    this.modules = modules;
    this.meaningOf = meaningOf;
  }

  ofClass(node: ClassNode, name: string): Entity {
    const value = this.parts.engine.classOf(node);
    return value === undefined ? this.ofUnknown(name, "a class of unknown type") : this.inClass(value, name);
  }

  ofValue(expression: ParseNode, name: string): Entity {
    const values = this.parts.engine.valuesOf(expression);
    if (values === undefined) return this.ofUnknown(name, "code that is never reached");
    const present = values.filter(({ kind }) => kind !== "none");
    if (present.length === 0) return this.ofUnknown(name, "an attribute of nothing");
    const entity = combine(present.map((value) => this.ofOne(value, name)));
    if (!isSuper(expression)) return entity;
    // The class after this one is another one where somebody inherits from both.
    const own = enclosingClass(expression);
    const isFixed = own !== undefined && !this.parts.names().isMixedIn(own.d.name.d.value);
    return isFixed ? entity : unresolved("super() of a class that is inherited together with others");
  }

  /** An attribute of something unknown: outside for sure if the repository has no such name, else not to be said. */
  ofUnknown(name: string, reason: string): Entity {
    return this.parts.names().isUsed(name) ? unresolved(reason) : OUTSIDE;
  }

  private ofOne(value: Value, name: string): Entity {
    switch (value.kind) {
      case "module":
        return this.parts.files.contains(value.path) ? this.modules.member(value.path, name) : OUTSIDE;
      case "class":
      case "instance":
        return this.inClass(value, name);
      case "function":
        return this.ofUnknown(name, "an attribute of a function");
      default:
        return this.ofUnknown(name, "an attribute of something of unknown type");
    }
  }

  private inClass(value: ClassValue, name: string): Entity {
    const found = this.inBases(value.bases, name, value.kind === "instance");
    if (found !== undefined) return found;
    const inMetaclass = value.kind === "class" ? this.inBases(value.metaclass, name, true) : undefined;
    return inMetaclass ?? this.ofUnknown(name, "an attribute that no class defines");
  }

  private inBases(bases: ClassValue["bases"], name: string, isInstance: boolean): Entity | undefined {
    for (const base of bases) {
      if (base === undefined) return this.ofUnknown(name, "a base class is not known");
      const found = this.inBase(base, name, isInstance);
      if (found?.kind === "definition" && base.isProtocol) return unresolved("a method of a protocol");
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private inBase(base: BaseClass, name: string, isInstance: boolean): Entity | undefined {
    if (!this.parts.files.contains(base.path) || base.node === undefined) {
      if (!base.has(name)) return undefined;
      const isInterface = isInstance && (base.isProtocol || INTERFACES.has(base.name));
      return isInterface ? this.ofUnknown(name, "a method that any class may offer") : OUTSIDE;
    }
    if (isInstance && base.assignsThroughSelf(name))
      return { kind: "value", reason: "an attribute of an instance" };
    // A class is known to us by its file only once that file's tree is.
    this.modules.tree(base.path);
    const bindings = this.scopes.bindings(base.node).names.get(name);
    if (bindings === undefined)
      return base.has(name) ? { kind: "value", reason: "an attribute that is made up" } : undefined;
    const isDefined = bindings.every(({ node }) => isDefinition(node));
    if (!isDefined && this.parts.names().assignments(name) > 1) {
      return { kind: "value", reason: "a class attribute that others may replace" };
    }
    return this.meaningOf(bindings);
  }
}

function isSuper(expression: ParseNode): boolean {
  return expression.nodeType === NodeKind.Call && lastName(expression.d.leftExpr)?.d.value === "super";
}

function enclosingClass(node: ParseNode): ClassNode | undefined {
  for (let parent = node.parent; parent !== undefined; parent = parent.parent) {
    if (parent.nodeType === NodeKind.Class) return parent;
  }
  return undefined;
}
