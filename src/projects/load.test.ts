import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Repository } from "../repository.ts";
import { memoryTree } from "../trees/make-tree.ts";
import { loadProject } from "./load.ts";
import { runInWorkers } from "./worker-pool.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "projects-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function repositoryOf(files: Parameters<typeof memoryTree>[0]): Repository {
  const tree = memoryTree(files);
  const reference = { name: "project", commit: "0".repeat(40), tree: tree.id };
  return { reference, tree, leftOut: [], gitDirectory: folder, async [Symbol.asyncDispose]() {} };
}

test("source files are outlined, others ignored, unusable ones named", async () => {
  const project = await loadProject(
    repositoryOf({
      "README.md": "# x",
      "b.py": "def g(): ...\n",
      "a.py": 'class A:\n    def f(self):\n        """Doc."""\n        return 1\n',
      "broken.py": "def f(:\n  pass pass\n",
      "latin.py": Buffer.from("# caf\xe9\n", "latin1"),
      "codec.py": "# coding: no-such-codec\n",
      "large.py": "# ".padEnd(3000, "x"),
      "link.py": { mode: "120000", content: "a.py" },
    }),
    { maxFileBytes: 2000 },
  );
  expect(
    project.files.map((file) => [file.path, file.outline.definitions.map((one) => one.qualifiedName)]),
  ).toEqual([
    ["a.py", ["A", "A.f"]],
    ["b.py", ["g"]],
  ]);
  expect(project.unusable.map((file) => [file.path, file.reason])).toEqual([
    ["broken.py", "syntax-error"],
    ["codec.py", "unknown-encoding"],
    ["large.py", "too-large"],
    ["latin.py", "bytes-do-not-decode"],
  ]);
});

test("JavaScript and TypeScript are read by their own rules", async () => {
  const project = await loadProject(
    repositoryOf({
      "a.js": "#!/usr/bin/env node\n/** Doc. */\nexports.f = () => 1\n",
      "b.tsx": "export const B = <T,>(a: T) => <div>{a}</div>\n",
      "c.mjs": "with (a) { }\n",
      "d.d.ts": "export function d(): void\n",
      "e.js": Buffer.from("// caf\xe9\n", "latin1"),
    }),
  );
  expect(
    project.files.map(({ path, language, outline }) => [
      path,
      language,
      outline.definitions.map((one) => one.qualifiedName),
    ]),
  ).toEqual([
    ["a.js", "javascript", ["f"]],
    ["b.tsx", "typescript", ["B"]],
    ["d.d.ts", "typescript", ["d"]],
  ]);
  expect(project.unusable.map((file) => [file.path, file.reason])).toEqual([
    ["c.mjs", "syntax-error"],
    ["e.js", "bytes-do-not-decode"],
  ]);
});

test("a large generated file fits the memory of a thread", async () => {
  const line = "exports.message = { id: 1, text: 'a' + b, items: [1, 2, 3], f(a) { return a } };\n";
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`m${n}.js`, "x\n"]));
  const large = line.repeat(Math.floor(1_990_000 / line.length));
  const project = await loadProject(repositoryOf({ ...files, "large.js": large }), { workers: 1 });
  expect(project.unusable).toEqual([]);
  expect(project.files.at(-1)?.path).toBe("m9.js");
});

test("the number of threads changes nothing", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [
      `p/m${n}.py`,
      n % 7 === 0 ? "def (\n" : `def f${n}(a):\n    return ${n}\n`,
    ]),
  );
  const repository = repositoryOf(files);
  const one = await loadProject(repository, { workers: 1 });
  const three = await loadProject(repository, { workers: 3 });
  const none = await loadProject(repository, { workers: 0 });
  expect(one.files).toHaveLength(51);
  expect(three).toEqual(one);
  expect(none).toEqual(one);
});

test("loading stops when it is told to", async () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`m${n}.py`, "x = 1\n"]));
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(loadProject(repositoryOf(files), { signal, workers: 2 })).rejects.toThrow("enough");
});

test("an item whose worker dies twice is given up, the others are not", async () => {
  const module = path.join(folder, "worker.mjs");
  await writeFile(
    module,
    `import { parentPort } from "node:worker_threads";
     import { existsSync, writeFileSync } from "node:fs";
     parentPort.on("message", (item) => {
       if (item === "dies") process.exit(3);
       if (item === "throws") throw new Error("no");
       if (item === "hangs") for (;;);
       if (item === "dies once" && !existsSync(${JSON.stringify(path.join(folder, "mark"))})) {
         writeFileSync(${JSON.stringify(path.join(folder, "mark"))}, "");
         process.exit(4);
       }
       parentPort.postMessage(item.toUpperCase());
       if (item === "dies after its answer") process.exit(5);
     });`,
  );
  const items = ["a", "dies", "b", "dies once", "throws", "dies after its answer", "c", "hangs", "d"];
  const answers = await runInWorkers({
    module,
    workers: 2,
    items,
    prepare: async (item) => item,
    timeoutMs: 2000,
  });
  expect(answers.map((answer) => ("answer" in answer ? answer.answer : answer.crashed))).toEqual([
    "A",
    "the worker ended with code 3",
    "B",
    "DIES ONCE",
    "no",
    "DIES AFTER ITS ANSWER",
    "C",
    "no answer within 2 s",
    "D",
  ]);
});
