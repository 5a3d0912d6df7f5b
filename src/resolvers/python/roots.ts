import path from "node:path";
import type { ImportRoot } from "./engine.ts";
import type { RepositoryFiles } from "./files.ts";

/**
 * Where absolute imports start, found without reading any settings: a folder with Python files under it that is no
 * package itself may be on `sys.path`. The folder in which a file's own top-level package lies is surely there (so
 * do scripts and test runners); another one counts only for a package, or a module in a namespace package, that no other
 * folder has.
 */
export class ImportRoots {
  private readonly files: RepositoryFiles;
  private readonly standardLibrary: ReadonlySet<string>;
  private readonly rootsByName = new Map<string, Set<string>>();

  constructor(files: RepositoryFiles, standardLibrary: ReadonlySet<string>) {
    this.files = files;
    this.standardLibrary = standardLibrary;
    const folders = new Set<string>();
    for (const file of files.python) {
      let child = file;
      for (let folder = path.dirname(file); files.contains(folder); folder = path.dirname(folder)) {
        if (!this.isPackage(folder)) this.note(moduleName(child), folder);
        if (folders.has(folder)) break;
        folders.add(folder);
        child = folder;
      }
    }
  }

  /** Whether some folder of the repository may offer a module of that name. */
  has(name: string): boolean {
    return this.rootsByName.has(name);
  }

  rootOf(importing: string, names: readonly string[]): ImportRoot {
    const [first = ""] = names;
    const own = this.ownRoot(importing);
    const roots = this.rootsByName.get(first);
    const isOwn = roots?.has(own) === true && this.depth(own, names) > 0;
    if (this.standardLibrary.has(first)) return isOwn ? "ambiguous" : "outside";
    if (roots === undefined) return "outside";
    if (isOwn && (this.depth(own, names) === names.length || this.isRegular(own, first)))
      return { root: own };
    const candidates = [...roots].filter(
      (root) =>
        this.isRegularPackage(root, first) ||
        (names.length > 1 && this.isRegular(root, path.join(...names))) ||
        own.startsWith(withSeparator(root)),
    );
    const deepest = Math.max(0, ...candidates.map((root) => this.depth(root, names)));
    const [only, ...others] = candidates.filter((root) => this.depth(root, names) === deepest);
    return only === undefined || others.length > 0 || deepest === 0 ? "ambiguous" : { root: only };
  }

  /** The first folder above a file that is no package. */
  private ownRoot(file: string): string {
    let folder = path.dirname(file);
    while (this.isPackage(folder) && folder !== this.files.folder) folder = path.dirname(folder);
    return folder;
  }

  private isPackage(folder: string): boolean {
    return ["__init__.py", "__init__.pyi"].some((name) => this.files.exists(path.join(folder, name)));
  }

  private isRegularPackage(root: string, name: string): boolean {
    return this.isPackage(path.join(root, name));
  }

  private isRegular(root: string, name: string): boolean {
    return this.isRegularPackage(root, name) || this.isModule(path.join(root, name));
  }

  private isModule(place: string): boolean {
    return this.files.exists(`${place}.py`) || this.files.exists(`${place}.pyi`);
  }

  /** How many parts of a dotted name are there, from `root`. */
  private depth(root: string, names: readonly string[]): number {
    let folder = root;
    for (const [index, name] of names.entries()) {
      const place = path.join(folder, name);
      if (this.files.isFolder(place)) folder = place;
      else return this.isModule(place) ? index + 1 : index;
    }
    return names.length;
  }

  private note(name: string, root: string): void {
    const roots = this.rootsByName.get(name) ?? new Set<string>();
    roots.add(root);
    this.rootsByName.set(name, roots);
  }
}

function moduleName(file: string): string {
  return path.basename(file).replace(/\.pyi?$/, "");
}

function withSeparator(folder: string): string {
  return folder + path.sep;
}
