import { expect, it } from "vitest";
import { loadSyntaxes } from "../syntaxes/index.ts";
import { benchmarkCodeIn } from "./benchmark-code.ts";

const code = (name: string, total: string, item: string) => [
  `def ${name}(orchard, weights):`,
  '    """Sums up the weighted yields."""',
  `    ${total} = 0`,
  `    for ${item} in orchard.trees:`,
  `        ${total} += ${item}.apples * weights.get(${item}.kind, 1) + len(${item}.branches)`,
  `    return ${total} / max(1, len(orchard.trees))`,
];

/** A diff that adds lines behind one that is there. */
const adding = (path: string, lines: readonly string[]) =>
  [
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -1,1 +1,${lines.length + 1} @@`,
    " import math",
    ...lines.map((line) => `+${line}`),
    "",
  ].join("\n");

/** The fingerprints that are asked for. */
async function valuesIn(patch: string): Promise<number[]> {
  const values: number[] = [];
  const repositoryOf = (value: number) => void values.push(value);
  expect(benchmarkCodeIn(patch, { repositoryOf }, await loadSyntaxes())).toBeUndefined();
  return values;
}

it("finds a function that a diff adds whole, whatever it is called and wherever it stands", async () => {
  const [value] = await valuesIn(adding("a.py", code("weigh", "total", "tree")));
  const renamed = code("sum_up", "result", "one").map((line) => `    ${line}`);
  expect(await valuesIn(adding("b.py", renamed))).toEqual([value]);
  const index = { repositoryOf: (one: number) => (one === value ? "pallets/flask" : undefined) };
  const find = async (patch: string) => benchmarkCodeIn(patch, index, await loadSyntaxes());
  expect(await find(adding("b.py", renamed))).toBe("b.py: sum_up of pallets/flask");
  expect(await find(adding("b.py", code("weigh", "total", "tree").slice(0, -1)))).toBeUndefined();
  expect(await find(adding("notes.txt", renamed))).toBeUndefined();
  expect(await find("no diff")).toBeUndefined();
});
