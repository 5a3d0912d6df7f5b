/**
 * How far the classifier of steps agrees with the readers: `node tests/components/agreement.ts FOLDER`, with the public files of
 * docs/facts.md under the names that `labels.jsonl` calls them by. Prints one line for each part, and the confusion of the part that was held out.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { COMPONENTS, type Component } from "../../src/fact.ts";
import { walkOf } from "../../src/facts/walk.ts";
import { importerFor } from "../../src/importers/index.ts";
import { jsonSchema } from "../../src/base/json.ts";

const labelSchema = z.strictObject({
  source: z.string(),
  row: z.int(),
  step: z.int(),
  scaffold: z.string(),
  held_out: z.boolean(),
  first: z.enum(COMPONENTS),
  second: z.enum(COMPONENTS),
});

const folder = process.argv[2] ?? ".";
const lines = (await readFile(path.join(import.meta.dirname, "labels.jsonl"), "utf8")).trim().split("\n");
const labels = lines.map((line) => labelSchema.parse(JSON.parse(line)));

async function componentsOf(source: string): Promise<Component[][]> {
  const text = await readFile(path.join(folder, source), "utf8");
  const documents = source.endsWith(".jsonl") ? text.trim().split("\n") : [text];
  const rows = documents.flatMap((one) => {
    const value = jsonSchema.parse(JSON.parse(one));
    return Array.isArray(value) ? value : [value];
  });
  return rows.map((document) => {
    const sample = importerFor(document).read(document, { name: source });
    return walkOf(sample).steps.map(({ component }) => component);
  });
}

const sources = new Map<string, Component[][]>();
for (const { source } of labels) if (!sources.has(source)) sources.set(source, await componentsOf(source));

for (const held of [false, true]) {
  const part = labels.filter(({ held_out }) => held_out === held);
  const pairs = part.map((label) => {
    const computed = sources.get(label.source)?.[label.row]?.[label.step];
    if (computed === undefined)
      throw new Error(`no step ${label.step} in row ${label.row} of ${label.source}`);
    return [label.first, computed] as const;
  });
  const right = pairs.filter(([read, computed]) => read === computed).length;
  process.stdout.write(`${held ? "held out" : "looked at"}: ${right} of ${pairs.length}\n`);
  if (!held) continue;
  for (const read of COMPONENTS) {
    const counts = COMPONENTS.map(
      (computed) => pairs.filter((pair) => pair[0] === read && pair[1] === computed).length,
    );
    process.stdout.write(`${[read, ...counts].join("\t")}\n`);
  }
}
