import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { extract } from "./extraction.ts";
import { createArena, newToken, text } from "./setup.ts";

const arena = createArena();

describe("what is no file of the repository's stays out:", () => {
  test("what links lead to", async () => {
    const secret = newToken();
    writeFileSync(path.join(arena.folder, "secret"), secret);
    const { diff, refusal } = await extract(
      arena,
      `ln -s ${arena.folder}/secret absolute; ln -s ../../../../..${arena.folder}/secret relative
       ln -s /proc/self/environ process; ln -s loop loop; rm README.md; ln -s /etc/shadow README.md
       rm -r src; ln -s ${arena.folder} src; ln -s /proc/1/root root`,
    );
    expect(diff).not.toContain(secret);
    expect(diff).not.toContain("root:");
    for (const link of ["absolute", "relative", "process", "loop", "README.md", "src", "root"])
      expect(diff).toContain(`diff --git a/${link} b/${link}\nnew file mode 120000\n`);
    expect(diff).toContain("+/etc/shadow\n");
    // Nor does what is made of them later follow one.
    expect(refusal).toBe("symlink-out-of-tree");
  });

  test("files of others by hard links", async () => {
    const { after } = await extract(
      arena,
      "ln /usr/bin/true program 2>/dev/null; ln /etc/passwd passwd 2>/dev/null; ln src/app.py twin; echo both > twin; ln -T README.md src/readme",
    );
    expect(after).toEqual({ "src/app.py": "both\n", twin: "both\n", "src/readme": "# Project\n" });
  });

  test("pipes, sockets and devices, new ones and in a file's place", async () => {
    const { after } = await extract(
      arena,
      `mkfifo pipe; rm README.md; mkfifo README.md; rm src/other.py
       python3 -c "import socket; [socket.socket(socket.AF_UNIX).bind(p) for p in ('socket', 'src/other.py')]"
       mknod null c 1 3 2>/dev/null; mknod whiteout c 0 0 2>/dev/null; mknod disk b 254 0 2>/dev/null; rm -rf src/app.py; mkdir src/app.py; mkfifo src/app.py/p`,
    );
    expect(after).toEqual({ "README.md": undefined, "src/app.py": undefined, "src/other.py": undefined });
  });
});

describe("an overlay's own signs cannot be forged:", () => {
  test("whiteouts", async () => {
    const { after } = await extract(
      arena,
      `mknod /tmp/whiteout c 0 0 2>/dev/null; mv /tmp/whiteout src/app.py 2>/dev/null; cp -a /tmp/whiteout src/new 2>/dev/null
       for name in README.md src; do touch .wh.$name; done; touch .wh..wh..opq; rm -f whiteout; echo true > src/other.py`,
    );
    const app = after["src/app.py"];
    // Either the move was refused, or the file is no file any more; never anything between.
    expect(["README.md" in after, app, "src/new" in after, after["src/other.py"]]).toEqual([
      false,
      undefined,
      false,
      "true\n",
    ]);
  });

  test("attributes", async () => {
    const { after } = await extract(
      arena,
      `python3 - <<'END'
import os
for place in ("src", "README.md", "."):
    for space in ("user", "trusted", "user.overlay"):
        for sign, value in (("opaque", b"y"), ("opaque", b"x"), ("whiteout", b""), ("redirect", b"/etc"), ("metacopy", b""), ("origin", b"x" * 29), ("upper", b"/"), ("impure", b"y"), ("protattr", b"ia")):
            try: os.setxattr(place, f"{space}.overlay.{sign}", value)
            except OSError: pass
os.mkdir("new"); os.setxattr("new", "user.overlay.opaque", b"y")
END
       echo file > new/file; echo true > src/app.py`,
    );
    expect(after).toEqual({ "new/file": "file\n", "src/app.py": "true\n" });
  });

  test("folders deleted and made again show what is in them, and nothing else", async () => {
    const { after } = await extract(
      arena,
      "rm -r src; mkdir src; echo again > src/app.py; mkdir deep; mv src deep/src; mkdir src; echo other > src/third.py",
    );
    expect(after).toEqual({
      "deep/src/app.py": "again\n",
      "src/app.py": undefined,
      "src/other.py": undefined,
      "src/third.py": "other\n",
    });
  });
});

