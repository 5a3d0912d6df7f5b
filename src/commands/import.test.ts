import { mkdir, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { runCommand, temporaryFolder } from "../testing/command-line.ts";
import { openTrainingSet } from "../training-sets/open.ts";
import { importSamples } from "./import.ts";

/** A row as many publish it, with a field for which there is no place. */
const chat = (attempt_id: string, role = "assistant") => ({
  attempt_id,
  messages: [{ role, content: "Done." }],
  metadata: { seed: 1 },
});
const lines = (...values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

describe("importing", () => {
  it("takes files and the files of folders, and counts what became of every document", async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file("more/deep"), { recursive: true });
    await writeFile(folder.file("notes"), lines(chat("a"), chat("b", "narrator"), { other: 1 }, null));
    await writeFile(folder.file("more/z.jsonl"), lines(chat("b")));
    await writeFile(folder.file("more/deep/a.jsonl"), lines(chat("a"), chat("c")));
    await writeFile(folder.file("more/README.md"), "no attempts");
    const from = [folder.file("notes"), folder.file("more")];
    const { manifest, formats } = await importSamples({ from, out: folder.file("set") });
    expect(formats).toEqual({
      messages: {
        version: 1,
        read: 5,
        written: 3,
        refused: { "duplicate-id": 1, "unknown-role": 1 },
        lost: { metadata: 3 },
        repaired: {},
      },
      unknown: {
        version: null,
        read: 2,
        written: 0,
        refused: { "not-a-document": 1, "unrecognised-document": 1 },
        lost: {},
        repaired: {},
      },
    });
    expect(manifest.counts).toMatchObject({ considered: 7, written: 3, grades: { ungraded: 3 } });
    expect(manifest.parents.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "file notes",
      "file more/deep/a.jsonl",
      "file more/z.jsonl",
    ]);
    expect(manifest.operation.details).toEqual({ formats });
    const samples = await Array.fromAsync((await openTrainingSet(folder.file("set"))).samples());
    expect(samples.map(({ id, origin }) => [id, origin.name, origin.row])).toEqual([
      ["a", "notes", 1],
      ["c", "more/deep/a.jsonl", 2],
      ["b", "more/z.jsonl", 1],
    ]);
  });

  it("takes a format that is named for every document", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file("rows.jsonl"), lines(chat("a"), { other: 1 }));
    const request = { from: [folder.file("rows.jsonl")], out: folder.file("set"), format: "messages" };
    const { formats } = await importSamples(request);
    expect(formats["messages"]).toMatchObject({ read: 2, written: 1, refused: { "not-of-this-format": 1 } });
  });

  it("says what it cannot find", async () => {
    await using folder = await temporaryFolder();
    const from = (place: string) => importSamples({ from: [place], out: folder.file("set") });
    await expect(from(folder.path)).rejects.toMatchObject({ code: "nothing-to-import" });
    await expect(from(folder.file("none"))).rejects.toMatchObject({ code: "no-such-file" });
  });
});

it("tells rows apart that lie in files of one name", async () => {
  await using folder = await temporaryFolder();
  const row = { instance_id: "apple", messages: [{ role: "assistant", content: "Done." }] };
  for (const run of ["one", "two"]) {
    await mkdir(folder.file(run));
    await writeFile(folder.file(`${run}/output.jsonl`), lines(row));
  }
  const out = folder.file("set");
  const args = ["import", folder.file("one"), folder.file("two"), "--out", out, "--json"];
  const { code, rows } = await runCommand(args);
  expect({ code, last: rows().at(-1) }).toMatchObject({ code: 0, last: { written: 2, refused: {} } });
});
