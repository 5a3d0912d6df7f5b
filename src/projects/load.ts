import { availableParallelism } from "node:os";
import { siblingModule } from "../base/sibling.ts";
import type { Project, ProjectFile } from "../project.ts";
import type { Repository } from "../repository.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";
import type { TreeEntry } from "../tree.ts";
import { outlineSource } from "./outline.ts";
import type { SourceFile, SourceOutline } from "./outline.ts";
import { runInWorkers } from "./worker-pool.ts";
import type { PoolAnswer } from "./worker-pool.ts";

export interface LoadProjectOptions {
  /** Threads; as many as there are cores, 4 at most, when left out. */
  readonly workers?: number;
  /** Larger files are not read; 2 MB when left out. */
  readonly maxFileBytes?: number;
  readonly signal?: AbortSignal;
}

/** Below this, starting threads takes longer than the work. */
const FEW_FILES = 40;

/**
 * Outlines every source file of a repository. The result depends on the tree alone, not on the number of threads; no
 * source text is kept, and only a few files are in memory at a time. Symbolic links are no source files.
 *
 * `unusable` names the others, with the reason `too-large`, `bytes-do-not-decode`, `unknown-encoding`, `syntax-error`
 * (the language refuses the file) or `parser-crashed`.
 */
export async function loadProject(
  repository: Repository,
  options: LoadProjectOptions = {},
): Promise<Project> {
  const { tree } = repository;
  const maxBytes = options.maxFileBytes ?? 2_000_000;
  const syntaxes = await loadSyntaxes();
  const sources = tree.entries.filter(
    (entry) => entry.mode !== "120000" && syntaxes.for(entry.path) !== undefined,
  );
  const readable = sources.filter((entry) => entry.size <= maxBytes);
  const read = async ({ path }: TreeEntry): Promise<SourceFile> => ({
    path,
    content: await tree.read(path),
    maxBytes,
  });
  const outlines = await outlineAll(readable, read, options);
  const files: ProjectFile[] = [];
  const unusable: Project["unusable"][number][] = sources
    .filter((entry) => entry.size > maxBytes)
    .map(({ path, size }) => ({
      path,
      reason: "too-large",
      detail: `${size} bytes, the limit is ${maxBytes}`,
    }));
  for (const [index, { path }] of readable.entries()) {
    const outline = outlines[index];
    if (outline === undefined) continue;
    if ("reason" in outline) unusable.push({ path, ...outline });
    else files.push({ path, ...outline });
  }
  const place = new Map(sources.map((entry, index) => [entry.path, index]));
  unusable.sort((a, b) => (place.get(a.path) ?? 0) - (place.get(b.path) ?? 0));
  return { repository, files, unusable };
}

type Outlined = SourceOutline | { readonly reason: "parser-crashed"; readonly detail: string };

async function outlineAll(
  entries: readonly TreeEntry[],
  read: (entry: TreeEntry) => Promise<SourceFile>,
  options: LoadProjectOptions,
): Promise<Outlined[]> {
  const workers = Math.min(options.workers ?? Math.min(availableParallelism(), 4), entries.length);
  if (entries.length >= FEW_FILES && workers > 0) {
    const module = siblingModule(import.meta.url, "./outline-worker");
    const answers = await runInWorkers({
      module,
      workers,
      items: entries,
      prepare: read,
      signal: options.signal,
    });
    return answers.map(outlineOf);
  }
  const outlines: Outlined[] = [];
  for (const entry of entries) {
    options.signal?.throwIfAborted();
    outlines.push(outlineSource(await read(entry)));
  }
  return outlines;
}

/** Our own worker's answer: it sends nothing but what `outlineSource` returns. */
function outlineOf(answer: PoolAnswer): Outlined {
  if ("crashed" in answer) return { reason: "parser-crashed", detail: answer.crashed };
  return answer.answer as SourceOutline;
}
