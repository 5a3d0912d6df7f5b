import type { Random } from "../../../src/base/random.ts";

/** One small damage to a diff; the diff is text of one character per byte, `other` another diff. */
type Mutation = (diff: string, random: Random, other: string) => string;

function onLines(change: (lines: string[], at: number, random: Random, other: string[]) => void): Mutation {
  return (diff, random, other) => {
    const lines = split(diff);
    if (lines.length > 0) change(lines, random.integer(lines.length), random, split(other));
    return lines.join("");
  };
}

/** A change of one line out of those that match. */
function onLine(pattern: RegExp, change: (line: string, random: Random) => string): Mutation {
  return onLines((lines, _, random) => {
    const places = [...lines.keys()].filter((at) => pattern.test(lines[at] ?? ""));
    if (places.length === 0) return;
    const at = random.pick(places);
    lines[at] = change(lines[at] ?? "", random);
  });
}

function split(diff: string): string[] {
  return diff.split(/(?<=\n)/);
}

const HEADER_LINES = [
  "diff --git a/a b/a\n",
  "--- a/a\n",
  "+++ b/a\n",
  "--- /dev/null\n",
  "+++ /dev/null\n",
  "rename from a\n",
  "rename to b\n",
  "copy from a\n",
  "copy to c2\n",
  "new file mode 100644\n",
  "deleted file mode 100644\n",
  "old mode 100644\n",
  "new mode 100755\n",
  "new file mode 120000\n",
  "new file mode 160000\n",
  "similarity index 90%\n",
  "index 0000000..1111111 100644\n",
  "GIT binary patch\n",
  "Binary files a/a and b/a differ\n",
  "@@ -1 +1 @@\n",
  "@@ -0,0 +1 @@\n",
  "\\ No newline at end of file\n",
  "literal 0\n",
  "HcmV?d00001\n",
  "\n",
  "-- \n",
];
const PATHS = [
  "../x",
  "/etc/x",
  "a/../b",
  "./a",
  "a//b",
  ".git/config",
  ".GIT/x",
  "lib",
  "a/x",
  "",
  ".",
  "~/x",
  "git~1/x",
];
const COUNTS = [
  "0",
  "1",
  "2",
  "999999999",
  "999999999999999",
  "99999999999999999999",
  "00001",
  "-1",
  "",
  "1e3",
];

