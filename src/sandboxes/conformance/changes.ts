import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { applyDiff } from "../../diffs/apply.ts";
import { type Open, reapplied } from "./setup.ts";

function read(copy: string, file: string): string {
  return readFileSync(path.join(copy, file), "latin1");
}

export function describeChanges(open: Open): void {
  describe("the changes", () => {
    test("of nothing are nothing", async () => {
      const { sandbox } = await open();
      expect((await sandbox.changes()).length).toBe(0);
    });

    test("apply to the start state's tree", async () => {
      const { sandbox, workspace, run } = await open();
      await run(
        "sed -i 's/1/2/' src/app.py; printf '\\0\\1' > data.bin; echo x > 'a b'; rm README.md; chmod -x run.sh",
      );
      const applied = await applyDiff(workspace.tree, await sandbox.changes());
      expect(applied).toMatchObject({ applied: true });
      const changes = applied.applied ? applied.changes : [];
      expect(changes.map(({ path, before, after }) => [path, before?.mode, after?.mode])).toEqual([
        ["README.md", "100644", undefined],
        ["a b", undefined, "100644"],
        ["data.bin", "100644", "100644"],
        ["run.sh", "100755", "100644"],
        ["src/app.py", "100644", "100644"],
      ]);
      expect([...(changes[2]?.after?.content ?? [])]).toEqual([0, 1]);
    });

    test("edits, new, deleted and renamed files", async () => {
      const { diff, copy } = await reapplied(
        open,
        "sed -i 's/1/2/' src/app.py; mkdir -p new; echo x > new/file; rm README.md; mv src/other.py src/moved.py",
      );
      expect(diff).toContain("-    return 1\n+    return 2\n");
      expect(read(copy, "src/app.py")).toContain("return 2");
      expect(read(copy, "new/file")).toBe("x\n");
      expect(read(copy, "src/moved.py")).toBe("VALUE = 1\nOTHER = 2\nTHIRD = 3\n");
      expect(readdirSync(copy)).not.toContain("README.md");
      expect(readdirSync(path.join(copy, "src"))).not.toContain("other.py");
    });

    test("modes, links and changes of kind", async () => {
      const { copy } = await reapplied(
        open,
        "chmod +x src/app.py; chmod -x run.sh; ln -s /etc/passwd secret; ln -sf README.md link; rm data.bin; mkdir data.bin; echo x > data.bin/x",
      );
      expect(lstatSync(path.join(copy, "src/app.py")).mode & 0o111).not.toBe(0);
      expect(lstatSync(path.join(copy, "run.sh")).mode & 0o111).toBe(0);
      expect(readlinkSync(path.join(copy, "secret"))).toBe("/etc/passwd");
      expect(readlinkSync(path.join(copy, "link"))).toBe("README.md");
      expect(read(copy, "data.bin/x")).toBe("x\n");
    });

    test("binary files, line ends, other encodings and missing last newlines", async () => {
      const { copy } = await reapplied(
        open,
        "printf '\\0\\377\\1' > data.bin; printf 'one\\r\\n2\\n' > windows.txt; printf 'caf\\351' > latin1.txt; printf x > src/app.py",
      );
      expect(read(copy, "data.bin")).toBe("\0\u00ff\u0001");
      expect(read(copy, "windows.txt")).toBe("one\r\n2\n");
      expect(read(copy, "latin1.txt")).toBe("caf\u00e9");
      expect(read(copy, "src/app.py")).toBe("x");
    });

    test("unusual names; names that are no UTF-8 are left out", async () => {
      const { copy } = await reapplied(
        open,
        "for n in 'a b' 'tab\tx' 'new\nline' 'q\"q' 'b\\s' '漢' '-rf'; do echo x > \"./$n\"; done; echo x > $'bad\\xff'",
      );
      const names = readdirSync(copy);
      for (const name of ["a b", "tab\tx", "new\nline", 'q"q', "b\\s", "漢", "-rf"])
        expect(names).toContain(name);
      expect(names.some((name) => name.startsWith("bad"))).toBe(false);
    });

    test("not what git inside says: commits, attributes and settings do not count", async () => {
      const { diff, copy } = await reapplied(
        open,
        [
          "git config filter.x.clean 'touch ran; cat'; git config core.fsmonitor 'touch ran'; git config diff.external 'touch ran'",
          "echo '* -diff filter=x' > .gitattributes; echo 'changed = 1' > src/app.py",
          "git -c user.name=a -c user.email=a@b commit -qam 'hidden' 2>/dev/null; git update-index --assume-unchanged src/app.py 2>/dev/null; rm -f ran",
        ].join("\n"),
      );
      expect(diff).toContain("+changed = 1\n");
      expect(read(copy, ".gitattributes")).toBe("* -diff filter=x\n");
      expect(readdirSync(copy)).not.toContain("ran");
    });

    test("not what an edit's times say", async () => {
      const { diff } = await reapplied(
        open,
        "touch -r src/app.py t; sed -i s/1/2/ src/app.py; touch -r t src/app.py; rm t",
      );
      expect(diff).toContain("return 2");
    });

    test("nothing of git's own folders, at any depth", async () => {
      const { diff } = await reapplied(
        open,
        "git init -q nested; echo x > nested/file; mkdir -p a/.git; echo x > a/.git/config; echo x > .git/extra; ln -s x b.git; mkdir c; echo 'gitdir: /' > c/.git",
      );
      expect(diff).toContain("nested/file");
      expect(diff).not.toMatch(/^diff --git .*\/\.git/m);
      expect(diff).not.toContain("extra");
    });

    test("no pipes, sockets or devices", async () => {
      const { diff } = await reapplied(
        open,
        "mkfifo pipe; rm README.md; mkfifo README.md; python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('sock')\"",
      );
      expect(diff.match(/^diff --git.*$/gm)).toEqual(["diff --git a/README.md b/README.md"]);
    });

    test("no new files that the start state ignores, whatever the agent's rules say", async () => {
      const { diff, copy } = await reapplied(
        open,
        [
          "mkdir -p build src/__pycache__ sub; echo x > build/out; echo x > a.log; echo x > sub/wanted.log; echo x > sub/b.log",
          "echo x > src/__pycache__/app.pyc; echo changed > tracked.log; echo '*.py' > .gitignore; echo x > new.py",
        ].join("\n"),
      );
      expect(diff).not.toMatch(/build\/out|a\/a\.log|b\.log|pyc/);
      expect(read(copy, "sub/wanted.log")).toBe("x\n");
      expect(read(copy, "tracked.log")).toBe("changed\n");
      expect(read(copy, "new.py")).toBe("x\n");
    });

    test("everything, when everything was deleted or locked", async () => {
      const deleted = await reapplied(open, 'rm -rf "$PWD"/* "$PWD"/.[!.]*');
      expect(readdirSync(deleted.copy)).toEqual([".git"]);
      const locked = await reapplied(open, "echo x > src/new; chmod 000 src/new src/app.py; chmod 000 src");
      expect(read(locked.copy, "src/new")).toBe("x\n");
    });

    test("never what a link leads to", async () => {
      const { diff } = await reapplied(open, "rm -rf src; ln -s /etc src");
      expect(diff).toContain("new file mode 120000");
      expect(diff).not.toContain("root:");
    });

    test("are refused past the cap, by name, whatever the size on disk", async () => {
      const { sandbox, run } = await open();
      await run("truncate -s 900M sparse");
      await expect(sandbox.changes()).rejects.toMatchObject({ code: "changes-too-large" });
    });

    test("end what still runs", async () => {
      const { sandbox, run, level, id } = await open();
      await run("setsid bash -c 'while :; do date >> clock; done' >/dev/null 2>&1 &");
      await sandbox.changes();
      expect((await level.leftovers(id)).filter((item) => item.startsWith("process"))).toEqual([]);
      await expect(sandbox.exec(["true"])).rejects.toMatchObject({ code: "sandbox-stopped" });
    });
  });
}
