import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Open, text } from "./setup.ts";

/** A folder with a program and a file, and a file alone, as every user may read them. */
function makeSources(folder: string) {
  const programs = path.join(folder, "programs");
  mkdirSync(path.join(programs, "bin"), { recursive: true });
  writeFileSync(path.join(programs, "bin", "greet"), "#!/bin/sh\necho hello from $0\n", { mode: 0o755 });
  writeFileSync(path.join(programs, "data.txt"), "data\n", { mode: 0o644 });
  const alone = path.join(folder, "alone.txt");
  writeFileSync(alone, "alone\n", { mode: 0o644 });
  for (const place of [path.dirname(folder), folder, programs, path.join(programs, "bin")])
    chmodSync(place, 0o755);
  return { programs, alone };
}

export function describeMounts(open: Open): void {
  describe("mounts", () => {
    const withMounts = () =>
      open({
        mounts: (folder) => {
          const { programs, alone } = makeSources(folder);
          return [
            { source: programs, target: "/opt/programs" },
            { source: alone, target: "/opt/alone.txt" },
          ];
        },
      });

    test("show folders and files of this machine, whose programs can be run", async () => {
      const { run } = await withMounts();
      const shown = await run("/opt/programs/bin/greet; cat /opt/programs/data.txt /opt/alone.txt");
      expect(text(shown.stdout), text(shown.stderr)).toBe(
        "hello from /opt/programs/bin/greet\ndata\nalone\n",
      );
    });

    test("cannot be written", async () => {
      const { run } = await withMounts();
      for (const attempt of [
        "echo x > /opt/programs/data.txt",
        "echo x > /opt/programs/new.txt",
        "echo x > /opt/alone.txt",
        "rm /opt/programs/data.txt",
        "chmod 777 /opt/programs",
        "mount -o remount,rw /opt/programs",
      ]) {
        expect((await run(attempt)).exitCode, attempt).not.toBe(0);
      }
      expect(text((await run("cat /opt/programs/data.txt; ls /opt/programs")).stdout)).toBe(
        "data\nbin\ndata.txt\n",
      );
    });

    test("are not in the changes", async () => {
      const { sandbox, run } = await withMounts();
      await run("/opt/programs/bin/greet; ls /opt");
      expect(text(await sandbox.changes())).toBe("");
    });

    test("are there for the one sandbox and for no other", async () => {
      await withMounts();
      const { run } = await open();
      expect((await run("ls /opt/programs /opt/alone.txt")).exitCode).not.toBe(0);
    });

    test("of what is not there, twice the same place, or elsewhere are refused", async () => {
      for (const [wanted, complaint] of [
        [[{ source: "/no/such/folder", target: "/opt/a" }], /nothing at \/no\/such\/folder/],
        [[{ source: "/usr", target: "/usr/local" }], /cannot be shown at \/usr\/local|only at \/opt/],
        [[{ source: "/usr", target: "/opt/../usr" }], /only at \/opt/],
        [[{ source: "usr", target: "/opt/a" }], /no absolute path/],
        [
          [
            { source: "/usr", target: "/opt/a" },
            { source: "/usr", target: "/opt/a" },
          ],
          /two things/,
        ],
      ] as const) {
        const opening = open({ mounts: () => wanted });
        await expect(opening).rejects.toMatchObject({ code: "sandbox-start-failed" });
        await expect(opening).rejects.toThrow(complaint);
      }
    });
  });
}
