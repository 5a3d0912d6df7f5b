import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Figure } from "../figure.ts";
import { commandsIn } from "./commands.ts";
import { writeRows } from "./rows.ts";

const SIZES = [1_000, 100_000] as const;

/** Peak resident set of each command at both sizes, once each; and what a further row adds to it. */
export async function memoryFigures(folder: string): Promise<Figure[]> {
  const peaks = new Map<string, number[]>();
  for (const rows of SIZES) {
    const place = path.join(folder, `memory-${rows}`);
    await mkdir(place);
    await writeRows(path.join(place, "rows.jsonl"), rows);
    const { importRows, facts, select, exportAs } = commandsIn(place);
    const commands = {
      import: importRows,
      "facts --json": facts,
      select,
      "export openai": exportAs("openai"),
      "export verl": exportAs("verl"),
    };
    for (const [name, command] of Object.entries(commands)) {
      const { peakMegabytes, seconds } = await command();
      console.error(`${name}, ${rows} rows: ${peakMegabytes} MiB, ${seconds} s`);
      peaks.set(name, [...(peaks.get(name) ?? []), peakMegabytes]);
    }
    await rm(place, { recursive: true });
  }
  return [...peaks].flatMap(([name, [few = Number.NaN, many = Number.NaN]]) => {
    const figure = (what: string, ours: number, unit: string): Figure => ({
      name: `${name}: ${what}`,
      ours,
      peer: null,
      ratio: null,
      unit,
      runs: 1,
      spread: 0,
    });
    return [
      figure(`peak resident set, ${SIZES[0]} rows`, few, "MiB"),
      figure(`peak resident set, ${SIZES[1]} rows`, many, "MiB"),
      figure("a further row", ((many - few) * 1024 * 1024) / (SIZES[1] - SIZES[0]), "bytes"),
    ];
  });
}
