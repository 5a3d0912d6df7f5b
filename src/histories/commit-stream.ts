import type { Commit, PathChange } from "../history.ts";

/** What `git log -z` is to print before the raw changes of a commit; `readCommits` reads it. */
export const COMMIT_FORMAT = "tformat:commit %H%x00%P%x00%ct%x00%B%x00";

/** Paths kept of one commit: a first import may touch a million. */
const MOST_CHANGES = 1000;
/** Bytes kept of one message or path. */
const LONGEST_PART = 1 << 20;

/** Commits out of the bytes of `git log -z --raw` in that format, one by one. */
export async function* readCommits(output: AsyncIterable<Uint8Array>): AsyncGenerator<Commit> {
  let current: Building | undefined;
  for await (const part of parts(output)) {
    const text = part.toString("latin1").replace(/^\n/, "");
    if (current?.wants !== undefined) current.wants(part);
    else if (text.startsWith(":")) current?.change(text);
    else if (text.startsWith("commit ")) {
      if (current !== undefined) yield current.finish();
      current = building(text.slice(7));
    }
  }
  if (current !== undefined) yield current.finish();
}

interface Building {
  /** Takes the next part, whatever it looks like; absent where the next part says what it is. */
  wants?: ((part: Buffer) => void) | undefined;
  change(row: string): void;
  finish(): Commit;
}

function building(id: string): Building {
  const header: string[] = [];
  const changes: PathChange[] = [];
  const result: Building = {
    wants(part) {
      header.push(part.toString("utf8"));
      if (header.length === 3) result.wants = undefined;
    },
    change(row) {
      result.wants = (path) => {
        result.wants = undefined;
        if (changes.length < MOST_CHANGES) changes.push(changeOf(row, path));
      };
    },
    finish() {
      const [parent = "", time = "", message = ""] = header;
      return { id, parent, time: Number(time), message, changes };
    },
  };
  return result;
}

const KINDS: Readonly<Record<string, PathChange["kind"]>> = { A: "added", D: "deleted" };

/** `:100644 100644 <blob> <blob> M` and the path. */
function changeOf(row: string, path: Buffer): PathChange {
  const [oldMode = "", newMode = "", before = "", after = "", letter = ""] = row.slice(1).split(" ");
  return {
    kind: KINDS[letter] ?? "modified",
    path: path.toString("utf8"),
    ...(isFile(oldMode) ? { before } : {}),
    ...(isFile(newMode) ? { after } : {}),
  };
}

function isFile(mode: string): boolean {
  return mode.startsWith("100") || mode === "120000";
}

/** The pieces between zero bytes, each cut off at `LONGEST_PART`. */
async function* parts(output: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  const hold = (bytes: Buffer) => {
    if (size < LONGEST_PART) held.push(bytes);
    size += bytes.byteLength;
  };
  for await (const chunk of output) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      hold(bytes.subarray(start, end));
      yield Buffer.concat(held).subarray(0, LONGEST_PART);
      held = [];
      size = 0;
      start = end + 1;
    }
    hold(bytes.subarray(start));
  }
}
