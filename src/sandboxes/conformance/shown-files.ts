import { describe, expect, test } from "vitest";
import { bash, type Open, text } from "./setup.ts";

export function describeShownFiles(open: Open): void {
  describe("files for one command", () => {
    test("are there, whole, while it runs and for no other", async () => {
      const { sandbox } = await open();
      const content = new Uint8Array([...Buffer.from("hidden test\n"), 0, 255]);
      const files = { "check.py": content, "data.bin": new Uint8Array(300_000) };
      const list = bash('ls "$0" 2>/dev/null; cat "$0"/check.py 2>/dev/null | od -An -tu1; true');
      list.push(sandbox.filesFolder);
      const during = text((await sandbox.exec(list, { files })).stdout);
      expect(during).toContain("check.py\ndata.bin\n");
      expect(during.trim()).toMatch(/10 +0 +255$/);
      expect(text((await sandbox.exec(list)).stdout)).toBe("");
    });

    test("are not in the changes", async () => {
      const { sandbox } = await open();
      await sandbox.exec(["true"], { files: { "check.py": Buffer.from("x") } });
      expect(text(await sandbox.changes())).toBe("");
    });

    test("have names, not paths", async () => {
      const { sandbox } = await open();
      for (const name of ["../x", "a/b", "", ".", "-n"]) {
        await expect(sandbox.exec(["true"], { files: { [name]: Buffer.from("x") } })).rejects.toThrow(
          RangeError,
        );
      }
    });
  });
}
