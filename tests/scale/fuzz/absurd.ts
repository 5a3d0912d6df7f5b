/** Diffs that no one writes, of about so many bytes: each was, or could be, a way to keep a grader busy. */
export function absurdDiffs(size: number): Readonly<Record<string, Uint8Array>> {
  const many = (text: string) => text.repeat(Math.ceil(size / text.length));
  const numbered = (line: (number: number) => string) => {
    const lines: string[] = [];
    for (let number = 0, length = 0; length < size; number++) {
      const text = line(number);
      lines.push(text);
      length += text.length;
    }
    return lines.join("");
  };
  const hunk = "@@ -1 +1 @@\n-x\n+y\n";
  const mode = "old mode 100644\nnew mode 100755\n";
  const link = (number: number, target: string) =>
    `diff --git a/l${number} b/l${number}\nnew file mode 120000\n--- /dev/null\n+++ b/l${number}\n@@ -0,0 +1 @@\n+${target}\n\\ No newline at end of file\n`;
  const texts = {
    "a git header of blanks": `diff --git a/b${many(" ")}\n${mode}`,
    "a git header of names": `diff --git a/b${many(" a/")}\n${mode}`,
    "a git header of blanks and no folder": `diff --git x${many(" x")}\n${mode}`,
    "a quoted name of backslashes": `diff --git "${many("\\\\")}" "a/b"\n${mode}`,
    "a quoted name without an end": `diff --git "a/${many("x")}\n${mode}`,
    quotes: `diff --git ${many('"a" ')}\n${mode}`,
    "a name with blanks behind it": `--- a/a${many(" ")}x\n+++ b/a\n${hunk}`,
    "a name with tabs behind it": `--- a/a${many("\t")}x\n+++ b/a\n${hunk}`,
    "digits for a time stamp": `--- a/a\t2024-01-01 10:00:00.${many("0")}\n+++ b/a\n${hunk}`,
    "a path of folders": `--- /dev/null\n+++ b/${many("d/")}x\n@@ -0,0 +1 @@\n+y\n`,
    "paths of as many folders as are taken": numbered(
      (number) => `--- /dev/null\n+++ b/${"d/".repeat(250)}${number}\n@@ -0,0 +1 @@\n+y\n`,
    ),
    "names of dots": numbered(
      (number) => `--- /dev/null\n+++ b/${". ".repeat(2000)}x${number}\n@@ -0,0 +1 @@\n+y\n`,
    ),
    "git headers": many("diff --git a/a b/a\n"),
    "headers without a hunk": many("--- a/a\n"),
    "headers with empty hunks": many("--- a/a\n+++ b/a\n@@ -1 +1 @@\n"),
    hunks: `--- a/a\n+++ b/a\n${many("@@ -1 +1 @@\n-x\n+x\n")}`,
    "hunks with context": `--- a/a\n+++ b/a\n${many("@@ -3,3 +3,3 @@\n x\n-x\n+x\n x\n")}`,
    "one hunk of a huge count": `--- a/a\n+++ b/a\n@@ -1,999999999999999 +1,999999999999999 @@\n${many(" x\n")}`,
    modes: `diff --git a/a b/a\n${many("old mode 100644\n")}`,
    "marks of no newline": `--- a/a\n+++ b/a\n@@ -1,99 +1,99 @@\n${many("\\ No newline at end of file\n")}`,
    "binary data": `diff --git a/b b/b\nindex ${"0".repeat(40)}..${"1".repeat(40)}\nGIT binary patch\nliteral 9999\n${many(`z${"0".repeat(65)}\n`)}\n`,
    "one line": `--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n x\n+${many("y")}\n`,
    "no diff": many("y"),
    "line breaks": many("\n"),
    blanks: many(" "),
    "binary files that differ": `diff --git a/a b/a\nold mode 100644\nBinary files ${many(" differ")}x\n`,
    "new files": numbered((number) => `--- /dev/null\n+++ b/${number}/x\n@@ -0,0 +1 @@\n+y\n`),
    "the same file again and again": many("--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+x\n"),
    "a chain of links": numbered((number) => link(number, `l${number + 1}`)),
    "links that climb": numbered((number) => link(number, "d/../".repeat(300))),
    copies: numbered((number) => `diff --git a/a b/c${number}\ncopy from a\ncopy to c${number}\n`),
  };
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
}
