import { compare, readCandidates, type Candidate } from "../candidates.ts";
import { listUndocumented } from "../definitions-script.ts";
import { readDescriptions, type Wanted } from "../description.ts";
import { readStyle, STYLE_COMMAND, writeDocstring, type DocstringStyle } from "../docstring.ts";
import { findBody, readNumberedLines, type Body } from "../python.ts";
import type { Session } from "../session.ts";
import type { Strategy } from "../strategy.ts";
import type { Term } from "../words.ts";

/** Finds definitions by descriptions of them and writes their docstrings. */
export const findAndDocument: Strategy = {
  fits: (instruction) => /\bdocstrings?\b|\bdocument (?:it|this|them|these)\b/i.test(instruction),
  async run(session) {
    const wanted = readDescriptions(session.instruction);
    await session.shell(
      "First, what is in this repository.",
      "ls; find . -name '*.py' -not -path './.git/*' | wc -l",
    );
    const style = readStyle(await session.shell("How the project writes its docstrings.", STYLE_COMMAND));
    const files = new Set<string>();
    const done: string[] = [];
    for (const one of wanted) {
      const found = await documentOne(session, one, style);
      if (found === undefined) continue;
      files.add(found.path);
      done.push(`${found.name} in ${found.path}`);
    }
    if (done.length === 0) return "I found no definition that fits, so I changed nothing.";
    await check(session, [...files]);
    return `Wrote the docstring of ${done.join(" and of ")}.`;
  },
};

const CANDIDATES_LISTED = 40;
const CANDIDATES_READ = 3;
const LINES_READ = 60;

async function documentOne(
  session: Session,
  wanted: Wanted,
  style: DocstringStyle,
): Promise<Candidate | undefined> {
  await session.think("What to look for.", plan(wanted));
  await session.shell(
    "Which files speak of this, by how many of the words they hold.",
    filesByWords(wanted.terms),
  );
  const listing = await session.shell(
    "Definitions without a docstring, by how many of the telling words are in them.",
    listUndocumented(wanted.terms, CANDIDATES_LISTED),
  );
  const candidates = readCandidates(listing, wanted);
  if (candidates.length === 0) return undefined;

  const views = new Map<Candidate, Body>();
  for (const candidate of candidates.slice(0, CANDIDATES_READ)) {
    const body = await readBody(session, candidate);
    if (body !== undefined) views.set(candidate, body);
  }
  const read = [...views.keys()];
  await session.think("Which one is it?", verdict(read, wanted));
  for (const [candidate, body] of views) {
    if (await insertDocstring(session, candidate, body, writeDocstring(candidate, wanted, style)))
      return candidate;
  }
  return undefined;
}

function plan(wanted: Wanted): string {
  const shape = [
    wanted.name === undefined ? "" : `named ${wanted.name}`,
    wanted.parameterCount === undefined ? "" : `${wanted.parameterCount} parameters`,
    wanted.returns === undefined
      ? ""
      : { value: "returns a value", nothing: "returns nothing", yields: "yields" }[wanted.returns],
  ].filter((part) => part !== "");
  const words = wanted.terms.filter(({ word }) => !word.includes(" ")).map(({ word }) => word);
  return (
    `I look for a ${wanted.kind ?? "definition"}${shape.length === 0 ? "" : ` (${shape.join(", ")})`} that has no docstring. ` +
    `Words to search for: ${words.join(", ")}.`
  );
}

function filesByWords(terms: readonly Term[]): string {
  const stems = terms.filter(({ stem }) => !stem.includes(" ")).map(({ stem }) => stem);
  const pattern = stems.length === 0 ? "def " : stems.join("|");
  return (
    `grep -rioE --include='*.py' '${pattern}' . | tr 'A-Z' 'a-z' | sort -u | cut -d: -f1 | ` +
    "uniq -c | sort -k1,1nr -k2,2 | head -n 15"
  );
}

async function readBody(session: Session, candidate: Candidate): Promise<Body | undefined> {
  const { content, isError } = await session.act(`Reading \`${candidate.name}\`.`, "editor", {
    command: "view",
    path: candidate.path,
    view_range: [candidate.line, candidate.line + LINES_READ],
  });
  return isError ? undefined : findBody(readNumberedLines(content), candidate.line);
}

function verdict(read: readonly Candidate[], wanted: Wanted): string {
  const [first, ...others] = read;
  if (first === undefined) return "None of the candidates can be read; there is nothing to write.";
  const rest = others.map((other) => `${other.name}: ${compare(other, wanted)}.`);
  return `${first.name} in ${first.path} fits best: ${compare(first, wanted)}. ${rest.join(" ")}`.trim();
}

/** False when the editor refused. */
async function insertDocstring(
  session: Session,
  candidate: Candidate,
  body: Body,
  docstring: readonly string[],
): Promise<boolean> {
  const lines = docstring.map((line) => (line === "" ? "" : `${body.indent}${line}`));
  const why = `Writing the docstring of \`${candidate.name}\`.`;
  if (body.oneLine === undefined) {
    const { isError } = await session.act(why, "editor", {
      command: "insert",
      path: candidate.path,
      insert_line: body.signatureEnd,
      new_str: `${lines.join("\n")}\n`,
    });
    return !isError;
  }
  const { head, body: code } = body.oneLine;
  const { content } = await session.act("The exact line.", "bash", {
    command: `sed -n '${body.signatureEnd}p' '${candidate.path.replaceAll("'", "'\\''")}'`,
  });
  const { isError } = await session.act(why, "editor", {
    command: "str_replace",
    path: candidate.path,
    old_str: content.replace(/\r?\n$/, ""),
    new_str: [head, ...lines, `${body.indent}${code}`].join("\n"),
  });
  return !isError;
}

/** Looks at the change, and has Python read the files where there is Python; without running them, which would leave caches. */
async function check(session: Session, files: readonly string[]): Promise<void> {
  await session.shell("Is this all that changed?", "git --no-pager diff");
  const quoted = files.map((file) => `'${file.replaceAll("'", "'\\''")}'`).join(" ");
  await session.shell(
    "Do the files still parse?",
    "command -v python3 >/dev/null || echo 'no python3 here'; ! command -v python3 >/dev/null || " +
      `python3 -c "import ast, sys; [ast.parse(open(name, 'rb').read()) for name in sys.argv[1:]]; print('they parse')" ${quoted}`,
  );
}
