import { doubtOf, isForTypeChecking, settleDefinitions } from "./definitions.ts";
import type { Engine } from "./engine.ts";
import { combine, OUTSIDE, unresolved, type Definition, type Entity } from "./entity.ts";
import type { RepositoryFiles } from "./files.ts";
import { Members } from "./members.ts";
import { Modules } from "./modules.ts";
import type { NameIndex } from "./names.ts";
import { lastName, NodeKind, type MemberAccessNode, type NameNode, type ParseNode } from "./nodes.ts";
import type { ImportRoots } from "./roots.ts";
import { isEmptyBinding, ScopeReader, type Binding } from "./scopes.ts";
import type { Site } from "./sites.ts";

export interface Parts {
  readonly engine: Engine;
  readonly files: RepositoryFiles;
  readonly roots: ImportRoots;
  readonly names: () => NameIndex;
}

/** What a site calls; undefined where it calls nothing, such as the value in `raise error`. */
export type Answer = Exclude<Entity, { kind: "value" | "module" }> | undefined;

/** Calls that make a class or function which is no definition of this repository. */
const MAKERS: ReadonlySet<string> = new Set(["namedtuple", "NamedTuple", "NewType", "TypedDict"]);

/** How many aliases are followed, one to the next, before a name is given up. */
const MAX_ALIASES = 20;

/**
 * Finds what expressions stand for. Names and imports are followed by the language's own scoping rules over every binding
 * there is; only for what a value is, the engine's types are asked.
 */
