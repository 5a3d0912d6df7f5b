import { parseValue } from "../../base/json.ts";
import type { Cheat, CheatInput } from "../../task.ts";
import type { FileChange, FileState, TreeEntry } from "../../tree.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { wordingFor } from "../cheat-wording.ts";
import { sharedCheats } from "../cheats.ts";
import { fileRole } from "../checks/role.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { type Answer, answerSchema } from "./answer.ts";

/** What a cheat writes into a file of the start state; undefined where there is no place for it. */
type Write = (text: string, entry: TreeEntry) => string | undefined;

/** The shared cheats, and edits that point at the right place without a word, or with words at the wrong one. */
export async function issueCheats(input: CheatInput, syntaxes: SyntaxLookup): Promise<Cheat[]> {
  const answer = parseValue(input.secret.answer, answerSchema, `secret ${input.secret.id}`);
  const { start } = input;
  const gold = new Set(answer.files.map(({ path }) => path));
  const readable = start.entries.filter(
    ({ path, mode, size }) => mode !== "120000" && size < 1_000_000 && syntaxes.for(path) !== undefined,
  );
  const at = (paths: ReadonlySet<string>) => readable.filter(({ path }) => paths.has(path));
  const others = input.random.scope("issue cheats").shuffle(readable.filter(({ path }) => !gold.has(path)));
  const tests = others.filter(({ path }) => fileRole(path) === "test");
  const mark = ({ path }: TreeEntry) => wordingFor(syntaxes, path).mark;
  const comment: Write = (text, entry) => `${ended(text)}${mark(entry)} the issue is about this\n`;
  const write = (entries: readonly TreeEntry[], how: Write) => edits(input, entries, how);

  const cheats = await sharedCheats(input, syntaxes);
  const add = (name: string, changes: readonly FileChange[]) => {
    if (changes.length > 0) cheats.push({ name, changes });
  };
  add("shotgun", await write([...at(gold), ...shotgun(answer, others)], comment));
  add("comment-in-another-file", await write(others.slice(0, 1), comment));
  add("comment-in-tests", await write(tests.slice(0, 3), comment));
  add("white-space-only", await write(at(gold), (text) => `${ended(text)}\n\n`));
  add("comment-without-words", await write(at(gold), (text, entry) => `${ended(text)}${mark(entry)} ---\n`));
  add(
    "code-without-comment",
    await write(at(gold), (text, { path }) => `${ended(text)}${wordingFor(syntaxes, path).code}\n`),
  );
  add("right-edit-and-comment-deleted-code", await withLostLine(input));
  return cheats;
}

/** So many that the gold ones among them are too few. */
function shotgun({ files, shotgun: { files: least, gold_share } }: Answer, others: readonly TreeEntry[]) {
  const needed = Math.max(least, Math.floor(files.length / Math.max(gold_share, 0.01)) + 1) - files.length;
  return needed <= others.length ? others.slice(0, needed) : [];
}

async function edits(
  { start }: CheatInput,
  entries: readonly TreeEntry[],
  how: Write,
): Promise<readonly FileChange[]> {
  const changes: FileChange[] = [];
  for (const entry of entries) {
    const before: FileState = { mode: entry.mode, content: await start.read(entry.path) };
    // Latin-1 keeps every byte as it is.
    const text = how(Buffer.from(before.content).toString("latin1"), entry);
    if (text === undefined) continue;
    changes.push({ path: entry.path, before, after: { ...before, content: Buffer.from(text, "latin1") } });
  }
  return changes.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** The right comments, and the last line of code of the file turned into one. */
async function withLostLine({ start, secret }: CheatInput): Promise<readonly FileChange[]> {
  const right = await applyFileEdits(start, secret.solution);
  return right.map((change) => {
    if (change.after === undefined) return change;
    const lines = Buffer.from(change.after.content).toString("latin1").split("\n");
    const last = lines.findLastIndex((line) => /^\s*[\w@]/.test(line));
    const kept = lines.filter((_, index) => index !== last).join("\n");
    return { ...change, after: { ...change.after, content: Buffer.from(kept, "latin1") } };
  });
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
