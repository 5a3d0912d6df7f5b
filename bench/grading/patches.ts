import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { runProgram } from "../../src/base/process.ts";
import { createRandom } from "../../src/base/random.ts";
import type { Random } from "../../src/base/random.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { openSourceTrees } from "../../src/datasets/source-trees.ts";
import type { InstancePair } from "../../src/instance.ts";
import { loadSyntaxes } from "../../src/syntaxes/index.ts";
import { answerSchema } from "../../src/tasks/func-localize/answer.ts";
import { taskFamilies } from "../../src/tasks/index.ts";
import type { FileChange, Tree } from "../../src/tree.ts";

/** One patch to grade; `start` holds the files it touches as they stand in the start state, for the peer. */
export interface Patch {
  readonly instance_id: string;
  readonly model_patch: string;
  /** The edit it was made from. */
  readonly made_from: string;
  readonly start: Readonly<Record<string, string>>;
  readonly target: { readonly path: string; readonly qualified_name: string };
}

const SENTENCES = [
  "Work out the result for the given arguments.",
  "Return what the caller asked for.",
  "Nothing is changed in place.",
  "Errors of the underlying call are passed on.",
  "The order of the input is kept.",
  "See the module's documentation for details.",
];

/**
 * Patches for a dataset's instances in turn, half right (docstrings of many wordings), half wrong (the cheats that
 * validation knows), all different. `round` gives others for the same dataset.
 */
export async function makePatches(
  dataset: string,
  scratch: string,
  count: number,
  round: string,
): Promise<Patch[]> {
  const syntaxes = await loadSyntaxes();
  const [family] = taskFamilies({ syntaxes });
  if (family === undefined) throw new Error("no task family");
  await using trees = openSourceTrees(dataset);
  const pairs: InstancePair[] = [];
  for await (const pair of (await openDataset(dataset)).pairs()) pairs.push(pair);
  const patches: Patch[] = [];
  const seen = new Set<string>();
  for (let place = 0; patches.length < count && place < 10 * count; place++) {
    const pair = pairs[place % pairs.length] as InstancePair;
    const random = createRandom("grading bench", round, String(place));
    const start = await trees.start(pair);
    const right = patches.length % 2 === 0;
    const { name, changes } = right
      ? { name: "docstring", changes: await documented(pair, start, random) }
      : random.pick(await family.cheats({ ...pair, start, random }));
    const text = await diffOf(scratch, changes);
    if (text === undefined || seen.has(`${pair.instance.id}\0${text}`)) continue;
    seen.add(`${pair.instance.id}\0${text}`);
    const { path: file, qualified_name } = targetOf(pair);
    patches.push({
      instance_id: pair.instance.id,
      model_patch: text,
      made_from: name,
      start: Object.fromEntries(
        changes.flatMap(({ path, before }) =>
          before === undefined ? [] : [[path, Buffer.from(before.content).toString("latin1")]],
        ),
      ),
      target: { path: file, qualified_name },
    });
  }
  if (patches.length < count) throw new Error(`only ${patches.length} different patches; use more instances`);
  return patches;
}

function targetOf({ secret }: InstancePair) {
  const [target] = answerSchema.parse(secret.answer).targets;
  if (target === undefined) throw new Error(`${secret.id} has no target`);
  return target;
}

async function documented(pair: InstancePair, start: Tree, random: Random): Promise<FileChange[]> {
  const target = targetOf(pair);
  const entry = start.entry(target.path);
  const content = await start.read(target.path);
  const syntax = (await loadSyntaxes()).for(target.path);
  const source = syntax?.decode(content);
  if (entry === undefined || syntax === undefined || source === undefined || "problem" in source) {
    throw new Error(`${target.path} cannot be read`);
  }
  const definition = syntax
    .outline(source)
    .definitions.find((one) => one.qualifiedName === target.qualified_name && one.ordinal === target.ordinal);
  if (definition === undefined) throw new Error(`${target.qualified_name} is not in ${target.path}`);
  const [first = "", ...rest] = random.shuffle(SENTENCES).slice(0, 1 + random.integer(SENTENCES.length));
  const words = rest.length === 0 ? first : `${first}\n\n${rest.join("\n")}`;
  const edit = syntax.insertDocstring(source, definition, `${words} (${random.integer(1_000_000)})`);
  const text = source.text.slice(0, edit.start) + edit.text + source.text.slice(edit.end);
  const before = { mode: entry.mode, content };
  return [{ path: target.path, before, after: { ...before, content: source.encode(text) } }];
}

/** As git writes it; undefined for a binary one, which the peer's input cannot hold. */
async function diffOf(scratch: string, changes: readonly FileChange[]): Promise<string | undefined> {
  await rm(scratch, { recursive: true, force: true });
  for (const side of ["a", "b"]) await mkdir(path.join(scratch, side), { recursive: true });
  for (const change of changes) {
    for (const [side, state] of [
      ["a", change.before],
      ["b", change.after],
    ] as const) {
      if (state === undefined) continue;
      const file = path.join(scratch, side, change.path);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, state.content, { mode: state.mode === "100755" ? 0o755 : 0o644 });
    }
  }
  const options = ["diff", "--no-index", "--no-color", "--no-renames", "--no-prefix"];
  const { stdout, stderr } = await runProgram("git", [...options, "a", "b"], { cwd: scratch });
  if (stderr !== "") throw new Error(`git diff: ${stderr}`);
  const text = Buffer.from(stdout).toString("utf8");
  return text === "" || /^Binary files/m.test(text) || text.includes("\ufffd") ? undefined : text;
}
