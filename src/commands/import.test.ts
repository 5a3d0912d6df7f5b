import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/files.ts";
import { jsonSchema, type Json } from "../base/json.ts";
import { sampleOf } from "../exporters/testing/records.ts";
import type { Importer } from "../importer.ts";
import { runCommand, temporaryFolder } from "../testing/command-line.ts";
import { openTrainingSet } from "../training-sets/open.ts";
import { importSamples } from "./import.ts";
import type { ImportReaders } from "./import-readers.ts";

/** A format of one field, for what is around importers. */
const notes: Importer = {
  format: "notes",
  version: 3,
  recognises: (document) => noteIn(document) !== undefined,
  read(document, { name, row }) {
    const note = noteIn(document);
    if (note === undefined || note === "broken")
      throw new InputError({ code: "malformed-row", message: "no note" });
    const origin = { format: "notes", name, ...(row === undefined ? {} : { row }) };
    return sampleOf(note, { origin, grade: { kind: "ungraded" }, lost: ["metadata"] });
  },
};

function noteIn(document: Json): string | undefined {
  const isObject = typeof document === "object" && document !== null && !Array.isArray(document);
  const note = isObject ? document["note"] : undefined;
  return typeof note === "string" ? note : undefined;
}

const readers: ImportReaders = {
  importerFor(document) {
    if (notes.recognises(document)) return notes;
    throw new InputError({ code: "unrecognised-document", message: "of no format" });
  },
  findImporter: () => notes,
  async *readDocuments(file) {
    let row = 0;
    for await (const document of readJsonl(file, jsonSchema)) {
      row++;
      if (document === null) yield { kind: "refused", reason: "no-document" };
      else yield { kind: "document", document, source: { name: path.basename(file), row } };
    }
  },
};

const lines = (...values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

describe("importing", () => {
  it("takes files and the files of folders, and counts what became of every document", async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file("more/deep"), { recursive: true });
    await writeFile(folder.file("notes"), lines({ note: "a" }, { note: "broken" }, { other: 1 }, null));
    await writeFile(folder.file("more/z.jsonl"), lines({ note: "b" }));
    await writeFile(folder.file("more/deep/a.jsonl"), lines({ note: "a" }, { note: "c" }));
    await writeFile(folder.file("more/README.md"), "no attempts");
    const from = [folder.file("notes"), folder.file("more")];
    const { manifest, formats } = await importSamples({ from, out: folder.file("set") }, readers);
    expect(formats).toEqual({
      notes: {
        version: 3,
        read: 5,
        written: 3,
        refused: { "duplicate-id": 1, "malformed-row": 1 },
        lost: { metadata: 3 },
        repaired: {},
      },
      unknown: {
        version: null,
        read: 2,
        written: 0,
        refused: { "no-document": 1, "unrecognised-document": 1 },
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
      ["c", "a.jsonl", 2],
      ["b", "z.jsonl", 1],
    ]);
  });

  it("takes a format that is named for every document", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file("rows.jsonl"), lines({ note: "a" }, { other: 1 }));
    const request = { from: [folder.file("rows.jsonl")], out: folder.file("set"), format: "notes" };
    const { formats } = await importSamples(request, readers);
    expect(formats["notes"]).toMatchObject({ read: 2, written: 1, refused: { "malformed-row": 1 } });
  });

  it("says what it cannot find", async () => {
    await using folder = await temporaryFolder();
    const from = (place: string) => importSamples({ from: [place], out: folder.file("set") }, readers);
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
