import { describe, expect, test } from "vitest";
import { type Open, text } from "./setup.ts";

export function describeFiles(open: Open): void {
  describe("files", () => {
    test("are written and read back, with new folders and unusual names", async () => {
      const { sandbox, run } = await open();
      for (const file of [
        "new/deep/a.txt",
        "with space",
        "漢/ü.txt",
        "-rf",
        "new\nline",
        "back\\slash",
        "'",
      ]) {
        await sandbox.write(file, Buffer.from(`content of ${file}`));
        expect(text(await sandbox.read(file))).toBe(`content of ${file}`);
      }
      await sandbox.write(`${sandbox.root}/absolute`, Buffer.from("a"));
      expect(text((await run("cat absolute; cat ./-rf")).stdout)).toBe("acontent of -rf");
    });

    test("of 20 MB go both ways", async () => {
      const { sandbox } = await open();
      const big = Buffer.alloc(20 * 1024 * 1024, "0123456789abcdef");
      await sandbox.write("big.bin", big);
      expect(Buffer.compare(await sandbox.read("big.bin"), big)).toBe(0);
    });

    test("keep their mode when they are written again", async () => {
      const { sandbox, run } = await open();
      await sandbox.write("run.sh", Buffer.from("#!/bin/sh\necho changed\n"));
      expect(text((await run("./run.sh")).stdout)).toBe("changed\n");
    });

    test("that cannot be had are errors of their own", async () => {
      const { sandbox, run } = await open();
      await run("mkfifo pipe");
      await expect(sandbox.read("nothing")).rejects.toMatchObject({ code: "file-not-found" });
      await expect(sandbox.read("src")).rejects.toMatchObject({ code: "is-a-folder" });
      await expect(sandbox.read("pipe")).rejects.toMatchObject({ code: "not-a-file" });
      await expect(sandbox.read("/dev/zero")).rejects.toMatchObject({ code: "not-a-file" });
      await expect(sandbox.read("README.md", { maxBytes: 3 })).rejects.toMatchObject({
        code: "file-too-large",
      });
      await expect(sandbox.write("src", new Uint8Array())).rejects.toMatchObject({ code: "is-a-folder" });
      await expect(sandbox.write("README.md/x", new Uint8Array())).rejects.toMatchObject({
        code: "write-failed",
      });
    });
  });
}
