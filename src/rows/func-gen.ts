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
 * The body as those who published the rows take it out (whole lines, and a `pass` with a comment that is indented as the line after the docstring, which may be
 * a blank one), and the same by syntax; the file as it is where its body is a stub already.
 */
function startsOf(source: Tree, file: RowFile, definition: Definition, body: Body): StartState[] {
  if (definition.isStub) return [{ tree: source }];
  const { text } = file.source;
  const byLines = withText(source, file, publishedStub(text, definition, body));
  const stub = `${text.slice(0, body.start)}\n${body.indent}${STUB}${text.slice(body.end)}`;
  const bySyntax = withText(source, file, stub);
  if (!bySyntax.isValid)
    throw rowMismatch(`${file.path}: the body of ${definition.qualifiedName} cannot be taken out`);
  if (byLines.isValid && file.syntax.sameCode(bySyntax.decoded, byLines.decoded).same)
    return [{ tree: byLines.tree }, { tree: bySyntax.tree }];
  // The `pass` slipped out of the function: an agent may have put it right, or left it where it is.
  const { tree } = byLines;
  return [
    { tree, judgedFrom: bySyntax.tree },
    ...(byLines.isValid ? [{ tree }] : []),
    { tree: bySyntax.tree },
  ];
}

const STUB = "pass  # TODO: Implement this function";

/** All lines after the one that ends the header or the docstring, up to the last one of the body. */
function publishedStub(text: string, { lastLine }: Definition, body: Body): string {
  const lines = text.split("\n");
  const first = text.slice(0, body.start).split("\n").length;
  const indent = /^\s*/.exec(lines[first] ?? "")?.[0] ?? "";
  return [...lines.slice(0, first), indent + STUB, ...lines.slice(lastLine)].join("\n");
}

function withText(source: Tree, file: RowFile, text: string) {
  const { syntax, path, content } = file;
  const mode = source.entry(path)?.mode ?? "100644";
  const after = file.source.encode(text);
  const tree = overlayTree(source, [{ path, before: { mode, content }, after: { mode, content: after } }]);
  const decoded = { ...file.source, text };
  return { tree, decoded, isValid: syntax.validity(decoded).valid };
}
