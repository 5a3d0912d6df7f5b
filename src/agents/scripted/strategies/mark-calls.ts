import { readNumberedLines } from "../python.ts";
import type { Session } from "../session.ts";
import type { Strategy } from "../strategy.ts";

/** What the instruction asks: the function, and the comment line to leave above what it calls. */
interface Order {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly marker: string;
}

/** A definition that a search found. */
interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly indent: string;
}

const MARKER = /^(?:#|\/\/) this function\/class is called by the \S+ function$/m;
const LINES_READ = 250;
const NAMES_SEARCHED = 12;
const NO_CALLS = new Set(
  "if elif while for return not and or in is lambda print len range isinstance super str int list dict set tuple bool float type getattr setattr hasattr min max sum sorted any all zip map filter enumerate open repr iter next id hash vars format bytes ValueError TypeError KeyError IndexError RuntimeError AttributeError NotImplementedError Exception".split(
    " ",
  ),
);

/** Marks what a function calls, by names alone: the definition of a name in the same file, or the only one there is. */
export const markCalls: Strategy = {
  fits: (instruction) => MARKER.test(instruction),
  async run(session) {
    const order = readOrder(session.instruction);
    if (order === undefined) return "The instruction names no file and line, so I changed nothing.";
    const names = await readCalls(session, order);
    await session.think("What to look for.", `It calls ${names.join(", ") || "nothing that I can see"}.`);
    const marked: string[] = [];
    for (const name of names.slice(0, NAMES_SEARCHED)) {
      const place = choose(await search(session, name), order);
      if (place !== undefined && (await mark(session, name, place, order))) marked.push(name);
    }
    await session.shell("Is this all that changed?", "git --no-pager diff");
    return marked.length === 0 ? "I found no definition to mark." : `Marked ${marked.join(", ")}.`;
  },
};

function readOrder(instruction: string): Order | undefined {
  const marker = MARKER.exec(instruction)?.[0];
  const place = /(?:^|[\s(`])([\w./+-]+\.\w+)(?::|\)?,? (?:at |\()?line )(\d+)/.exec(instruction);
  if (marker === undefined || place?.[1] === undefined) return undefined;
  return { path: place[1], line: Number(place[2]), marker };
}

async function readCalls(session: Session, { path, line }: Order): Promise<string[]> {
  const from = Math.max(1, line - 10);
  const { content } = await session.act("Reading the function.", "editor", {
    command: "view",
    path,
    view_range: [from, line + LINES_READ],
  });
  const lines = readNumberedLines(content);
  const code = [...decoratorsAbove(lines, line), ...bodyOf(lines, line)].join("\n");
  const plain = code.replaceAll(/("""|''')[^]*?\1|"[^"\n]*"|'[^'\n]*'|#[^\n]*/g, " ");
  const found = [
    ...plain.matchAll(/([A-Za-z_]\w*)\s*\(/g),
    ...plain.matchAll(/\braise\s+(?:\w+\.)*([A-Za-z_]\w*)/g),
    ...plain.matchAll(/^\s*@(?:\w+\.)*([A-Za-z_]\w*)/gm),
  ].map((match) => match[1] ?? "");
  const own = /(?:def|class)\s+(\w+)/.exec(lines.get(line) ?? "")?.[1];
  return [...new Set(found)].filter((name) => !NO_CALLS.has(name) && name !== own && name !== "");
}

function decoratorsAbove(lines: ReadonlyMap<number, string>, line: number): string[] {
  const decorators: string[] = [];
  for (let at = line - 1; /^\s*@/.test(lines.get(at) ?? ""); at--) decorators.push(lines.get(at) ?? "");
  return decorators;
}

/** The lines below a `def` that are indented deeper; its own line without the name, so that it is no call of itself. */
function bodyOf(lines: ReadonlyMap<number, string>, line: number): string[] {
  const first = lines.get(line) ?? "";
  const depth = indentOf(first).length;
  const body = [first.replace(/^\s*(?:async\s+)?def\s+\w+/, "")];
  let inSignature = !/:\s*(?:#.*)?$/.test(first);
  for (let at = line + 1; lines.has(at); at++) {
    const text = lines.get(at) ?? "";
    if (!inSignature && text.trim() !== "" && indentOf(text).length <= depth) break;
    if (inSignature && /:\s*(?:#.*)?$/.test(text)) inSignature = false;
    body.push(text);
  }
  return body;
}

async function search(session: Session, name: string): Promise<Place[]> {
  const output = await session.shell(
    `Where is \`${name}\` defined?`,
    `grep -rnE --include='*.py' '^[[:space:]]*(async[[:space:]]+def|def|class)[[:space:]]+${name}[[:space:]]*[(:]' . | sort | head -n 40`,
  );
  return output.split("\n").flatMap((row) => {
    const match = /^(?:\.\/)?(.+?):(\d+):(\s*)\S/.exec(row);
    if (match === null) return [];
    const [, path = "", line = "", indent = ""] = match;
    return [{ path, line: Number(line), indent }];
  });
}

function choose(places: readonly Place[], order: Order): Place | undefined {
  const near = places.filter((place) => place.path === order.path && place.line !== order.line);
  if (near.length === 1) return near[0];
  const outside = places.filter((place) => !/(?:^|\/)tests?\/|(?:^|\/)test_/.test(place.path));
  return outside.length === 1 ? outside[0] : undefined;
}

/** False when the editor refused. */
async function mark(session: Session, name: string, place: Place, order: Order): Promise<boolean> {
  const { content } = await session.act(`Does \`${name}\` have decorators?`, "editor", {
    command: "view",
    path: place.path,
    view_range: [Math.max(1, place.line - 10), place.line],
  });
  const line = place.line - decoratorsAbove(readNumberedLines(content), place.line).length;
  const { isError } = await session.act(`Marking \`${name}\`.`, "editor", {
    command: "insert",
    path: place.path,
    insert_line: line - 1,
    new_str: `${place.indent}${order.marker}\n`,
  });
  return !isError;
}

function indentOf(text: string): string {
  return /^\s*/.exec(text)?.[0] ?? "";
}
