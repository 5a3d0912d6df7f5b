import type { Project, ProjectFile } from "../project.ts";
import type { Repository } from "../repository.ts";
import type { Tree } from "../tree.ts";
import { memoryTree } from "../trees/make-tree.ts";
import type { SyntaxLookup } from "./checks/sources.ts";

/** A project of a few files in memory, for tests and conformance checks of task families. */
export async function memoryProject(
  files: Readonly<Record<string, string | Uint8Array>>,
  syntaxes: SyntaxLookup,
): Promise<Project> {
  return projectOf(memoryTree(files), syntaxes);
}

/** A project over any tree, as `loadProject` makes one of a repository. */
async function projectOf(tree: Tree, syntaxes: SyntaxLookup): Promise<Project> {
  const read: ProjectFile[] = [];
  const unusable: Project["unusable"][number][] = [];
  for (const { path } of tree.entries) {
    const syntax = syntaxes.for(path);
    if (syntax === undefined) continue;
    const source = syntax.decode(await tree.read(path));
    if ("problem" in source) unusable.push({ path, reason: source.problem, detail: source.detail });
    else read.push({ path, language: syntax.language, outline: syntax.outline(source) });
  }
  const repository: Repository = {
    reference: { name: "fixture/project", commit: tree.id, tree: tree.id },
    tree,
    leftOut: [],
    gitDirectory: "",
    async [Symbol.asyncDispose]() {},
  };
  return { repository, files: read, unusable };
}
