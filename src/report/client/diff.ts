import type { PageText } from "../page-data.ts";
import { element, fold, plural } from "./dom.ts";
import { flatten } from "./text.ts";

interface DiffLine {
  readonly kind: "added" | "removed" | "same" | "hunk" | "note";
  readonly before?: number;
  readonly after?: number;
  readonly text: string;
}

export interface DiffFile {
  name: string;
  added: number;
  removed: number;
  readonly notes: string[];
  readonly lines: DiffLine[];
}

/** Reads a unified diff as git writes it. Whatever is not understood is kept as a note, never dropped. */
export function parseDiff(text: string): DiffFile[] {
  const files: DiffFile[] = [];
  let file: DiffFile | undefined;
  let before = 0;
  let after = 0;
  // Lines that the hunk still owes on either side: inside a hunk, "--- x" is a removed line and no header.
  let oldLeft = 0;
  let newLeft = 0;
  const current = () => {
    if (file !== undefined) return file;
    file = { name: "", added: 0, removed: 0, notes: [], lines: [] };
    files.push(file);
    return file;
  };
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const sign = line[0];
    if (oldLeft > 0 || newLeft > 0) {
      if (sign === "+") {
        current().lines.push({ kind: "added", after: after++, text: line.slice(1) });
        current().added++;
        newLeft--;
      } else if (sign === "-") {
        current().lines.push({ kind: "removed", before: before++, text: line.slice(1) });
        current().removed++;
        oldLeft--;
      } else if (sign === " " || line === "") {
        current().lines.push({ kind: "same", before: before++, after: after++, text: line.slice(1) });
        oldLeft--;
        newLeft--;
      } else {
        current().lines.push({ kind: "note", text: line });
        if (sign !== "\\") oldLeft = newLeft = 0;
      }
      continue;
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      before = Number(hunk[1]);
      oldLeft = Number(hunk[2] ?? 1);
      after = Number(hunk[3]);
      newLeft = Number(hunk[4] ?? 1);
      current().lines.push({ kind: "hunk", text: line });
    } else if (line.startsWith("diff --git ")) {
      file = undefined;
      current().name = line
        .slice("diff --git ".length)
        .replace(/^"?a\/.* "?b\//, "")
        .replace(/"$/, "");
    } else if (line.startsWith("--- ")) {
      if ((file?.lines.length ?? 0) > 0) file = undefined;
      if (current().name === "") current().name = line.slice(4).replace(/^a\//, "");
    } else if (line.startsWith("+++ ")) {
      if (line !== "+++ /dev/null") current().name = line.slice(4).replace(/^b\//, "");
    } else if (line.startsWith("\\")) {
      current().lines.push({ kind: "note", text: line });
    } else if (line !== "" && !line.startsWith("index ")) {
      current().notes.push(line);
    }
  }
  return files;
}

const OPEN_LINES = 200;

export function diffView(patch: PageText): HTMLElement {
  const text = flatten(patch);
  if (text.trim() === "") return element("p", { class: "quiet" }, "The agent changed nothing.");
  const box = element("div", { class: "diff" });
  for (const file of parseDiff(text)) {
    const summary = [
      element("span", { class: "code" }, file.name),
      " ",
      element("span", { class: "added-count" }, `+${file.added}`),
      " ",
      element("span", { class: "removed-count" }, `−${file.removed}`),
      file.lines.length > OPEN_LINES &&
        element("span", { class: "quiet small" }, ` ${plural(file.lines.length, "line")}`),
    ];
    box.append(
      fold(
        summary,
        () => [
          file.notes.length > 0 && element("pre", { class: "quiet" }, file.notes.join("\n")),
          file.lines.length > 0 && lineTable(file.lines),
        ],
        { open: file.lines.length <= OPEN_LINES },
      ),
    );
  }
  return box;
}

const SIGNS = { added: "+", removed: "−", same: "", hunk: "", note: "" } as const;

function lineTable(lines: readonly DiffLine[]): HTMLElement {
  const body = element("tbody");
  for (const line of lines) {
    body.append(
      element(
        "tr",
        { class: line.kind },
        element("td", { class: "line-number" }, line.before ?? ""),
        element("td", { class: "line-number" }, line.after ?? ""),
        element("td", { class: "sign" }, SIGNS[line.kind]),
        element("td", { class: "line" }, line.text),
      ),
    );
  }
  return element("table", {}, body);
}
