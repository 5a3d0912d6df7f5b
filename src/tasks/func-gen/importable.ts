import type { Tree } from "../../tree.ts";
import type { Candidate } from "../checks/candidate-checks.ts";

/** How the driver reaches a function. */
export interface Importable {
  readonly module: string;
  /** `f` or `Class.m`, in the module. */
  readonly name: string;
  readonly roots: readonly string[];
}

/**
 * The module of a file: dotted from the folder above its outermost package. The repository's root, `src` and `lib` are where modules lie.
 * Undefined for functions inside functions, and for files that no module name leads to.
 */
export function importableName({ file, definition }: Candidate, tree: Tree): Importable | undefined {
  const outer = definition.parent === undefined ? undefined : file.outline.definitions[definition.parent];
  if (outer !== undefined && (outer.kind !== "class" || outer.parent !== undefined)) return undefined;
  const root = rootOf(file.path, tree);
  if (root === undefined) return undefined;
  const inside = root === "" ? file.path : file.path.slice(root.length + 1);
  const parts = inside.replace(/(?:\/__init__)?\.py$/, "").split("/");
  if (parts.some((part) => !/^[A-Za-z_]\w*$/.test(part)) || parts.at(-1) === "__main__") return undefined;
  return { module: parts.join("."), name: definition.qualifiedName, roots: [root] };
}

function rootOf(path: string, tree: Tree): string | undefined {
  const folders = path.split("/").slice(0, -1);
  let depth = folders.length;
  while (depth > 0 && tree.entry(`${folders.slice(0, depth).join("/")}/__init__.py`) !== undefined) depth--;
  const root = folders.slice(0, depth).join("/");
  return ["", "src", "lib"].includes(root) ? root : undefined;
}