export const mutations: Readonly<Record<string, Mutation>> = {
  "no damage": (diff) => diff,
  "bit flipped": (diff, random) => {
    const at = random.integer(diff.length);
    return replace(diff, at, 1, String.fromCharCode(diff.charCodeAt(at) ^ (1 << random.integer(8))));
  },
  "bits flipped": (diff, random) => {
    let result = diff;
    for (let times = 2 + random.integer(8); times > 0; times--) {
      const at = random.integer(result.length);
      result = replace(result, at, 1, String.fromCharCode(result.charCodeAt(at) ^ (1 << random.integer(8))));
    }
    return result;
  },
  "byte dropped": (diff, random) => replace(diff, random.integer(diff.length), 1, ""),
  "byte added": (diff, random) =>
    replace(diff, random.integer(diff.length), 0, random.pick([...' \t\r\n\0+-@\\"/a1\u00ff\u0080'])),
  cut: (diff, random) => diff.slice(0, random.integer(diff.length)),
  "head cut": (diff, random) => diff.slice(random.integer(diff.length)),
  spliced: (diff, random, other) =>
    diff.slice(0, random.integer(diff.length)) + other.slice(random.integer(Math.max(1, other.length))),
  "two diffs": (diff, _, other) => diff + other,
  twice: (diff) => diff + diff,
  "line dropped": onLines((lines, at) => void lines.splice(at, 1)),
  "line doubled": onLines((lines, at) => void lines.splice(at, 0, lines[at] ?? "")),
  "lines swapped": onLines((lines, at) => void lines.splice(at, 2, lines[at + 1] ?? "", lines[at] ?? "")),
  "line moved": onLines((lines, at, random) => {
    const [line = ""] = lines.splice(at, 1);
    lines.splice(random.integer(lines.length + 1), 0, line);
  }),
  "line of another diff": onLines((lines, at, random, other) => {
    lines.splice(at, 0, random.pick(other.length > 0 ? other : ["\n"]));
  }),
  "header line added": onLines((lines, at, random) => void lines.splice(at, 0, random.pick(HEADER_LINES))),
  "headers doubled": (diff) => diff.replace(/^(?:diff --git|--- |\+\+\+ ).*\n/gm, "$&$&"),
  "git header dropped": (diff) => diff.replaceAll(/^(?:diff --git|index) .*\n/gm, ""),
  "prefixes dropped": (diff) =>
    diff.replaceAll(/(?<=^(?:---|\+\+\+|diff --git) "?|^diff --git .* "?)[ab]\//gm, ""),
  "count changed": onLine(/^@@ /, (line, random) => nth(line, /\d+/g, random, COUNTS)),
  "number nudged": onLine(/\d/, (line, random) => {
    const by = random.pick([-2, -1, 1, 2]);
    return line.replace(/\d+/, (digits) => String(Math.max(0, Number(digits) + by)));
  }),
  "mark changed": onLine(/^[ +-]/, (line, random) => random.pick([..."+- \\\t@"]) + line.slice(1)),
  "path changed": onLine(/^(?:---|\+\+\+|rename|copy) /, (line, random) =>
    line.replace(/(?<=\/| (?:from|to) ).*\n/, `${random.pick(PATHS)}\n`),
  ),
  "name quoted": onLine(/^(?:---|\+\+\+|rename|copy) /, (line, random) =>
    line.replace(
      /(\S+)\n/,
      random.pick(['"$1"\n', '"$1\n', '$1"\n', '"\\141/$1"\n', '"\\$1"\n', '"$1\\777"\n']),
    ),
  ),
  "time stamps": (diff, random) =>
    diff.replaceAll(
      /^(?:---|\+\+\+) .*$/gm,
      `$&\t${random.pick(["2024-01-01 10:00:00 +0100", "1970-01-01 01:00:00.000000000 +0100", "Thu Jan  1 00:00:00 1970"])}`,
    ),
  "mode changed": onLine(/mode/, (line, random) =>
    line.replace(
      /\d+\n/,
      `${random.pick(["100644", "100755", "120000", "160000", "040000", "0", "8", "7777777", "100664"])}\n`,
    ),
  ),
  "blank context trimmed": (diff) => diff.replaceAll(/^ $/gm, ""),
  "line ends trimmed": (diff) => diff.replaceAll(/[ \t]+$/gm, ""),
  CRLF: (diff) => diff.replaceAll(/\r?\n/g, "\r\n"),
  "CR before some line ends": onLine(/\n$/, (line) => line.replace(/\n$/, "\r\n")),
  "no newline at the end": (diff) => diff.replace(/\n$/, ""),
  "no newline mark dropped": (diff) => diff.replaceAll(/^\\ .*\n/gm, ""),
  "no newline mark in another language": (diff) =>
    diff.replaceAll(/^\\ .*\n/gm, "\\ Kein Zeilenumbruch am Dateiende.\n"),
  "in a mail": (diff) => `From: x\nSubject: y\n\nText\n---\n a | 2 +-\n\n${diff}-- \n2.39\n`,
  "in a fence": (diff) => `Here it is:\n\`\`\`diff\n${diff}\`\`\`\n`,
  indented: (diff) => diff.replaceAll(/^/gm, "  "),
  "long line": onLines((lines, at, random) => {
    lines.splice(
      at,
      0,
      `${random.pick(["+", " ", "-", "--- ", "diff --git ", "@@ -1 +1 @@ ", ""])}${random.pick(["x", " ", "\t", "a/", "\\", '"'])}`.padEnd(
        20_000,
        random.pick(["y", " ", "/", "\t"]),
      ) + "\n",
    );
  }),
  "binary damaged": onLine(/^[A-Za-z][!-~]{5,}\n$/, (line, random) =>
    replace(line, random.integer(line.length - 1), 1, random.pick([..."zA0~\\ "])),
  ),
  "index line changed": onLine(/^index /, (line, random) =>
    line.replace(/[0-9a-f]/, random.pick(["0", "f", "g", ""])),
  ),
};

function replace(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

function nth(line: string, pattern: RegExp, random: Random, values: readonly string[]): string {
  const places = [...line.matchAll(pattern)];
  const place = random.pick(places);
  return replace(line, place.index, place[0].length, random.pick(values));
}
