import path from "node:path";
import type { Engine } from "./engine.ts";
import { combine, OUTSIDE, unresolved, type Entity } from "./entity.ts";
import type { RepositoryFiles } from "./files.ts";
import { NodeKind, type ModuleNameNode, type ModuleNode, type ParseNode } from "./nodes.ts";
import type { ImportRoots } from "./roots.ts";
import type { Binding, ScopeReader } from "./scopes.ts";

/** Gives the meaning of bindings; `targets.ts` is the one implementation, to which modules refer back for what they bind. */
export type MeaningOf = (bindings: readonly Binding[]) => Entity;

/** Modules as namespaces: what an import names, and what a name of a module means, star imports and submodules included. */
export class Modules {
  private readonly engine: Engine;
  private readonly files: RepositoryFiles;
  private readonly roots: ImportRoots;
  private readonly scopes: ScopeReader;
  private readonly meaningOf: MeaningOf;

  constructor(
    parts: { engine: Engine; files: RepositoryFiles; roots: ImportRoots; scopes: ScopeReader },
    meaningOf: MeaningOf,
  ) {
    this.engine = parts.engine;
    this.files = parts.files;
    this.roots = parts.roots;
    this.scopes = parts.scopes;
    this.meaningOf = meaningOf;
  }

  /** The module that an import names, by its first `parts` names. */
  imported(node: ModuleNameNode, parts: number = node.d.nameParts.length): Entity {
    const { leadingDots, nameParts } = node.d;
    const [first] = nameParts;
    const { found, files } = this.engine.importedFiles(node);
    const name = ".".repeat(leadingDots) + nameParts.map(({ d }) => d.value).join(".");
    if (!found) {
      const isOutside = leadingDots === 0 && first !== undefined && !this.roots.has(first.d.value);
      return isOutside ? OUTSIDE : unresolved(`the import of ${name} is not found`);
    }
    // For `from . import x` the engine gives the one file of the package.
    const file = nameParts.length === 0 ? files[0] : files[parts - 1];
    if (file !== undefined) return this.files.contains(file) ? { kind: "module", path: file } : OUTSIDE;
    return this.namespaceOf(files, parts, node);
  }

  /** A folder without `__init__.py`, found from the files of what lies further in. */
  private namespaceOf(files: readonly (string | undefined)[], parts: number, node: ModuleNameNode): Entity {
    const later = files.findIndex((file, index) => index >= parts && file !== undefined);
    const known = files[later];
    if (known === undefined) return this.namespaceFolder(node, parts);
    let folder = path.basename(known).startsWith("__init__.") ? path.dirname(known) : known;
    for (let index = later; index >= parts; index--) folder = path.dirname(folder);
    return this.files.isFolder(folder) ? { kind: "module", path: folder } : OUTSIDE;
  }

  private namespaceFolder(node: ModuleNameNode, parts: number): Entity {
    const names = node.d.nameParts.slice(0, parts).map(({ d }) => d.value);
    const importing = this.fileOf(node);
    if (node.d.leadingDots > 0) {
      let folder = path.dirname(importing);
      for (let dots = node.d.leadingDots; dots > 1; dots--) folder = path.dirname(folder);
      return { kind: "module", path: path.join(folder, ...names) };
    }
    const root = this.roots.rootOf(importing, names);
    if (root === "outside") return OUTSIDE;
    if (root === "ambiguous") return unresolved(`${names.join(".")} is in several places`);
    return { kind: "module", path: path.join(root.root, ...names) };
  }

  private readonly paths = new WeakMap<ParseNode, string>();

  /** The tree of a file, which is remembered as that file's. */
  tree(file: string): ModuleNode | undefined {
    const tree = this.engine.bind(file);
    if (tree !== undefined) this.paths.set(tree, file);
    return tree;
  }

  fileOf(node: ParseNode): string {
    let root = node;
    while (root.parent !== undefined) root = root.parent;
    const file = this.paths.get(root);
    if (file === undefined) throw new Error("a tree of no known file");
    return file;
  }

  /** What `module.name` means. */
  member(module: string, name: string): Entity {
    if (this.files.isFolder(module)) {
      return (
        this.submodule(module, name) ??
        unresolved(`nothing is called ${name} in ${this.files.relative(module)}`)
      );
    }
    const { problem } = this.files.source(module);
    if (problem !== undefined) return unresolved(`${this.files.relative(module)}: ${problem}`);
    return (
      this.global(module, name) ??
      (isPackage(module) ? this.submodule(path.dirname(module), name) : undefined) ??
      unresolved(`nothing is called ${name} in ${this.files.relative(module)}`)
    );
  }

  /** What a global name of a file means; undefined where it has none. */
  global(file: string, name: string, seen: ReadonlySet<string> = new Set()): Entity | undefined {
    const tree = this.tree(file);
    if (tree === undefined || seen.has(file)) return undefined;
    const { names, stars } = this.scopes.bindings(tree);
    const bindings = names.get(name);
    const starred = stars.flatMap((star) => this.throughStar(star, name, new Set([...seen, file])) ?? []);
    if (bindings === undefined && starred.length === 0) return undefined;
    const own = bindings === undefined ? [] : [this.meaningOf(bindings)];
    return combine([...own, ...starred]);
  }

  private throughStar(star: ParseNode, name: string, seen: ReadonlySet<string>): Entity | undefined {
    if (star.nodeType !== NodeKind.ImportFrom) return undefined;
    const module = this.imported(star.d.module);
    if (module.kind !== "module") {
      if (module.kind === "outside") return this.outsideStar(star.d.module, name);
      return name.startsWith("_") ? undefined : module;
    }
    if (this.files.isFolder(module.path)) return undefined;
    const { problem } = this.files.source(module.path);
    if (problem !== undefined) return unresolved(`${this.files.relative(module.path)}: ${problem}`);
    const exported = this.engine.dunderAll(module.path);
    const isExported = exported === undefined ? !name.startsWith("_") : exported.includes(name);
    return isExported ? this.global(module.path, name, seen) : undefined;
  }

  /** A package that is not here may export anything, but nothing of this repository. */
  private outsideStar(node: ModuleNameNode, name: string): Entity | undefined {
    const file = this.engine.importedFiles(node).files.at(-1);
    return file !== undefined && this.engine.hasName(file, name) ? OUTSIDE : undefined;
  }

  private submodule(folder: string, name: string): Entity | undefined {
    const place = path.join(folder, name);
    for (const file of [path.join(place, "__init__.py"), `${place}.py`]) {
      if (this.files.exists(file)) return { kind: "module", path: file };
    }
    return this.files.isFolder(place) ? { kind: "module", path: place } : undefined;
  }
}

function isPackage(file: string): boolean {
  return path.basename(file).startsWith("__init__.");
}
