import type { Random } from "../../../src/base/random.ts";
import type { MemoryFile } from "../../../src/trees/make-tree.ts";

/** Small trees with names and contents that are hard to tell from a diff's own lines. */
export type Files = Record<string, MemoryFile>;

const NAMES = [
  ..."a b c a.py b.py dir lib/x.py lib/y.py deep/er/z.py b/a i/w dev/null .gitattributes -dash x\r \u007f".split(
    " ",
  ),
  ...'a b|q"uote|tab\tbed|new\nline|ünï|日本/語|back\\slash|a => b|trail /x'.split("|"),
];
const LINES = [
  ..."x y z same same same x\r \ry é - + @@".split(" "),
  ..."| lead|\ttab|-- |--- a/a|+++ b/a|@@ -1 +1 @@|diff --git a/a b/a|GIT binary patch|literal 3|index 1..2".split(
    "|",
  ),
  "\\ No newline at end of file",
];

export function randomFiles(random: Random): Files {
  const names = random.shuffle(NAMES).slice(0, 1 + random.integer(6));
  return Object.fromEntries(names.map((name) => [name, randomFile(random)]));
}

function randomFile(random: Random): MemoryFile {
  const kind = random.integer(10);
  if (kind === 0) return { mode: "120000", content: random.pick(["a", "b", "lib/x.py"]) };
  if (kind === 1) return { mode: "100644", content: randomBytes(random) };
  return { mode: random.pick(["100644", "100644", "100755"] as const), content: randomText(random) };
}

function randomBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: 1 + random.integer(200) }, (_, at) =>
    at === 0 ? 0 : random.integer(256),
  );
}

function randomText(random: Random): string {
  const lines = Array.from({ length: random.integer(30) }, () => random.pick(LINES));
  return lines.join("\n") + (random.integer(4) === 0 ? "" : "\n");
}

/** Another version of a tree: files edited, added, removed, renamed, their modes changed. */
export function changedFiles(random: Random, before: Files): Files {
  const after: Files = {};
  for (const [name, file] of Object.entries(before)) {
    const action = random.integer(8);
    if (action === 0) continue;
    if (action === 1) after[random.pick(NAMES)] = file;
    else after[name] = action === 2 ? randomFile(random) : edited(random, file);
  }
  if (random.integer(2) === 0) after[random.pick(NAMES)] = randomFile(random);
  return after;
}

function edited(random: Random, { mode, content }: MemoryFile): MemoryFile {
  if (mode === "120000" || typeof content !== "string") return { mode, content };
  const lines = content.split("\n");
  for (let times = random.integer(4); times > 0; times--) {
    lines.splice(
      random.integer(lines.length),
      random.integer(3),
      ...(random.integer(3) === 0 ? [] : [random.pick(LINES)]),
    );
  }
  const newMode = random.integer(8) === 0 ? (mode === "100644" ? "100755" : "100644") : mode;
  return { mode: newMode, content: lines.join("\n") };
}
