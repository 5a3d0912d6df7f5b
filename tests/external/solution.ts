import { openDataset } from "../../src/datasets/open.ts";
import { openSourceTrees } from "../../src/datasets/source-trees.ts";
import { applyFileEdits } from "../../src/trees/edits.ts";

/** The reference solution of a dataset's first instance, as an agent's tools write it down. */
export interface SolvingEdit {
  /** From the repository's root. */
  readonly path: string;
  /** The lines that change, with the one above, as they are and as they shall be; each with its last newline. */
  readonly before: string;
  readonly after: string;
}

export async function solvingEdit(dataset: string): Promise<SolvingEdit> {
  const opened = await openDataset(dataset);
  await using trees = openSourceTrees(opened.folder);
  for await (const pair of opened.pairs()) {
    const tree = await trees.start(pair);
    const [change] = await applyFileEdits(tree, pair.secret.solution);
    if (change?.after === undefined) continue;
    const lines = (bytes: Uint8Array) =>
      Buffer.from(bytes)
        .toString("utf8")
        .split(/(?<=\n)/);
    const [old, now] = [lines(await tree.read(change.path)), lines(change.after.content)];
    let head = 0;
    while (old[head] === now[head]) head++;
    let tail = 0;
    while (old.at(-1 - tail) === now.at(-1 - tail)) tail++;
    const part = (all: string[]) => all.slice(Math.max(0, head - 1), all.length - tail).join("");
    return { path: change.path, before: part(old), after: part(now) };
  }
  throw new Error(`${dataset} has no instance with a solution`);
}

/** The same as a command. */
export function solvingCommand({ path: file, before, after }: SolvingEdit): string {
  const script = `import sys; f, a, b = sys.argv[1:]; t = open(f).read(); assert a in t; open(f, "w").write(t.replace(a, b, 1))`;
  const quoted = [script, file, before, after].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return `python3 -c ${quoted.join(" ")}`;
}
