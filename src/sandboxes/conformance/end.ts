import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Open, text } from "./setup.ts";

export function describeEnd(open: Open): void {
  describe("the end", () => {
    test("leaves nothing: no folder, no process, whatever was locked or left running", async () => {
      const { sandbox, run, level, id, boxes } = await open();
      const shell = await sandbox.openShell();
      await shell.run(
        "sleep 3000 & setsid sleep 3000 & mkdir -p deep/er; echo x > deep/er/x; chmod 000 deep",
      );
      await run("setsid sleep 3000 >/dev/null 2>&1 &");
      await sandbox.stop();
      expect(await level.leftovers(id)).toEqual([]);
      expect(readdirSync(boxes)).toEqual([]);
    });

    test("can be said twice, and at once", async () => {
      const { sandbox } = await open();
      await Promise.all([sandbox.stop(), sandbox.stop()]);
      await sandbox.stop();
      await expect(sandbox.exec(["true"])).rejects.toMatchObject({
        name: "SandboxError",
        code: "sandbox-stopped",
      });
      await expect(sandbox.changes()).rejects.toMatchObject({ code: "sandbox-stopped" });
    });

    test("can come while commands run", async () => {
      const { sandbox, level, id } = await open();
      const shell = await sandbox.openShell();
      const failures = [sandbox.exec(["sleep", "1000"]), shell.run("sleep 1000"), sandbox.exec(["yes"])].map(
        (running) =>
          running.then(
            () => "went on",
            (error: unknown) => (error instanceof Error ? error.name : "?"),
          ),
      );
      await sandbox.stop();
      expect(await Promise.all(failures)).toEqual(["SandboxError", "SandboxError", "SandboxError"]);
      expect(await level.leftovers(id)).toEqual([]);
    });

    test("from outside is the sandbox's failure, not a command's", async () => {
      const { sandbox, level } = await open();
      const shell = await sandbox.openShell();
      await level.destroy(sandbox);
      await expect(sandbox.exec(["true"])).rejects.toMatchObject({
        name: "SandboxError",
        code: "sandbox-gone",
      });
      await expect(shell.run("exit 1")).rejects.toMatchObject({ name: "SandboxError" });
      await expect(sandbox.openShell()).rejects.toMatchObject({ name: "SandboxError" });
      await expect(sandbox.read("README.md")).rejects.toMatchObject({ name: "SandboxError" });
      await expect(sandbox.changes()).rejects.toMatchObject({ name: "SandboxError" });
      await sandbox.stop();
    });

    test("of one leaves another alone", async () => {
      const first = await open();
      const second = await open();
      await first.sandbox.stop();
      expect(text((await second.run("echo here")).stdout)).toBe("here\n");
    });
  });
}
