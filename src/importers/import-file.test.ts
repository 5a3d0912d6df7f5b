import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { importFile } from "./import-file.ts";
import { findImporter, importerFor } from "./index.ts";
import { chatRow, rollout } from "./testing/documents.ts";

const folder = mkdtempSync(path.join(tmpdir(), "importers-"));
const chat = JSON.stringify(chatRow);

async function importOf(name: string, content: string | Uint8Array): Promise<string[]> {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  const seen: string[] = [];
  for await (const one of importFile(file))
    seen.push(
      one.kind === "sample"
        ? `${one.sample.origin.format}:${one.sample.origin.row ?? "-"}`
        : `${path.basename(one.place)} ${one.reason}`,
    );
  return seen;
}

describe("importFile", () => {
  it("goes on behind a row that cannot be read, and counts it once", async () => {
    const lines = [chat, "{not json", "", "3", '{"x":1}', JSON.stringify(rollout), `${chat.slice(0, 40)}`];
    expect(await importOf("a.jsonl", lines.join("\n"))).toEqual([
      "messages:1",
      "a.jsonl:2 not-json",
      "a.jsonl:4 not-a-document",
      "a.jsonl:5 unrecognised-document",
      "responses:6",
      "a.jsonl:7 cut-off",
    ]);
  });

  it("takes a last line without its end, and lines that end as on Windows", async () => {
    expect(await importOf("b.jsonl", `\uFEFF${chat}\r\n\r\n${chat}`)).toEqual(["messages:1", "messages:3"]);
    expect(await importOf("c.jsonl", `${chat}\n\n \n`)).toEqual(["messages:1"]);
    expect(await importOf("d.jsonl", "")).toEqual([]);
  });

  it("says which row is no UTF-8", async () => {
    const broken = Buffer.from(chat.replace("Fix it", "\u00e9"), "latin1");
    const bytes = Buffer.concat([broken, Buffer.from(`\n${chat}\n`)]);
    expect(await importOf("e.jsonl", bytes)).toEqual(["e.jsonl:1 not-utf-8", "messages:2"]);
  });

  it("reads an array of rows, one document, one conversation, and JSON Lines under another name", async () => {
    expect(await importOf("a.json", `[${chat},${chat},4]`)).toEqual([
      "messages:1",
      "messages:2",
      "a.json:3 not-a-document",
    ]);
    expect(await importOf("b.json", chat)).toEqual(["messages:-"]);
    expect(await importOf("c.json", '[{"role":"user","content":"x"}]')).toEqual(["messages:-"]);
    expect(await importOf("d.json", `${chat}\n${chat}\n`)).toEqual(["messages:1", "messages:2"]);
    expect(await importOf("e.json", chat.slice(0, 30))).toEqual(["e.json not-json"]);
    expect(await importOf("f.traj", "")).toEqual(["f.traj not-json"]);
  });

  it("unpacks, and says where packed data breaks off", async () => {
    const many = `${chat}\n`.repeat(3);
    expect(await importOf("a.jsonl.gz", zlib.gzipSync(many))).toEqual([
      "messages:1",
      "messages:2",
      "messages:3",
    ]);
    expect(await importOf("a.json.gz", zlib.gzipSync(chat))).toEqual(["messages:-"]);
    // Random text, so that what is packed is long enough to be read in parts.
    const noise = Array.from({ length: 40_000 }, (_, place) =>
      ((place * 2_654_435_761) % 4_294_967_296).toString(36),
    ).join("");
    const packed = zlib.gzipSync(`${chat}\n{"x":"${noise}"}\n`);
    const cut = await importOf("b.jsonl.gz", packed.subarray(0, packed.length - 1000));
    expect(cut).toEqual(["messages:1", "b.jsonl.gz:2 damaged"]);
    await expect(importOf("c.jsonl.gz", "not packed")).rejects.toMatchObject({ code: "unreadable-file" });
    await expect(importOf("d.json.gz", packed.subarray(0, 500))).rejects.toMatchObject({
      code: "unreadable-file",
    });
  });

  it.skipIf(typeof zlib.zstdCompressSync !== "function")("unpacks Zstandard where Node can", async () => {
    expect(await importOf("a.jsonl.zst", zlib.zstdCompressSync(`${chat}\n`))).toEqual(["messages:1"]);
  });

  it("says that a file is not there, and that a folder is none", async () => {
    const all = (file: string) => importFile(file).next();
    await expect(all(path.join(folder, "none.jsonl"))).rejects.toMatchObject({ code: "no-such-file" });
    await expect(all(folder)).rejects.toMatchObject({ code: "no-such-file" });
  });

  it("refuses what is nested without end, instead of ending the process", async () => {
    const deep = `{"messages":[{"role":"user","content":${"[".repeat(5000)}${"]".repeat(5000)}}]}`;
    expect(await importOf("deep.jsonl", `${deep}\n${chat}\n`)).toEqual([
      "deep.jsonl:1 nested-too-deeply",
      "messages:2",
    ]);
  });

  it("takes a line of 20 MB", async () => {
    const long = JSON.stringify({ messages: [{ role: "user", content: "x".repeat(20_000_000) }] });
    expect(await importOf("long.jsonl", `${long}\n${chat}\n`)).toEqual(["messages:1", "messages:2"]);
  });
});

describe("the list of importers", () => {
  it("finds one by its name, and says which there are", () => {
    expect(findImporter("atif").format).toBe("atif");
    expect(() => findImporter("parquet")).toThrow(
      expect.objectContaining({ code: "unknown-format", hint: expect.stringContaining("openhands-sdk") }),
    );
  });

  it("finds one by what a document looks like", () => {
    expect(importerFor(chatRow).format).toBe("messages");
    expect(() => importerFor({ x: 1 })).toThrow(expect.objectContaining({ code: "unrecognised-document" }));
  });
});
