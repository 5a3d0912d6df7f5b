import path from "node:path";
import type { RepositoryFiles } from "./files.ts";
import type { ImportRoots } from "./roots.ts";

const STAR = /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]*\*/gm;

/**
 * Files that import everything from each other, in a circle. What each of them ends up with depends on which one is read
 * first, in the engine as at run time; so that answers do not depend on the order of questions, it is always the same one.
 */
export class StarImports {
  private readonly files: RepositoryFiles;
  private readonly roots: ImportRoots;
  private readonly known = new Map<string, readonly string[]>();

  constructor(files: RepositoryFiles, roots: ImportRoots) {
    this.files = files;
    this.roots = roots;
  }

  /** The file of a circle that is to be read before any other; undefined for a file in none. */
  firstOfCircle(file: string): string | undefined {
    const reached = this.reachable(file);
    if (!reached.has(file)) return undefined;
    const circle = [...reached].filter((other) => this.reachable(other).has(file));
    return circle.sort()[0];
  }

  private reachable(file: string): Set<string> {
    const reached = new Set<string>();
    const open = [...this.imported(file)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...this.imported(next));
    }
    return reached;
  }

  private imported(file: string): readonly string[] {
    const known = this.known.get(file);
    if (known !== undefined) return known;
    const { text } = this.files.source(file);
    const found = [...text.matchAll(STAR)].flatMap(
      ([, dots = "", name = ""]) => this.fileOf(file, dots.length, name.split(".").filter(Boolean)) ?? [],
    );
    this.known.set(file, found);
    return found;
  }

  private fileOf(importing: string, dots: number, names: readonly string[]): string | undefined {
    let folder = path.dirname(importing);
    for (let level = dots; level > 1; level--) folder = path.dirname(folder);
    if (dots === 0) {
      const root = this.roots.rootOf(importing, names);
      if (typeof root === "string") return undefined;
      folder = root.root;
    }
    const place = path.join(folder, ...names);
    return [path.join(place, "__init__.py"), `${place}.py`].find((file) => this.files.exists(file));
  }
}