export class Targets {
  readonly modules: Modules;
  private readonly parts: Parts;
  private readonly scopes: ScopeReader;
  private readonly members: Members;
  private aliases = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.scopes = new ScopeReader((node) => parts.engine.childrenOf(node));
    const meaningOf = (bindings: readonly Binding[]) => this.meaningOf(bindings);
    this.modules = new Modules({ ...parts, scopes: this.scopes }, meaningOf);
    this.members = new Members(parts, this.scopes, this.modules, meaningOf);
  }

  answer({ callee, kind, bare }: Site): Answer {
    const entity = this.entityOf(callee);
    switch (entity.kind) {
      case "definition":
        return this.certain(entity);
      case "value":
        return kind === "raise" && bare
          ? this.raisedValue(callee, entity.reason)
          : this.calledValue(callee, entity);
      case "module":
        return { kind: "unresolved", reason: "a module" };
      case "several": {
        const doubt = entity.choices.map(({ node }) => doubtOf(node)).find((reason) => reason !== undefined);
        return doubt === undefined ? entity : { kind: "unresolved", reason: doubt };
      }
      default:
        return entity;
    }
  }

  private certain(definition: Definition): Answer {
    const doubt = doubtOf(definition.node) ?? this.replacement(definition);
    return doubt === undefined ? definition : { kind: "unresolved", reason: doubt };
  }

  /** Where the repository assigns to what may be this definition. */
  private replacement({ node, path }: Definition): string | undefined {
    const receivers = this.parts.names().patchedOn(node.d.name.d.value);
    const isMember = node.parent?.parent?.nodeType === NodeKind.Class;
    const stems = path
      .split(/[/\\]/)
      .slice(-2)
      .map((part) => part.replace(/\.pyi?$/, ""));
    const isReplaced = isMember ? receivers.size > 0 : stems.some((stem) => receivers.has(stem));
    return isReplaced ? "something of that name is replaced by an assignment" : undefined;
  }

  /** `raise error` calls nothing when it is an instance, and the class when it is one. */
  private raisedValue(callee: ParseNode, reason: string): Answer {
    const values = this.parts.engine.valuesOf(callee) ?? [];
    const isInstance =
      values.length > 0 && values.every(({ kind }) => kind === "instance" || kind === "none");
    return isInstance ? undefined : { kind: "unresolved", reason };
  }

  private calledValue(callee: ParseNode, value: Extract<Entity, { kind: "value" }>): Answer {
    if (value.called === "outside") return { kind: "outside" };
    if (!this.isOwnClass(callee)) return { kind: "unresolved", reason: value.reason };
    const [own, ...others] = this.parts.engine.valuesOf(callee) ?? [];
    const [first] = own?.kind === "class" && others.length === 0 ? own.bases : [];
    if (first?.node === undefined || !this.parts.files.contains(first.path)) {
      return { kind: "unresolved", reason: value.reason };
    }
    return this.certain({ kind: "definition", path: first.path, node: first.node });
  }

  /** `cls`, `type(self)` and `self.__class__`: the class in which they stand, or one that inherits from it. */
  private isOwnClass(callee: ParseNode): boolean {
    if (callee.nodeType === NodeKind.Call) {
      return lastName(callee.d.leftExpr)?.d.value === "type" && callee.d.args.length === 1;
    }
    if (callee.nodeType === NodeKind.MemberAccess) return callee.d.member.d.value === "__class__";
    return callee.nodeType === NodeKind.Name && callee.d.value === "cls";
  }

  entityOf(expression: ParseNode): Entity {
    switch (expression.nodeType) {
      case NodeKind.Name:
        return this.nameEntity(expression);
      case NodeKind.MemberAccess:
        return this.attributeEntity(expression);
      case NodeKind.Index: {
        const generic = this.entityOf(expression.d.leftExpr);
        const isClass = generic.kind === "definition" && generic.node.nodeType === NodeKind.Class;
        return isClass || generic.kind === "outside"
          ? generic
          : { kind: "value", reason: "an item of something" };
      }
      case NodeKind.Call:
        return { kind: "value", reason: "what a call returns" };
      default:
        return { kind: "value", reason: "an expression" };
    }
  }

  private nameEntity(name: NameNode): Entity {
    const found = this.scopes.find(name);
    if (found !== undefined && found.scope.nodeType !== NodeKind.Module)
      return this.meaningOf(found.bindings);
    const global = this.modules.global(this.modules.fileOf(name), name.d.value);
    if (global !== undefined) return global;
    return this.parts.engine.isBuiltin(name, name.d.value)
      ? OUTSIDE
      : unresolved("a name that nothing defines");
  }

  private attributeEntity(attribute: MemberAccessNode): Entity {
    const { leftExpr, member } = attribute.d;
    const name = member.d.value;
    if (name === "__class__") return { kind: "value", reason: "the class of a value" };
    const owner = this.entityOf(leftExpr);
    switch (owner.kind) {
      case "outside":
        return OUTSIDE;
      case "module":
        return this.modules.member(owner.path, name);
      case "definition":
        if (owner.node.nodeType === NodeKind.Class) return this.members.ofClass(owner.node, name);
        return this.members.ofUnknown(name, "an attribute of a function");
      case "value":
        return this.members.ofValue(leftExpr, name);
      default:
        return this.members.ofUnknown(
          name,
          "reason" in owner ? owner.reason : "an attribute of one of several",
        );
    }
  }

  private meaningOf(bindings: readonly Binding[]): Entity {
    const filled = bindings.filter((binding) => !isEmptyBinding(binding));
    const entities = (filled.length > 0 ? filled : bindings).map((binding) => this.bindingEntity(binding));
    const definitions = entities.filter((entity) => entity.kind === "definition");
    return definitions.length === entities.length ? settleDefinitions(definitions) : combine(entities);
  }

  private bindingEntity({ node, value }: Binding): Entity {
    switch (node.nodeType) {
      case NodeKind.Function:
      case NodeKind.Class:
        return { kind: "definition", path: this.modules.fileOf(node), node };
      case NodeKind.ImportAs: {
        const parts = node.d.alias === undefined ? 1 : node.d.module.d.nameParts.length;
        return this.modules.imported(node.d.module, parts);
      }
      case NodeKind.ImportFromAs:
        return isForTypeChecking(node)
          ? unresolved("imported for type checkers only")
          : this.importedName(node);
      case NodeKind.Parameter:
        return { kind: "value", reason: "a parameter" };
      default:
        return value === undefined ? { kind: "value", reason: "a variable" } : this.assigned(value);
    }
  }

  private importedName(node: Extract<ParseNode, { nodeType: typeof NodeKind.ImportFromAs }>): Entity {
    const { parent } = node;
    if (parent?.nodeType !== NodeKind.ImportFrom) return unresolved("an import that is not understood");
    const module = this.modules.imported(parent.d.module);
    return module.kind === "module" ? this.modules.member(module.path, node.d.name.d.value) : module;
  }

  /** A variable that is nothing but another name for something. */
  private assigned(value: ParseNode): Entity {
    const variable: Entity = { kind: "value", reason: "a variable" };
    if (value.nodeType === NodeKind.Call) {
      const maker = lastName(value.d.leftExpr)?.d.value ?? "";
      return MAKERS.has(maker) ? { ...variable, called: "outside" } : variable;
    }
    if (lastName(value) === undefined || this.aliases >= MAX_ALIASES) return variable;
    this.aliases++;
    try {
      const entity = this.entityOf(value);
      return entity.kind === "definition" || entity.kind === "module" || entity.kind === "outside"
        ? entity
        : variable;
    } finally {
      this.aliases--;
    }
  }
}
