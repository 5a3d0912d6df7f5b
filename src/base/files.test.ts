import { mkdtemp, open, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { z } from "zod";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimOutputFolder, durableAppend, openAppendLog, readJsonl, writeFileDurably } from "./files.ts";
import { removeRemains } from "./remains.ts";

/** The id of a process that has ended. */
const idOfGone = () => spawnSync(process.execPath, ["--version"]).pid;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "files-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("durable files", () => {
  it("replace the old content as a whole and leave nothing beside it", async () => {
    const file = path.join(folder, "a.json");
    await writeFileDurably(file, "old");
    await writeFileDurably(file, "new");
    expect(await readFile(file, "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["a.json"]);
  });

  it("say that the disk is full, and keep what was there", async () => {
    await expect(writeFileDurably("/dev/full/x", "data")).rejects.toThrow();
    const log = await openAppendLog("/dev/full");
    await expect(log.append("line")).rejects.toMatchObject({ code: "disk-full", exitCode: 3 });
    await log.close();
  });

  it("take back what a full disk let through of an append, and go on when there is room", async () => {
    const file = path.join(folder, "log");
    const handle = await open(file, "a");
    let full = true;
    const halfFull = new Proxy(handle, {
      get: (target, name) =>
        name === "datasync" && full
          ? () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }))
          : Reflect.get(target, name).bind(target),
    });
    const append = durableAppend(halfFull);
    await expect(append("lost\n")).rejects.toThrow("full");
    full = false;
    await append("kept\n");
    await handle.close();
    expect(await readFile(file, "utf8")).toBe("kept\n");
  });

  it("append whole lines in the order of the calls", async () => {
    const file = path.join(folder, "log");
    await using log = await openAppendLog(file);
    await Promise.all([log.append("1"), log.append("2"), log.append("3")]);
    expect(await readFile(file, "utf8")).toBe("1\n2\n3\n");
  });
});

describe("rows of a JSONL file", () => {
  it("end with a newline and nothing else, however long they are", async () => {
    const file = path.join(folder, "rows.jsonl");
    const texts = ["a\u2028b\u2029c\u0085d", "x".repeat(300_000), "é".repeat(100_000), "last"];
    const lines = texts.map((text) => JSON.stringify({ text }));
    await writeFile(file, `\uFEFF${lines[0]}\r\n\n  \n${lines.slice(1).join("\n")}`);
    const read: string[] = [];
    for await (const row of readJsonl(file, z.object({ text: z.string() }))) read.push(row.text);
    expect(read).toEqual(texts);
  });

  it("name the line and the field that is wrong", async () => {
    const file = path.join(folder, "rows.jsonl");
    await writeFile(file, '{"id":"a"}\n\n{"name":"b"}\n');
    const read = async () => {
      for await (const row of readJsonl(file, z.object({ id: z.string() }))) expect(row.id).toBe("a");
    };
    await expect(read()).rejects.toMatchObject({
      code: "malformed-row",
      fields: { place: `${file}:3`, field: "id" },
    });
  });
});

describe("an output folder", () => {
  it("is refused when it holds something else, and stays as it is", async () => {
    await writeFile(path.join(folder, "thesis.tex"), "dear");
    await expect(claimOutputFolder(folder, "manifest.json")).rejects.toMatchObject({
      code: "output-folder-in-use",
    });
    expect(await readdir(folder)).toEqual(["thesis.tex"]);
  });

  it("is as good as empty when a process was killed while it wrote the marker", async () => {
    const left = path.join(folder, `manifest.json.${idOfGone()}.tmp`);
    await writeFile(left, "{");
    expect(await claimOutputFolder(folder, "manifest.json")).toBe("new");
    const ofALivingOne = `manifest.json.${process.pid}.tmp`;
    await writeFile(path.join(folder, ofALivingOne), "{");
    await removeRemains(folder);
    expect(await readdir(folder)).toEqual([ofALivingOne]);
  });

  it("is ours again when it holds our marker", async () => {
    await writeFile(path.join(folder, "manifest.json"), "{}");
    expect(await claimOutputFolder(folder, "manifest.json")).toBe("existing");
    expect(await claimOutputFolder(path.join(folder, "new", "deep"), "manifest.json")).toBe("new");
  });
});
