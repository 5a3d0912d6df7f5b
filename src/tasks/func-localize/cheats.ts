import { parseValue } from "../../base/json.ts";
import type { DecodedSource, Definition, Outline, Syntax } from "../../syntax.ts";
import type { Cheat, CheatInput } from "../../task.ts";
import type { FileChange } from "../../tree.ts";
import { applyFileEdits } from "../../trees/edits.ts";
import { sharedCheats } from "../cheats.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { type Answer, type AnswerTarget, answerSchema } from "./answer.ts";

/** The shared cheats, and edits that look like the docstring asked for but are not. */
export async function localizeCheats(input: CheatInput, syntaxes: SyntaxLookup): Promise<Cheat[]> {
  const answer = parseValue(input.secret.answer, answerSchema, `secret ${input.secret.id}`);
  const cheats = await sharedCheats(input, syntaxes);
  for (const { name, edit } of OWN) {
    const changes = await editTargets(input, answer, syntaxes, edit);
    if (changes.length > 0) cheats.push({ name, changes });
  }
  if (answer.targets.length > 1) {
    const right = await applyFileEdits(input.start, input.secret.solution);
    if (right.length > 1) cheats.push({ name: "one-file-left-out", changes: right.slice(1) });
  }
  return cheats;
}

interface Place {
  readonly syntax: Syntax;
  readonly source: DecodedSource;
  readonly outline: Outline;
  readonly target: AnswerTarget;
  readonly definition: Definition;
}

const TEXT = "Does what the description says, for its arguments, and returns the result.";

/** Each edits the text of a file at one target; undefined where it has no place for the cheat. */
const OWN: readonly { readonly name: string; readonly edit: (place: Place) => string | undefined }[] = [
  { name: "docstring-on-sibling", edit: onSibling },
  { name: "docstring-on-parent", edit: onParent },
  { name: "docstring-on-member", edit: onMember },
  { name: "docstring-as-comment", edit: (place) => rewrite(place, (indent) => `${indent}# ${TEXT}\n`) },
  {
    name: "docstring-as-f-string",
    edit: (place) => rewrite(place, (indent) => `${indent}f"""${TEXT}"""\n`),
  },
  {
    name: "docstring-as-bytes",
    edit: (place) => rewrite(place, (indent) => `${indent}b"""${TEXT}"""\n`),
  },
  {
    name: "docstring-as-assignment",
    edit: (place) => rewrite(place, (indent) => `${indent}__doc__ = """${TEXT}"""\n`),
  },
  { name: "docstring-empty", edit: (place) => rewrite(place, (indent) => `${indent}""" """\n`) },
  { name: "docstring-at-the-end", edit: atTheEnd },
];

async function editTargets(
  input: CheatInput,
  answer: Answer,
  syntaxes: SyntaxLookup,
  edit: (place: Place) => string | undefined,
): Promise<FileChange[]> {
  const changes = new Map<string, FileChange>();
  for (const target of answer.targets) {
    const entry = input.start.entry(target.path);
    const syntax = syntaxes.for(target.path);
    // One edit per file is enough to be wrong, and needs no second look at moved offsets.
    if (entry === undefined || syntax === undefined || changes.has(target.path)) continue;
    const content = await input.start.read(target.path);
    const source = syntax.decode(content);
    if ("problem" in source) continue;
    const outline = syntax.outline(source);
    const definition = outline.definitions.find(
      (one) => one.qualifiedName === target.qualified_name && one.ordinal === target.ordinal,
    );
    const text = definition && edit({ syntax, source, outline, target, definition });
    if (text === undefined) continue;
    const before = { mode: entry.mode, content };
    changes.set(target.path, {
      path: target.path,
      before,
      after: { ...before, content: source.encode(text) },
    });
  }
  return [...changes.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function onSibling(place: Place): string | undefined {
  const siblings = place.outline.definitions.filter(
    (one) =>
      one !== place.definition &&
      one.parent === place.definition.parent &&
      one.kind === place.definition.kind,
  );
  return withDocstring(place, siblings.find((one) => one.docstring === undefined) ?? siblings[0]);
}

function onParent(place: Place): string | undefined {
  const { parent } = place.definition;
  return parent === undefined ? undefined : withDocstring(place, place.outline.definitions[parent]);
}

function onMember(place: Place): string | undefined {
  const own = place.outline.definitions.indexOf(place.definition);
  return withDocstring(
    place,
    place.outline.definitions.find((one) => one.parent === own),
  );
}

function withDocstring({ syntax, source }: Place, definition: Definition | undefined): string | undefined {
  if (definition === undefined) return undefined;
  if (definition.docstring !== undefined) {
    const { start, end } = definition.docstring.span;
    return `${source.text.slice(0, start)}"""${TEXT}"""${source.text.slice(end)}`;
  }
  const edit = syntax.insertDocstring(source, definition, TEXT);
  return source.text.slice(0, edit.start) + edit.text + source.text.slice(edit.end);
}

/** Puts a line where the docstring would go. */
function rewrite(place: Place, write: (indent: string) => string): string | undefined {
  const { syntax, source, definition } = place;
  const edit = syntax.insertDocstring(source, definition, TEXT);
  const line = /^([ \t]*)\S[^\n]*\n?$/m.exec(edit.text.replace(/^[^"']*\n/, ""));
  const indent = line?.[1];
  if (indent === undefined || indent === "" || !/^[ \t]*["'][^\n]*\r?\n$/.test(edit.text)) return undefined;
  return source.text.slice(0, edit.start) + write(indent) + source.text.slice(edit.end);
}

function atTheEnd({ source, definition }: Place): string | undefined {
  const body = source.text.slice(definition.span.start, definition.span.end);
  const last = /\n([ \t]+)[^\n]*$/.exec(body);
  const first = /:[ \t]*(?:#[^\n]*)?\r?\n([ \t]+)\S/.exec(body);
  if (last === null || first?.[1] === undefined) return undefined;
  return `${source.text.slice(0, definition.span.end)}\n${first[1]}"""${TEXT}"""${source.text.slice(definition.span.end)}`;
}
