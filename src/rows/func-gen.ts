import { z } from "zod";
import { rowMismatch, type RowShape, type StartState } from "../row.ts";
import type { Body, Definition, Syntax } from "../syntax.ts";
import { nameDefinition } from "../tasks/checks/find-definition.ts";
import type { Tree } from "../tree.ts";
import { overlayTree } from "../trees/overlay.ts";
import { readRowFile, type RowFile } from "./locate.ts";
import { commonFields, hasField, parseRow } from "./parse-row.ts";

const rowSchema = z.object({
  ...commonFields,
  file_path: z.string().min(1),
  func_name: z.string().min(1),
  eval_script: z.string().min(1),
  implementation_instruction: z.string().optional(),
});

/** Rows of func-gen: a function whose body was taken out, and a script that compares what is written with the original. */
export function funcGenRows(syntaxOf: (path: string) => Syntax | undefined): RowShape {
  return {
    name: "func_gen",
    task: "func-gen",
    recognises: (row) => hasField(row, "eval_script") && hasField(row, "func_name"),
    async read(row, source) {
      const fields = parseRow(row, rowSchema);
      const file = await readRowFile(source, fields.file_path, syntaxOf, fields.language);
      const definition = locateFunction(file, fields.func_name);
      const body = file.syntax.bodyOf?.(file.source, definition);
      if (body === undefined)
        throw rowMismatch(`${file.path}: ${fields.func_name} has no body that can be taken out`);
      return {
        language: file.syntax.language,
        instruction: fields.implementation_instruction ?? "",
        answer: {
          target: nameDefinition(file.path, definition),
          oracle: { kind: "script", script: fields.eval_script, name: fields.func_name },
        },
        starts: startsOf(source, file, definition, body),
      };
    },
  };
}

/** The first of its name, as those who published the rows take it. */
function locateFunction({ path, outline }: RowFile, name: string): Definition {
  const functions = outline.definitions.filter((one) => one.kind !== "class");
  const found =
    functions.find((one) => one.qualifiedName === name) ??
    functions.find((one) => one.qualifiedName.endsWith(`.${name}`));
  if (found === undefined) throw rowMismatch(`${path} does not define a function ${name}`);
  return found;
}

/**
 * The body as those who published the rows leave it (whole lines, and `pass` with a comment), the same by syntax, and the file as it
 * is where its body is a stub already.
 */
function startsOf(source: Tree, file: RowFile, definition: Definition, body: Body): StartState[] {
  if (definition.isStub) return [{ tree: source }];
  const { text } = file.source;
  const byLines = publishedStub(text, definition, body);
  const bySyntax = `${text.slice(0, body.start)}\n${body.indent}${STUB}${text.slice(body.end)}`;
  const texts = [...new Set([byLines, bySyntax])].filter((one) => isValid(file, one));
  if (texts.length === 0)
    throw rowMismatch(`${file.path}: the body of ${definition.qualifiedName} cannot be taken out`);
  const mode = source.entry(file.path)?.mode ?? "100644";
  const before = { mode, content: file.content };
  return texts.map((one) => ({
    tree: overlayTree(source, [
      { path: file.path, before, after: { mode, content: file.source.encode(one) } },
    ]),
  }));
}

const STUB = "pass  # TODO: Implement this function";

/** All lines after the one that ends the header or the docstring, up to the last one of the body. */
function publishedStub(text: string, { lastLine }: Definition, body: Body): string {
  const lines = text.split("\n");
  const first = text.slice(0, body.start).split("\n").length;
  const indent = /^\s*/.exec(lines[first] ?? "")?.[0] ?? "";
  return [...lines.slice(0, first), indent + STUB, ...lines.slice(lastLine)].join("\n");
}

function isValid({ syntax, source }: RowFile, text: string): boolean {
  const decoded = syntax.decode(source.encode(text));
  return !("problem" in decoded) && syntax.validity(decoded).valid;
}
