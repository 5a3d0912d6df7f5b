import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { exportAttempts } from "../commands/export.ts";
import { select } from "../commands/select.ts";
import type { Sample } from "../sample.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { writeSet } from "../training-sets/testing/sets.ts";
import { cardOf } from "./card.ts";
import { exportManifestSchema } from "./manifest.ts";
import { call, sampleOf, start, turn } from "./testing/records.ts";

const broken = [start("x.1", "x"), turn({ tool_calls: [call("a")] })];
const samples: Sample[] = [
  sampleOf("a.1", { instance_facts: { licence: ["MIT"] } }),
  sampleOf("b.1", {
    instance_facts: { licence: ["MIT", "GPL-3.0-only"] },
    repository: { name: "acme/kit", commit: null },
  }),
  sampleOf("c.1", { agent: { name: "codex", version: null }, model: null }),
  sampleOf("d.1", { instance_facts: { licence: ["Odd | <b>licence</b>"] } }),
  sampleOf("e.1", { instance_facts: { licence: ["MIT"] }, events: broken }),
  sampleOf("f.1", { grade: { kind: "ungraded" } }),
];

/** A set of a set, exported. */
async function exported(into: string, format = "openai") {
  await writeSet(`${into}/all`, samples);
  await select({ from: [`${into}/all`], out: `${into}/chosen`, outcome: "solved" });
  const manifest = await exportAttempts({ run: `${into}/chosen`, format, out: `${into}/sft` });
  return { manifest, card: await readFile(`${into}/sft/README.md`, "utf8") };
}

describe("the card of an export", () => {
  it("has what the hub reads: licences, size, and where the rows are", async () => {
    await using folder = await temporaryFolder();
    const { card } = await exported(folder.path);
    const [, front] = card.split("---\n");
    expect(front?.split("\n")).toEqual([
      "license:",
      '  - "gpl-3.0"',
      '  - "mit"',
      '  - "other"',
      '  - "unknown"',
      "language:",
      '  - "en"',
      'pretty_name: "chosen"',
      "task_categories:",
      '  - "text-generation"',
      "size_categories:",
      '  - "n<1K"',
      "tags:",
      '  - "agent"',
      '  - "code"',
      '  - "hybrid-gym"',
      '  - "python"',
      "configs:",
      '  - config_name: "default"',
      "    data_files:",
      '      - split: "train"',
      '        path: "train.jsonl"',
      "",
    ]);
  });

  it("says what was taken and left out at each step, and what is in it", async () => {
    await using folder = await temporaryFolder();
    const { card, manifest } = await exported(folder.path);
    for (const row of [
      "| considered by select | 6 |",
      "| left out: outcome solved | 1 |",
      "| in the training set | 5 |",
      "| considered for export | 5 |",
      "| left out: interrupted | 1 |",
      "| rows | 4 |",
      "| MIT | 2 |",
      "| GPL-3.0-only | 1 |",
      "| unknown | 1 |",
      "| Odd \\| \\<b\\>licence\\</b\\> | 1 |",
      "| acme/tools | 3 |",
      "| codex | 1 |",
      "| teacher | 3 |",
    ])
      expect(card).toContain(row);
    expect(card).toContain("2 repositories, as spread out as 1.755 of equal share");
    expect(manifest.contents?.tool_schemas).toEqual({
      [Object.keys(manifest.contents?.tool_schemas ?? {})[0] ?? ""]: { rows: 4, tools: ["bash", "edit"] },
    });
  });

  it("comes from the manifest alone, and is named in it", async () => {
    await using folder = await temporaryFolder();
    const { card } = await exported(folder.path, "verl");
    const written = JSON.parse(await readFile(folder.file("sft/manifest.json"), "utf8"));
    const { "README.md": named, ...others } = exportManifestSchema.parse(written).files;
    expect(named?.bytes).toBe(Buffer.byteLength(card));
    expect(cardOf({ ...written, files: others })).toBe(card);
    expect(card).toContain('load_dataset("parquet", data_files="train.parquet", split="train")');
    expect(card).not.toContain(folder.path);
  });
});