describe("rights, names and sizes do no harm:", () => {
  test("files and folders that their owner may not read", async () => {
    const { after, modes } = await extract(
      arena,
      "echo locked > src/app.py; chmod 000 src/app.py; mkdir shut; echo in > shut/file; chmod 000 shut src; chmod 7777 README.md",
    );
    expect(after).toEqual({ "README.md": "# Project\n", "shut/file": "in\n", "src/app.py": "locked\n" });
    expect(modes["README.md"]).toBe("100755");
  });

  test("names that are commands, options, paths or no text", async () => {
    const names = [
      "-rf",
      "--output=x",
      "a\nb",
      "a\tb",
      '"quoted"',
      "$(touch x)",
      "`touch x`",
      "a;b",
      "\\134",
      "…",
      "a b ",
      "x".repeat(255),
      "diff --git a b",
    ];
    const script = `python3 - <<'END'
import os
for name in ${JSON.stringify(names)}: open(name, "w").write("x")
for name in (b"bad\\xff", b"\\xed\\xa0\\x80", b"folder\\xfe/"):
    if name.endswith(b"/"): os.mkdir(name); name += b"file"
    open(name, "w").write("x")
END`;
    const { after } = await extract(arena, script);
    expect(new Set(Object.keys(after))).toEqual(new Set(names));
  });

  test("texts that look like a diff", async () => {
    const content =
      "--- a/README.md\\n+++ b/README.md\\n@@ -1 +1 @@\\n-# Project\\n+# Forged\\ndiff --git a/x b/x\\nGIT binary patch\\n";
    const { after } = await extract(
      arena,
      `printf -- '${content}' > new; printf '\\n\\\\ No newline at end of file\\n' >> new; printf 'From 1\\n---\\n' > 'b a'`,
    );
    expect(Object.keys(after)).toEqual(["b a", "new"]);
    expect(after["new"]).toContain("+# Forged\n");
  });

  test("10,000 names of one file", async () => {
    const target = await arena.open({ files: { "README.md": "# Project\n", src: "x" } });
    await target.python(`os.mkdir("many"); open("many/first", "w").write("x")
for number in range(10_000): os.link("many/first", f"many/{number}")`);
    const found = (await target.sandbox.changes()).length;
    expect(found).toBeGreaterThan(10_000 * 100);
  });

  test.each([
    ["5,000 folders in each other", 5000, "d", "levels of folders"],
    ["names that together are 5,000 bytes", 20, "d".repeat(250), "bytes of a path"],
  ])("%s: refused by name", async (_, levels, name, unit) => {
    const target = await arena.open();
    await target.python(
      `for _ in range(int(sys.argv[1])): os.mkdir(sys.argv[2]); os.chdir(sys.argv[2])
open("file", "w").write("deep")`,
      String(levels),
      name,
    );
    await expect(target.sandbox.changes()).rejects.toMatchObject({
      code: "changes-too-large",
      fields: { unit },
    });
    await target.sandbox.stop();
    expect(target.traces()).toEqual([]);
  });

  test("folders in folders, no deeper than a source tree: taken", async () => {
    const { after } = await extract(
      arena,
      "mkdir -p $(printf 'd/%.0s' $(seq 150)); echo deep > $(printf 'd/%.0s' $(seq 150))file",
    );
    expect(after).toEqual({ [`${"d/".repeat(150)}file`]: "deep\n" });
  });

  test("more new files than any change has: refused by name", async () => {
    const target = await arena.open();
    await target.python(`os.mkdir("many"); open("many/first", "w").write("x")
for number in range(20_000): os.link("many/first", f"many/{number}")`);
    await expect(target.sandbox.changes()).rejects.toMatchObject({
      code: "changes-too-large",
      fields: { unit: "files" },
    });
  });

  test("many long paths of empty files: refused by name", async () => {
    const target = await arena.open();
    await target.python(`os.makedirs("/".join(["d" * 200] * 12)); os.chdir("/".join(["d" * 200] * 12)); open("first", "w").close()
for number in range(6_000): os.link("first", str(number))`);
    await expect(target.sandbox.changes()).rejects.toMatchObject({
      code: "changes-too-large",
      fields: { unit: "bytes" },
    });
  });

  test("an install of 30,000 files into an ignored folder: a change of what is not ignored", async () => {
    const target = await arena.open({ files: { ".gitignore": "node_modules/\n", "src/app.py": "x = 1\n" } });
    await target.python(`os.makedirs("src/node_modules/first"); open("first", "w").write("x")
for number in range(30_000): os.link("first", f"src/node_modules/first/{number}")
open("src/app.py", "w").write("x = 2\\n")`);
    const diff = text(await target.sandbox.changes());
    expect(diff.match(/^diff --git.*$/gm)).toEqual([
      "diff --git a/first b/first",
      "diff --git a/src/app.py b/src/app.py",
    ]);
  });

  test.each([
    ["1 TB without content", "truncate -s 1T sparse"],
    [
      "files that together are too many bytes",
      "for i in $(seq 40); do head -c 2000000 /dev/zero > big$i; done",
    ],
    [
      "one file under many names",
      "head -c 2000000 /dev/zero > big; for i in $(seq 40); do ln big big$i; done",
    ],
    ["a file of the start state that grew", "head -c 70000000 /dev/zero > README.md"],
  ])("%s: refused by name", async (_, script) => {
    const target = await arena.open({ limits: { fileBytes: 2 ** 41, diskBytes: 100 * 1024 * 1024 } });
    await target.run(script);
    await expect(target.sandbox.changes()).rejects.toMatchObject({
      name: "SandboxLimitError",
      code: "changes-too-large",
    });
    await target.sandbox.stop();
    expect(target.traces()).toEqual([]);
  });
});
